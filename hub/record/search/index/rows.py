"""Build the index rows of a resource, each with the places of the part that has the value (`docs/parts.md` 21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table

from hub.domain.dates import parse_span
from hub.record.search.index.extract import Entry, list_values
from hub.record.search.index.parameter import Parameter
from hub.record.tables import index_date, index_quantity, index_string, index_token, worklist
from hub.slices import get_reference_rid
from hub.slices.parts.part import Part, Place

# The types with rows in `worklist`: type → (elements that name the parties of the lists, element of the date).
HOT = {
    "Task": (("owner", "requester"), "authoredOn"),
    "ServiceRequest": (("requester",), "authoredOn"),
}


def build_index_rows(
    resource: Mapping[str, Any], rid: int, person: int, parts: list[Part], moved: int = 0
) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Yield (table, row) for every index value of the resource. `moved`: the latest `moved` of its present parts."""
    resource_type = resource["resourceType"]
    indexed: set[tuple[Any, ...]] = set()
    for part in parts:
        where = build_place_columns(part.place, person)
        for element, value in _list_elements(part):
            for parameter, entry in list_values(resource_type, element, value):
                if (parameter.name, entry, part.place.key) in indexed:
                    continue
                indexed.add((parameter.name, entry, part.place.key))
                row = {"rid": rid, "type": resource_type, "name": parameter.name} | where
                yield _build_index_row(parameter, row, entry)
        if resource_type in HOT:
            for row in _build_worklist_rows(resource, rid, part):
                yield worklist, row | {"about": person, "age": -moved} | where


def build_place_columns(place: Place, person: int) -> dict[str, Any]:
    """Return the columns of an index row by which its visibility is decided."""
    return {
        "person": 0 if place.offer else person,
        "needs": place.needs,
        "stake_needs": place.stake_needs,
        "domain": place.domain,
        "holder": place.holder,
    }


def _list_elements(part: Part) -> Iterator[tuple[str, Any]]:
    yield from part.members.items()
    for path, items in part.ranked.items():
        for _, item in items:
            # Provisions of a Consent are indexed under their top-level element.
            yield path.partition(".")[0], item


def _build_index_row(parameter: Parameter, row: dict[str, Any], entry: Entry) -> tuple[Table, dict[str, Any]]:
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


def _build_worklist_rows(resource: Mapping[str, Any], rid: int, part: Part) -> Iterator[dict[str, Any]]:
    lists, date = HOT[resource["resourceType"]]
    for name in lists:
        party = part.members.get(name, {}).get("reference")
        if party is not None:
            # The reference to the party labels the whole resource, so that the date has the places of that reference.
            dated = parse_span(part.members[date])[0] if date in part.members else 0
            row = {"rid": rid, "name": name, "type": resource["resourceType"], "id": resource["id"], "party": party}
            yield row | {"status": resource["status"], "authored": dated}
