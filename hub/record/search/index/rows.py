"""Index rows of a resource: each value with the places of the part that says it (`docs/parts.md` 21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table

from hub.record.search.index.extract import Entry, span, values
from hub.record.search.index.parameter import Parameter
from hub.record.tables import index_date, index_quantity, index_string, index_token, worklist
from hub.slices import get_reference_rid
from hub.slices.parts.part import Part, Place

# The typed columns of hot searches: type → (whose lists it stands on, its date).
HOT = {
    "Task": (("owner", "requester"), "authoredOn"),
    "ServiceRequest": (("requester",), "authoredOn"),
}


def index_rows(
    resource: Mapping[str, Any], rid: int, person: int, parts: list[Part]
) -> Iterator[tuple[Table, dict[str, Any]]]:
    """(table, row) of everything by which the resource can be found."""
    resource_type = resource["resourceType"]
    seen: set[tuple[Any, ...]] = set()
    for part in parts:
        where = places_of(part.place, person)
        for element, value in _said(part):
            for parameter, entry in values(resource_type, element, value):
                if (parameter.name, entry, part.place.key) in seen:
                    continue
                seen.add((parameter.name, entry, part.place.key))
                row = {"rid": rid, "type": resource_type, "name": parameter.name} | where
                yield _index_row(parameter, row, entry)
        if resource_type in HOT:
            yield from _worklist_row(resource, rid, part, where)


def places_of(place: Place, person: int) -> dict[str, Any]:
    """The columns that say where an index row stands."""
    return {
        "person": 0 if place.offer else person,
        "needs": place.needs,
        "stake_needs": place.stake_needs,
        "domain": place.domain,
        "holder": place.holder,
    }


def _said(part: Part) -> Iterator[tuple[str, Any]]:
    yield from part.members.items()
    for path, items in part.ranked.items():
        for _, item in items:
            # Provisions of a Consent are indexed under the element that they stand in.
            yield path.partition(".")[0], item


def _index_row(parameter: Parameter, row: dict[str, Any], entry: Entry) -> tuple[Table, dict[str, Any]]:
    if parameter.kind == "string":
        return index_string, row | {"folded": entry[0], "exact": entry[1]}
    if parameter.kind == "date":
        return index_date, row | {"low": entry[0], "high": entry[1]}
    if parameter.kind == "quantity":
        return index_quantity, row | dict(zip(("low", "high", "system", "code", "unit"), entry, strict=True))
    literal = parameter.of_reference and "/" in entry[1] and not entry[1].startswith("#")
    return index_token, row | {
        "system": entry[0],
        "code": entry[1],
        "target": get_reference_rid(entry[1]) if literal else None,
    }


def _worklist_row(
    resource: Mapping[str, Any], rid: int, part: Part, where: dict[str, Any]
) -> Iterator[tuple[Table, dict[str, Any]]]:
    lists, date = HOT[resource["resourceType"]]
    for name in lists:
        party = part.members.get(name, {}).get("reference")
        if party is not None:
            # Who owns or asks labels the whole resource, so the date stands where its name stands.
            dated = span(part.members[date])[0] if date in part.members else 0
            row = {"rid": rid, "name": name, "type": resource["resourceType"], "id": resource["id"], "party": party}
            yield worklist, row | {"status": resource["status"], "authored": dated} | where
