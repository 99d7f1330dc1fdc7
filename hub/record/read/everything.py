"""Read all that an actor sees of one person, and the directory entries to which it refers, page by page.

https://hl7.org/fhir/R4/patient-operation-everything.html. Four statements whatever the number of resources: the Patient, the
names of the page, their slices, the directory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, case, exists, literal, not_, or_, select

from hub.domain.dates import parse_moment, parse_span
from hub.domain.errors import Invalid, Problem
from hub.domain.resource_types import DIRECTORY_TYPES, STORED_TYPES
from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.read.current import read, read_rids
from hub.record.read.references_in import list_referenced_names
from hub.record.read.slice import Slice
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.query import MOST, parse_limit
from hub.record.search.sql.compiler import is_found, select_updated
from hub.record.tables import index_date, resource
from hub.slices import get_reference_rid

# Dates of the record and of birth are not dates of care.
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
# Binary only when `_type` names it: a file may be a thousand times as large as a page.
USUAL_TYPES = STORED_TYPES - {"Binary"}


@dataclass(frozen=True)
class EverythingParams:
    """The parameters of `$everything`. `start`, `end`: the bounds of the time of care; `since`: the earliest change; all in
    microseconds, or None."""

    types: frozenset[str] = USUAL_TYPES
    start: int | None = None
    end: int | None = None
    since: int | None = None
    count: int = MOST


def parse_everything_params(pairs: Iterable[tuple[str, str]]) -> EverythingParams:
    """Parse the query parameters. Raises Invalid `parameter-unknown`, `parameter-twice` or `parameter-value` at the name."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        reader = _READERS.get(name)
        if reader is None:
            raise Invalid(Problem("parameter-unknown", name[:64]))
        field, read_value = reader
        if field in values:
            raise Invalid(Problem("parameter-twice", name))
        try:
            values[field] = read_value(value)
        except (ValueError, OverflowError):
            raise Invalid(Problem("parameter-value", name)) from None
    return EverythingParams(**values)


def parse_types(text: str) -> frozenset[str]:
    """Return the types of a comma-separated list. Raises ValueError when one of them is not in `STORED_TYPES`."""
    types = frozenset(text.split(","))
    if not types <= STORED_TYPES:
        raise ValueError
    return types


def _parse_count(text: str) -> int:
    count = parse_limit(text)
    if not count:
        raise ValueError
    return count


_READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "_type": ("types", parse_types),
    "start": ("start", lambda text: parse_span(text)[0]),
    "end": ("end", lambda text: parse_span(text)[1]),
    "_since": ("since", parse_moment),
    "_count": ("count", _parse_count),
}


def read_everything(
    session: ReadSession, patient: str, params: EverythingParams, last: int | None
) -> tuple[list[Slice], int | None]:
    """Return the page of slices about `patient` after the key `last`, the Patient first, and the last key if there are more.

    Raises NotFound when the Patient is absent or hidden, even if the actor sees other resources of the person: the operation
    is on the Patient (`docs/leaks.md` L81)."""
    read(session, patient)
    row = resource.alias()
    person = get_reference_rid(patient)
    # Ordered by rid, which is a hash and reveals nothing; the Patient is first.
    key = case((row.c.rid == person, literal(-1, BigInteger)), else_=row.c.rid)
    matches = select(row.c.rid, row.c.type, row.c.id, key.label("key")).where(
        row.c.person == person, row.c.type.in_(sorted(params.types)), is_found(row.c.rid), *_build_filters(row, params)
    )
    if last is not None:
        matches = matches.where(key > last)
    rows = session.connection.execute(matches.order_by(key).limit(params.count + 1), session.params).all()
    page = rows[: params.count]
    slices = read_rids(session, {match.rid: f"{match.type}/{match.id}" for match in page})
    return slices, page[-1].key if len(rows) > params.count else None


def list_directory_entries(slices: Collection[Slice]) -> list[str]:
    """Return the names of the directory entries to which `slices` refer, sorted, without those among `slices`."""
    names = {name for name in list_referenced_names(slices) if name.partition("/")[0] in DIRECTORY_TYPES}
    return sorted(names - {resource.name for resource in slices})


def _build_filters(row: FromClause, params: EverythingParams) -> list[ColumnElement[bool]]:
    conditions = []
    if params.start is not None or params.end is not None:
        conditions.append(_build_period_filter(row, params))
    if params.since is not None:
        conditions.append(select_updated(row) >= params.since)
    return conditions


def _build_period_filter(row: FromClause, params: EverythingParams) -> ColumnElement[bool]:
    """Build the condition that a visible date of care of `row` is between `start` and `end`, or that it has no visible date.

    A resource without a date, such as an allergy, belongs to the record at any time."""
    dated = and_(index_date.c.rid == row.c.rid, index_date.c.name.in_(_CARE_DATES), visible(index_date))
    bounds = [dated]
    if params.start is not None:
        bounds.append(index_date.c.high > params.start)
    if params.end is not None:
        bounds.append(index_date.c.low < params.end)
    return or_(
        exists(select(1).select_from(index_date).where(*bounds).correlate(row)),
        not_(exists(select(1).select_from(index_date).where(dated).correlate(row))),
    )
