"""What can be called under the FHIR base: the routes, as far as the CapabilityStatement declares them. Pure.

A route for any type becomes one call for each type that declares its interaction; a route with names of its own stands as
it is. So neither a route that only refuses nor a declaration without a route makes a call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

Route = tuple[str, str]  # method, path under the base, with the route's own <parameters>

# Routes for any type → the interaction that a type must declare (https://hl7.org/fhir/R4/http.html).
_INTERACTIONS: dict[Route, str] = {
    ("GET", "/<resource_type>"): "search-type",
    ("POST", "/<resource_type>"): "create",
    ("PUT", "/<resource_type>"): "conditional-update",
    ("PATCH", "/<resource_type>"): "conditional-patch",
    ("POST", "/<resource_type>/_search"): "search-type",
    ("GET", "/<resource_type>/_history"): "history-type",
    ("GET", "/<resource_type>/<resource_id>"): "read",
    ("PUT", "/<resource_type>/<resource_id>"): "update",
    ("PATCH", "/<resource_type>/<resource_id>"): "patch",
    ("DELETE", "/<resource_type>/<resource_id>"): "delete",
    ("GET", "/<resource_type>/<resource_id>/_history"): "history-instance",
    ("GET", "/<resource_type>/<resource_id>/_history/<version_id>"): "vread",
}
_COMPARTMENT: Route = ("GET", "/<resource_type>/<resource_id>/<inner_type>")
_BUNDLES: Route = ("POST", "")
# `<any(CodeSystem,ValueSet):kind>`: types that have a route of their own, and no other.
_ANY = re.compile(r"<any\(([\w,]+)\):\w+>")
# Patterns that only refuse what has no route of its own, and a path's second spelling.
_NO_CALL = re.compile(r"^/<resource_type>|<operation>|/$")
_OF_ANY_TYPE = re.compile(r"^/<resource_type>(?:/<resource_id>)?/\$([\w-]+)$")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class Call(NamedTuple):
    """One method of one path. `code`: the interaction, `compartment`, `bundle`, or `operation`; `path` as OpenAPI writes it.

    `resource_type`: of the resource that is read or written, or where an operation stands; empty for the whole system."""

    method: str
    path: str
    code: str
    resource_type: str = ""


def list_calls(statement: dict[str, Any], routes: Iterable[Route]) -> list[Call]:
    """The calls that `routes` and `statement` (a CapabilityStatement) have in common, in the order of paths."""
    [rest] = statement["rest"]
    offered = {found["type"]: found for found in rest["resource"]}
    known = list(routes)
    apart = {name for _, template in known if (types := _ANY.search(template)) for name in types[1].split(",")}
    found = {call for route in known for call in _of_route(route, offered, apart)}
    return sorted(found, key=lambda call: (call.path, call.method))


def _of_route(route: Route, offered: dict[str, Any], apart: set[str]) -> Iterator[Call]:
    method, template = route
    types: Iterable[str] = offered.keys() - apart
    if own := _ANY.search(template):
        template, types = _ANY.sub("<resource_type>", template), offered.keys() & set(own[1].split(","))
    code = _INTERACTIONS.get((method, template))
    if (method, template) == _BUNDLES:
        yield Call(method, "/", "bundle")
    elif (method, template) == _COMPARTMENT:
        yield from (
            Call(method, f"/Patient/{{id}}/{name}", "compartment", name) for name in types if _of_patient(offered[name])
        )
    elif code is not None:
        yield from (
            Call(method, _spelt(template.replace("<resource_type>", name)), code, name)
            for name in types
            if code in _declared(offered[name])
        )
    elif operation := _OF_ANY_TYPE.search(template):
        yield from (
            Call(method, _spelt(template.replace("<resource_type>", name)), "operation", name)
            for name in types
            if operation[1] in {found["name"] for found in offered[name].get("operation", ())}
        )
    elif _NO_CALL.search(template) is None:
        first = template.split("/")[1]
        yield Call(method, _spelt(template), _code_of(template), first if first in offered else "")


def _of_patient(found: dict[str, Any]) -> bool:
    return "patient" in {parameter["name"] for parameter in found.get("searchParam", ())}


def _declared(found: dict[str, Any]) -> set[str]:
    codes = {interaction["code"] for interaction in found.get("interaction", ())}
    if found.get("conditionalUpdate"):
        codes |= {f"conditional-{code}" for code in codes & {"update", "patch"}}
    return codes


def _code_of(template: str) -> str:
    return "operation" if "$" in template else template.removeprefix("/")


def _spelt(template: str) -> str:
    return _PARAMETER.sub(lambda match: f"{{{'id' if match[1] == 'resource_id' else match[1]}}}", template)
