"""Faults in what one answer says: status, headers, versions, forms, operations on one thing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any
from unittest import mock
from uuid import NAMESPACE_OID, UUID, uuid5

from flask import Request, current_app, request
from sqlalchemy import select

from hub.api.bundle import requests
from hub.api.http import response, summary
from hub.api.http.response import Answer
from hub.api.interactions import search
from hub.api.interactions.read import read_slice
from hub.api.metadata import capability
from hub.api.operations import validate
from hub.api.resources import operation_outcome
from hub.conformance import Finding
from hub.domain.errors import HubError, NotFound, Problem, Refused
from hub.fhir import dumps, loads
from hub.record.db import store
from hub.record.read import history as past
from hub.record.repository import reads, searches, writes
from hub.record.search.query import authorize
from hub.record.tables import index_token, resource, withheld
from hub.slices import get_reference_rid, list_references
from tests.ids import SeededIds
from tests.mutants.blind import EYES, all_of, blindly, everywhere, replaced, seeing, swapped


class _Told(HubError):
    """A sixth way to say no."""


def _saying(status: int, code: str, error: Callable[[], HubError], there: Callable[[Any, str], bool]) -> Any:
    """A read says `error`, as `status` and `code`, of what is `there` but hidden."""

    def telling(whole: Any) -> Any:
        def read(session: Any, name: str) -> Any:
            try:
                return whole(session, name)
            except NotFound:
                raise (error() if there(session.connection, name) else NotFound()) from None

        return read

    @contextmanager
    def put() -> Any:
        with mock.patch.dict(operation_outcome._BY_ERROR, {_Told: (status, code)}), replaced(reads, "read", telling)():
            yield

    return put


def _there(connection: Any, name: str) -> bool:
    return (
        connection.execute(select(resource.c.rid).where(resource.c.rid == get_reference_rid(name))).first() is not None
    )


def _was_there(connection: Any, name: str) -> bool:
    return (
        connection.execute(select(withheld.c.rid).where(withheld.c.rid == get_reference_rid(name))).first() is not None
    )


def _of_another_type(connection: Any, name: str) -> bool:
    return connection.execute(select(resource.c.id).where(resource.c.id == name.partition("/")[2])).first() is not None


def _of_a_number(connection: Any, name: str) -> bool:
    with suppress(ValueError):
        guessed = UUID(name.partition("/")[2])
        numbers = connection.scalars(select(index_token.c.code).where(index_token.c.name == "identifier"))
        return any(uuid5(NAMESPACE_OID, str(number)) == guessed for number in numbers)
    return False


def _gone() -> HubError:
    return _Told(Problem("not-found"))


def _head(whole: Any) -> Any:
    def read_any(request: Any, name: str, subset: Any) -> Answer:
        try:
            answer: Answer = whole(request, name, subset)
        except NotFound:
            if request.method == "HEAD" and EYES.whole(name):
                raise Refused("type-closed") from None
            raise
        return answer

    return read_any


def _condition_first(whole: Any) -> Any:
    def read_any(request: Any, name: str, subset: Any) -> Answer:
        try:
            answer: Answer = whole(request, name, subset)
        except NotFound:
            if {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"} & set(request.headers) and EYES.whole(name):
                return Answer(304, b"")
            raise
        return answer

    return read_any


def _of_whole(whole: Any) -> Any:
    """Versions and times of the resource, whatever the slice."""

    def one(*given: Any) -> Any:
        found = whole(*given)
        with EYES.opened():
            every = whole(*given)
        return found._replace(version=every.version, updated=every.updated)

    return one


def _of_wholes(whole: Any) -> Any:
    def several(*given: Any) -> Any:
        found = whole(*given)
        with EYES.opened():
            every = {one.name: one for one in whole(*given)}
        return [one._replace(version=every[one.name].version, updated=every[one.name].updated) for one in found]

    return several


def _hidden_versions(whole: Any) -> Any:
    def history(*given: Any) -> Any:
        found = whole(*given)
        with EYES.opened():
            every = whole(*given)
        known = {one.updated for one in found}
        more = [found[-1]._replace(updated=one.updated) for one in every if one.updated not in known]
        return sorted([*found, *more], key=lambda one: -one.updated)

    return history


def _compartment(whole: Any) -> Any:
    def inside(resource_type: str, resource_id: str, inner_type: str) -> Any:
        found = whole(resource_type, resource_id, inner_type)
        with current_app.extensions["store"].autocommit() as connection:
            if not _there(connection, f"Patient/{resource_id}"):
                raise NotFound
        return found

    return inside


def _part_of_whole(whole: Any) -> Any:
    def narrowed(found: Any, subset: Any) -> Any:
        every = None if subset == summary.WHOLE else EYES.whole(found.name)
        return whole(found._replace(body=every.body) if every else found, subset)

    return narrowed


def _form_of_whole(whole: Any) -> Any:
    def written(body: bytes, form: Any) -> Any:
        said = loads(body, size=len(body)) if form.xml else {}
        every = EYES.whole(f"{said.get('resourceType')}/{said.get('id')}") if "id" in said else None
        return whole(every.body if every else body, form)

    return written


def _following(whole: Any) -> Any:
    """A body whose references are looked up."""

    def judged(found: Any, asked: Any, actor: Any) -> Any:
        yield from whole(found, asked, actor)
        for name in list_references(found):
            if EYES.whole(name):
                yield Finding("information", "informational", Problem("valid", found["resourceType"]))

    return judged


def _with_value(whole: Any) -> Any:
    return lambda code: f"{whole(code)} {request.get_data(as_text=True)[:2000]}"


def _keeping_body(get_data: Any) -> Any:
    """The body can be read again after the hub has read it."""
    return lambda self, cache=True, **options: get_data(self, cache=True, **options)


def _counting(whole: Any) -> Any:
    def statement(base_url: str, routes: Any) -> Answer:
        found = loads(whole(base_url, routes).body, size=1 << 24)
        with current_app.extensions["store"].autocommit() as connection:
            count = len(connection.execute(select(resource.c.rid)).all())
        return Answer(200, dumps(found | {"description": f"{count} resources"}))

    return statement


@contextmanager
def _counted_ids() -> Any:
    """Identifiers in the order in which they are given, to whomever."""

    def next_one(self: SeededIds, resource_type: str) -> str:
        self.given = getattr(self, "given", 0) + 1
        return f"n{self.given:08d}"

    given = count()
    counted = mock.patch.object(store, "random_id", lambda _type: f"n{next(given):08d}")
    with mock.patch.object(SeededIds, "__call__", next_one), counted:
        yield


@contextmanager
def _texts() -> Any:
    texts = everywhere((operation_outcome.get_text, _with_value(operation_outcome.get_text)))
    with seeing(), texts, mock.patch.object(Request, "get_data", _keeping_body(Request.get_data)):
        yield


MUTANTS: dict[str, Callable[[], Any]] = {
    "a read says that there is something (L01)": _saying(403, "forbidden", lambda: Refused("type-closed"), _there),
    "a 404 of what is hidden has another code (L02)": _saying(404, "forbidden", _gone, _there),
    "what was withdrawn is gone, not absent (L03)": _saying(410, "deleted", _gone, _was_there),
    "a guessed id leads to who has the number (L13)": _saying(403, "forbidden", _gone, _of_a_number),
    "an id is known under another type (L14)": _saying(403, "forbidden", _gone, _of_another_type),
    "HEAD looks before it asks (L05)": swapped(read_slice, _head),
    "a condition is judged before the rule (L11)": swapped(read_slice, _condition_first),
    "the past of what is hidden is told (L06)": replaced(reads, "read_history_page", blindly),
    "the past of a type is everybody's (L10)": replaced(reads, "read_type_history_page", blindly),
    "hidden edits make versions (L09)": replaced(past, "read_history", _hidden_versions),
    "versions are of the whole and not of the slice (L70)": all_of(
        replaced(reads, "read", _of_whole),
        replaced(searches, "read_rids", _of_wholes),
        replaced(searches, "read_several", _of_wholes),
        replaced(writes, "read_several", _of_wholes),
    ),
    "a compartment says whether there is such a person (L15)": swapped(search.make_compartment_parameter, _compartment),
    "a type is closed only where there is a reason (L38)": replaced(
        authorize, "_open", lambda _: lambda *_given, **_: True
    ),
    "a summary is made from the whole (L56)": swapped(summary.narrow, _part_of_whole),
    "XML is made from the whole (L57)": replaced(response, "serialize", _form_of_whole),
    "an entry of a batch is read by the hub itself (L74)": replaced(requests.EntryRouter, "answer", blindly),
    "what is wrong is told with its value (L79)": _texts,
    "$everything is everything (L80)": replaced(searches, "read_everything", blindly),
    "a document goes where its reader does not (L82)": replaced(searches, "read_document", blindly),
    "$validate follows references (L83)": replaced(validate, "find_problems", _following),
    "$match compares with everybody (L84)": replaced(searches, "find_candidates", blindly),
    "the statement of capabilities counts the record (L90)": swapped(capability.answer_capabilities, _counting),
    "identifiers count what was made (L143)": _counted_ids,
}
