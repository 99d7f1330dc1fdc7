"""What of a resource the hub keeps (`docs/leaks.md` L103, L105, L107, L108; `docs/parts.md` 11).

Narrative, meta, and what a client writes besides the address of a reference are removed. What could hide or change a meaning is
refused.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from hub.conformance.profiles.local_definitions import find_misuses
from hub.conformance.r4.problems import MAX_PROBLEMS
from hub.conformance.r4.types import check_type
from hub.domain.errors import Invalid, Problem
from hub.domain.resource_types import TYPES

_DROPPED = ("text", "meta")
# Members of a reference with an address: they would disclose its target to whoever may see the address alone.
_DISPLAYED = frozenset({"display", "_display", "identifier"})
_REFUSED = {"implicitRules": "implicit-rules", "modifierExtension": "modifier-extension"}


def make_admissible(
    resource: dict[str, Any], extensions: Container[str] = frozenset(), *, known: frozenset[str] = TYPES
) -> dict[str, Any]:
    """Return a copy of `resource` (checked before by `check`) without narrative and meta; literal references are addresses alone.

    `extensions`: the URLs that the hub keeps; the parts of such an extension are kept too. Invalid: another extension, any
    modifierExtension, implicitRules, a type or a contained type that is not `known`, or an extension or a code of ours that is
    not as we define it.
    """
    check_type(resource, known)
    reduced = _drop_unkept(resource)
    problems = list(_find_problems(reduced, extensions, known)) or [misuse.problem for misuse in find_misuses(reduced)]
    if problems:
        raise Invalid(*problems[:MAX_PROBLEMS])
    return reduced


def strip_references(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of `resource` whose literal references are addresses alone, as `make_admissible` leaves them."""
    return {name: _strip_value(value) for name, value in resource.items()}


def find_refused(
    resource: dict[str, Any], extensions: Container[str] = frozenset(), *, known: frozenset[str] = TYPES
) -> Iterator[Problem]:
    """Yield what R4 allows and the hub refuses: all that `make_admissible` refuses, except misuses of our own definitions."""
    return _find_problems(_drop_unkept(resource), extensions, known)


def _find_problems(resource: dict[str, Any], extensions: Container[str], known: frozenset[str]) -> Iterator[Problem]:
    yield from _find_foreign_types(resource, known)
    yield from _find_refused_elements(resource, resource["resourceType"], extensions)


def _drop_unkept(resource: dict[str, Any]) -> dict[str, Any]:
    reduced = _drop_members(resource)
    if "contained" in reduced:
        reduced["contained"] = [_drop_members(inner) for inner in reduced["contained"]]
    return reduced


def _drop_members(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: _strip_value(value) for name, value in resource.items() if name not in _DROPPED}


def _strip_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_strip_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    displayed = _DISPLAYED if isinstance(value.get("reference"), str) else frozenset()
    return {name: _strip_value(item) for name, item in value.items() if name not in displayed}


def _find_foreign_types(resource: dict[str, Any], known: frozenset[str]) -> Iterator[Problem]:
    for rank, inner in enumerate(resource.get("contained", ())):
        if inner["resourceType"] not in known:
            yield Problem("type-not-kept", f"{resource['resourceType']}.contained[{rank}]")


def _find_refused_elements(value: Any, path: str, extensions: Container[str]) -> Iterator[Problem]:
    if isinstance(value, list):
        for rank, item in enumerate(value):
            yield from _find_refused_elements(item, f"{path}[{rank}]", extensions)
    elif isinstance(value, dict):
        for name, item in value.items():
            place = f"{path}.{name}"
            if name in _REFUSED:
                yield Problem(_REFUSED[name], place)
            elif name == "extension":
                yield from (
                    Problem("extension-unknown", f"{place}[{rank}]")
                    for rank, extension in enumerate(item)
                    if extension["url"] not in extensions
                )
            elif isinstance(item, dict | list):
                yield from _find_refused_elements(item, place, extensions)
