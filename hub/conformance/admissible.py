"""What of a resource the hub keeps: the client's narrative and meta go, what it writes beside an address goes, and what could
hide or change a meaning is refused (`docs/leaks.md` L103, L105, L107, L108; `docs/parts.md` 11)."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from hub.conformance.profiles.local_definitions import find_misuses
from hub.conformance.r4.problems import MAX_PROBLEMS
from hub.conformance.r4.types import check_type
from hub.domain.errors import Invalid, Problem
from hub.domain.resource_types import TYPES

_DROPPED = ("text", "meta")
# Of a reference that says where its target is: a name or a number beside it would tell of the target whoever sees the address.
_BESIDE = frozenset({"display", "_display", "identifier"})
_REFUSED = {"implicitRules": "implicit-rules", "modifierExtension": "modifier-extension"}


def make_admissible(
    resource: dict[str, Any], extensions: Container[str] = frozenset(), *, known: frozenset[str] = TYPES
) -> dict[str, Any]:
    """A copy of `resource` (checked before by `check`) without narrative and meta, its literal references bare.

    `extensions`: the URLs that have a place. Inside an extension that is allowed, its parts are. Invalid: another
    extension, any modifierExtension, implicitRules, a type or a contained type that is not `known`; an extension or a
    code with our address that is not as we define it.
    """
    check_type(resource, known)
    kept = _drop_unkept(resource)
    problems = list(_find_problems(kept, extensions, known)) or [found.problem for found in find_misuses(kept)]
    if problems:
        raise Invalid(*problems[:MAX_PROBLEMS])
    return kept


def strip_references(resource: dict[str, Any]) -> dict[str, Any]:
    """A copy of `resource` whose literal references say the address alone, as `make_admissible` leaves them."""
    return {name: _strip_value(value) for name, value in resource.items()}


def find_refused(
    resource: dict[str, Any], extensions: Container[str] = frozenset(), *, known: frozenset[str] = TYPES
) -> Iterator[Problem]:
    """What R4 allows and the hub does not keep: all that `make_admissible` refuses but the misuse of our own words."""
    return _find_problems(_drop_unkept(resource), extensions, known)


def _find_problems(kept: dict[str, Any], extensions: Container[str], known: frozenset[str]) -> Iterator[Problem]:
    yield from _find_foreign_types(kept, known)
    yield from _find_refused_elements(kept, kept["resourceType"], extensions)


def _drop_unkept(resource: dict[str, Any]) -> dict[str, Any]:
    kept = _drop_members(resource)
    if "contained" in kept:
        kept["contained"] = [_drop_members(inner) for inner in kept["contained"]]
    return kept


def _drop_members(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: _strip_value(value) for name, value in resource.items() if name not in _DROPPED}


def _strip_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_strip_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    beside = _BESIDE if isinstance(value.get("reference"), str) else frozenset()
    return {name: _strip_value(item) for name, item in value.items() if name not in beside}


def _find_foreign_types(resource: dict[str, Any], known: frozenset[str]) -> Iterator[Problem]:
    for rank, inner in enumerate(resource.get("contained", ())):
        if inner["resourceType"] not in known:
            yield Problem("type-not-kept", f"{resource['resourceType']}.contained[{rank}]")


def _find_refused_elements(value: Any, place: str, extensions: Container[str]) -> Iterator[Problem]:
    if isinstance(value, list):
        for rank, item in enumerate(value):
            yield from _find_refused_elements(item, f"{place}[{rank}]", extensions)
    elif isinstance(value, dict):
        for name, item in value.items():
            here = f"{place}.{name}"
            if name in _REFUSED:
                yield Problem(_REFUSED[name], here)
            elif name == "extension":
                yield from (
                    Problem("extension-unknown", f"{here}[{rank}]")
                    for rank, extension in enumerate(item)
                    if extension["url"] not in extensions
                )
            elif isinstance(item, dict | list):
                yield from _find_refused_elements(item, here, extensions)
