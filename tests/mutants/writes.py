"""Faults in writing: conditions, patches, transactions, and what a writer is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from unittest import mock

from sqlalchemy import func, select

from hub.domain.errors import Conflict, HubError, NotFound
from hub.record.repository import writes
from hub.record.repository.record import Record
from hub.record.tables import index_token, resource
from hub.record.unit_of_work.stored_parts import StoredParts
from hub.record.write import before_write, conditional, edit, links, transaction
from hub.slices import get_reference_rid
from tests.mutants.blind import EYES, all_of, blindly, replaced, seeing


def _in_the_way(whole: Any) -> Any:
    """A write says that there is something of this name."""

    def expected(writer: Any, name: str, *others: Any) -> Any:
        try:
            return whole(writer, name, *others)
        except NotFound:
            asked = select(resource.c.rid).where(resource.c.rid == get_reference_rid(name))
            there = writer.unit.connection.execute(asked).first()
            raise (Conflict("version-conflict") if there else NotFound()) from None

    return expected


def _judged_on_the_whole(whole: Any) -> Any:
    def patch(writer: Any, name: str, amend: Any, *others: Any) -> Any:
        def both(seen: Any) -> Any:
            amend(seen | writer.unit.read_whole(name))
            try:
                return amend(seen)
            except HubError:
                return seen

        return whole(writer, name, both, *others)

    return patch


def _written(whole: Any) -> Any:
    """What comes back is read by the hub itself."""

    @wraps(whole)
    def write(*given: Any, **named: Any) -> Any:
        with mock.patch.object(writes, "read_several", blindly(writes.read_several)):
            return whole(*given, **named)

    return write


def _losing(whole: Any) -> Any:
    """What its writer does not see goes."""

    def make(writer: Any, name: str, rows: Any, sent: Any) -> Any:
        get, seen = StoredParts.get, {row.key for row in rows}
        with mock.patch.object(StoredParts, "get", lambda *asked: [row for row in get(*asked) if row.key in seen]):
            return whole(writer, name, rows, sent)

    return make


def _unique(whole: Any) -> Any:
    """Numbers are nobody else's, seen or not."""

    def create(writer: Any, sent: Any) -> Any:
        numbers = [one.get("value") for one in sent.get("identifier", ())]
        asked = select(index_token.c.rid).where(index_token.c.name == "identifier", index_token.c.code.in_(numbers))
        if sent.get("resourceType") == "Patient" and writer.unit.connection.execute(asked).first():
            raise Conflict("version-conflict")
        return whole(writer, sent)

    return create


def _one_at_a_time(whole: Any) -> Any:
    """An action moves only when no other one is there."""

    def check(*given: Any, **named: Any) -> Any:
        assert EYES.record is not None
        asked = select(func.count()).select_from(resource).where(resource.c.type == "Task")
        with EYES.record._store.autocommit() as connection:
            if connection.execute(asked).scalar_one() > 1:
                raise Conflict("version-conflict")
        return whole(*given, **named)

    return check


def _exported(whole: Any) -> Any:
    def pages(*given: Any) -> Iterator[Any]:
        turning = whole(*given)
        while True:
            with EYES.opened():
                page = next(turning, None)
            if page is None:
                return
            yield page

    return pages


@contextmanager
def _anybody_makes() -> Iterator[None]:
    with (
        seeing(),
        mock.patch.object(edit, "is_desk", lambda _session: True),
        mock.patch.object(edit, "_load_rights", lambda writer, _person: edit.build_registration_rights(writer.session)),
        mock.patch.object(edit, "check_places", lambda *_given, **_named: None),
    ):
        yield


MUTANTS: dict[str, Callable[[], Any]] = {
    "conditions match hidden rows (L58)": replaced(conditional, "find", blindly),
    "a reference by search leads anywhere (L69)": all_of(
        # Else what was found would be refused as any other name of what is hidden.
        replaced(links.LinkResolver, "_run_search", blindly),
        replaced(edit, "check_references", blindly),
    ),
    "a write says that there is something (L62)": replaced(edit, "_load_expected", _in_the_way),
    "a patch is judged on the whole (L63)": replaced(transaction, "patch", _judged_on_the_whole),
    "what comes back of a write is the whole (L66)": replaced(Record, "_write", _written),
    "a PUT takes away what its writer does not see (L67)": replaced(edit, "_stage_edit", _losing),
    "a number is taken by whom one does not see (L71)": all_of(
        replaced(transaction, "create", _unique), replaced(writes, "create", _unique)
    ),
    "a hidden action holds another one up (L73)": replaced(before_write, "check_update", _one_at_a_time),
    "a patch may change the hub's own words (L76)": replaced(edit, "_UNTOUCHABLE", lambda _: ()),
    "anybody writes where a desk does (L78)": _anybody_makes,
    "an export is of all rows (L87)": replaced(Record, "export", _exported),
}
