"""All that an actor sees of one person, and the directory entries which that names.

https://hl7.org/fhir/R4/patient-operation-everything.html. As many statements for three hundred resources as for three:
the Patient, the page's names, their slices, the directory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, case, exists, literal, not_, or_, select

from hub.domain.errors import Invalid, Problem
from hub.domain.resource_types import DIRECTORY_TYPES, STORED_TYPES
from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.db.clock import moment
from hub.record.read.current import read, read_rids
from hub.record.read.references_in import named
from hub.record.read.slice import Slice
from hub.record.search.index.extract import span
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.query import MOST, number_in
from hub.record.search.sql.compiler import is_found, updated
from hub.record.tables import index_date, resource
from hub.slices import get_reference_rid

# When something was written down or last changed is no date of care; nor is a birth.
_OF_RECORD = frozenset({"authored", "authored-on", "birthdate", "modified", "recorded", "recorded-date"})
_CARE_DATES = sorted(
    {
        parameter.name
        for parameters in PARAMETERS.values()
        for parameter in parameters.values()
        if parameter.kind == "date"
    }
    - _OF_RECORD
)
# A document's bytes are had by its link, unless asked for by name: they may be a thousand times a page.
USUAL_TYPES = STORED_TYPES - {"Binary"}


@dataclass(frozen=True)
class EverythingParams:
    """What is asked. `start`, `end`: microseconds between which care took place; `since`: changed from then on; each or
    None."""

    types: frozenset[str] = USUAL_TYPES
    start: int | None = None
    end: int | None = None
    since: int | None = None
    count: int = MOST


def parse_everything_params(pairs: Iterable[tuple[str, str]]) -> EverythingParams:
    """What `pairs` ask for. Invalid `parameter-unknown`, `parameter-twice` or `parameter-value` at the parameter's name."""
    given: dict[str, Any] = {}
    for name, value in pairs:
        reader = _READERS.get(name)
        if reader is None:
            raise Invalid(Problem("parameter-unknown", name[:64]))
        field, read_value = reader
        if field in given:
            raise Invalid(Problem("parameter-twice", name))
        try:
            given[field] = read_value(value)
        except (ValueError, OverflowError):
            raise Invalid(Problem("parameter-value", name)) from None
    return EverythingParams(**given)


def types_in(text: str) -> frozenset[str]:
    """The types of a comma-separated list. ValueError when one of them is not in `STORED_TYPES`."""
    types = frozenset(text.split(","))
    if not types <= STORED_TYPES:
        raise ValueError
    return types


def _count(text: str) -> int:
    count = number_in(text)
    if not count:
        raise ValueError
    return count


_READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "_type": ("types", types_in),
    "start": ("start", lambda text: span(text)[0]),
    "end": ("end", lambda text: span(text)[1]),
    "_since": ("since", moment),
    "_count": ("count", _count),
}


def everything(
    session: ReadSession, patient: str, wanted: EverythingParams, last: int | None
) -> tuple[list[Slice], int | None]:
    """The page of slices about `patient` after `last`, the Patient first, and the key of the last one if there are more.

    NotFound when the Patient is absent or hidden, whatever else of that person is seen: the operation is on the Patient
    (`docs/leaks.md` L81)."""
    read(session, patient)
    row = resource.alias()
    person = get_reference_rid(patient)
    # In the order of the record's own numbers, which say nothing; the Patient is before all.
    key = case((row.c.rid == person, literal(-1, BigInteger)), else_=row.c.rid)
    asked = select(row.c.rid, row.c.type, row.c.id, key.label("key")).where(
        row.c.person == person, row.c.type.in_(sorted(wanted.types)), is_found(row.c.rid), *_narrowed(row, wanted)
    )
    if last is not None:
        asked = asked.where(key > last)
    rows = session.connection.execute(asked.order_by(key).limit(wanted.count + 1), session.params).all()
    page = rows[: wanted.count]
    slices = read_rids(session, {match.rid: f"{match.type}/{match.id}" for match in page})
    return slices, page[-1].key if len(rows) > wanted.count else None


def directory_of(slices: Collection[Slice]) -> list[str]:
    """The directory entries to which `slices` refer, each once, in order of name."""
    names = {name for name in named(slices) if name.partition("/")[0] in DIRECTORY_TYPES}
    return sorted(names - {resource.name for resource in slices})


def _narrowed(row: FromClause, wanted: EverythingParams) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.start is not None or wanted.end is not None:
        conditions.append(_within(row, wanted))
    if wanted.since is not None:
        conditions.append(updated(row) >= wanted.since)
    return conditions


def _within(row: FromClause, wanted: EverythingParams) -> ColumnElement[bool]:
    """A date of care that the actor sees there falls between `start` and `end`, or it sees none: what has no date is
    part of the record at any time, as an allergy is."""
    dated = and_(index_date.c.rid == row.c.rid, index_date.c.name.in_(_CARE_DATES), visible(index_date))
    bounds = [dated]
    if wanted.start is not None:
        bounds.append(index_date.c.high > wanted.start)
    if wanted.end is not None:
        bounds.append(index_date.c.low < wanted.end)
    return or_(
        exists(select(1).select_from(index_date).where(*bounds).correlate(row)),
        not_(exists(select(1).select_from(index_date).where(dated).correlate(row))),
    )
