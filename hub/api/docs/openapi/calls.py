"""The calls of the FHIR API: the rows of the table of routes that the CapabilityStatement declares. Pure.

A row for any type becomes one call for each type that declares its interaction or operation; a row for one type becomes one
call. A row that only refuses is no call, nor is a declaration without a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from hub.api.http.route import Route

_PARAMETER = re.compile(r"<(?:[^<>:]+:)?(\w+)>")


class Call(NamedTuple):
    """One method of one path. `path`: as OpenAPI writes it. `resource_type`: of the resource that is read or written, or that has
    the operation; empty for the whole system.

    `code`: the row's interaction, `conditional-update`, `conditional-patch` or `compartment`."""

    method: str
    path: str
    code: str
    resource_type: str = ""


def list_calls(statement: dict[str, Any], routes: Iterable[Route]) -> list[Call]:
    """Return the calls that both `routes` and `statement` (a CapabilityStatement) have, ordered by path and method."""
    [rest] = statement["rest"]
    declared = {resource["type"]: resource for resource in rest["resource"]}
    rows = [route for route in routes if route.interactions]
    definitions = {name for route in rows for segment in route.segments[:1] for name in segment.values}
    calls = {call for route in rows for call in _list_calls_of(route, declared, definitions)}
    return sorted(calls, key=lambda call: (call.path, call.method))


def _list_calls_of(route: Route, declared: dict[str, Any], definitions: set[str]) -> Iterator[Call]:
    code = _get_code(route)
    first = route.segments[0] if route.path.strip("/") else None
    if first is None:
        yield Call(route.method, "/", code)
    elif not first.parameter:
        yield Call(route.method, _write_path(route.path), code, first.text if first.text in declared else "")
    else:
        types = declared.keys() & first.values if first.values else declared.keys() - definitions
        for name in types:
            if code == "compartment":
                if _is_about_patient(declared[name]):
                    yield Call(route.method, f"/Patient/{{id}}/{name}", code, name)
            elif _declares(declared[name], route, code):
                yield Call(route.method, _write_path(route.path.replace(route.path.split("/")[1], name)), code, name)


def _get_code(route: Route) -> str:
    if route.path.endswith("/<inner_type>"):
        return "compartment"
    return f"conditional-{route.interactions[0]}" if route.conditional else route.interactions[0]


def _is_about_patient(declaration: dict[str, Any]) -> bool:
    return "patient" in {parameter["name"] for parameter in declaration.get("searchParam", ())}


def _declares(declaration: dict[str, Any], route: Route, code: str) -> bool:
    """Return whether a type's part of the CapabilityStatement (`declaration`) has the operation or the interaction of `route`."""
    if route.operation is not None:
        return route.operation.code in {operation["name"] for operation in declaration.get("operation", ())}
    codes = {interaction["code"] for interaction in declaration.get("interaction", ())}
    if declaration.get("conditionalUpdate"):
        codes |= {f"conditional-{code}" for code in codes & {"update", "patch"}}
    return code in codes


def _write_path(template: str) -> str:
    return _PARAMETER.sub(lambda match: f"{{{'id' if match[1] == 'resource_id' else match[1]}}}", template)
