"""What the page of the API shows of each type: pure data for the templates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from hub.api.docs.openapi.calls import Call, list_calls
from hub.api.docs.openapi.examples import BUNDLES, JSON_PATCH, RESOURCES
from hub.api.http.route import Route
from hub.fhir import dumps

_BODIES: dict[str, Any] = {"transaction": BUNDLES["batch"], "patch": JSON_PATCH, "conditional-patch": JSON_PATCH}
_OF_RESOURCE = frozenset({"create", "update", "conditional-update"})
_PATCHES = frozenset({"patch", "conditional-patch"})


class Row(NamedTuple):
    """A call and how to try it: `body` as it could be sent, `media_type` of it, both empty when it takes none."""

    call: Call
    body: str
    media_type: str


class Section(NamedTuple):
    """The calls of one type, or of the whole system where `name` is empty. `parameters`: name and kind of each."""

    name: str
    rows: list[Row]
    parameters: list[tuple[str, str]]
    includes: list[str]
    reverse_includes: list[str]


def list_sections(statement: dict[str, Any], routes: Iterable[Route]) -> list[Section]:
    """The whole of what can be called, by type, what is of the system first."""
    [rest] = statement["rest"]
    by_type: dict[str, list[Row]] = {"": []} | {found["type"]: [] for found in rest["resource"]}
    for call in list_calls(statement, routes):
        by_type[call.resource_type].append(_row(call))
    offered = {found["type"]: found for found in rest["resource"]}
    return [_section(name, rows, offered.get(name, {})) for name, rows in by_type.items()]


def _section(name: str, rows: list[Row], found: dict[str, Any]) -> Section:
    parameters = [(one["name"], one["type"]) for one in found.get("searchParam", ())]
    return Section(name, rows, parameters, found.get("searchInclude", []), found.get("searchRevInclude", []))


def _row(call: Call) -> Row:
    if call.code in _OF_RESOURCE and call.resource_type in RESOURCES:
        named = {"id": "{id}"} if call.code == "update" else {}
        return Row(call, _written(RESOURCES[call.resource_type] | named), "application/fhir+json")
    if call.code in _BODIES:
        media_type = "application/json-patch+json" if call.code in _PATCHES else "application/fhir+json"
        return Row(call, _written(_BODIES[call.code]), media_type)
    return Row(call, "", "application/x-www-form-urlencoded" if call.path.endswith("/_search") else "")


def _written(example: Any) -> str:
    return dumps(example).decode()
