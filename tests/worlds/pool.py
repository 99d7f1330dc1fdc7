"""What an actor can ask about in a situation: names, words, search values, visible and hidden alike, so that a random
question is seldom about nothing (docs/security.md §4.5: unbiased generation is worthless)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from hub.domain.resource_types import DIRECTORY_TYPES
from hub.record.db.clock import instant
from hub.record.search.index.extract import list_values
from hub.record.search.index.parameter import Parameter, list_targets
from hub.record.search.index.parameters import PARAMETERS
from tests.worlds.changes import WORD
from tests.worlds.oracle import Judge
from tests.worlds.scene import Json
from tests.worlds.twin import base

_DATES = (
    "2026-10-01",
    "gt2026-10-01",
    "lt2026-11-20",
    "ge2026-11",
    "2026-11-20T09:00:00+01:00",
    "ne2026-10-01",
    "sa2026-01-01",
)
UPDATED = ("gt2026-11-21T08:00:00Z", "lt2026-11-21", "ge2026-10-10", "le2026-10-05", "gt2026-09-24T08:00:00Z", "ne2026")


@dataclass(frozen=True, eq=False)
class Pool:
    """`judge`: the actor in the situation as it starts. `visible`, `partial`, `hidden`: names by what it sees of them: all,
    some, nothing. `dark`: (name, word) of all that it does not see, `dark_items` those in an array with more items;
    `bright`: the words that it sees."""

    situation: str
    party: str
    role: str
    judge: Judge
    visible: tuple[str, ...]
    partial: tuple[str, ...]
    hidden: tuple[str, ...]
    dark: tuple[tuple[str, str], ...]
    dark_items: tuple[tuple[str, str], ...]
    bright: frozenset[str]
    types: tuple[str, ...]

    @property
    def seen(self) -> tuple[str, ...]:
        return (*self.visible, *self.partial)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.seen, *self.hidden)


@cache
def pool(situation: str, party: str, role: str) -> Pool:
    world = base(situation).world()
    judge = Judge(world, party, role)
    names: dict[str, list[str]] = {"visible": [], "partial": [], "hidden": []}
    dark: set[tuple[str, str]] = set()
    bright: set[str] = set()
    for name, resource in sorted(world.resources.items()):
        seen, hidden = judge.sorted_parts(name, resource)
        kind = "hidden" if not seen else "partial" if any(part.place.needs for part in hidden) else "visible"
        names[kind].append(name)
        dark |= {(name, word) for part in hidden for word in WORD.findall(json.dumps(part.get_elements()))}
        bright |= {word for part in seen for word in WORD.findall(json.dumps(part.get_elements()))}
    known = tuple(sorted(pair for pair in dark if pair[1] not in bright))
    return Pool(
        situation,
        party,
        role,
        judge,
        visible=tuple(names["visible"]),
        partial=tuple(names["partial"]),
        hidden=tuple(names["hidden"]),
        dark=known,
        dark_items=tuple(pair for pair in known if _among_others(world.resources[pair[0]], pair[1])),
        bright=frozenset(bright),
        types=_types(names),
    )  # fmt: skip


def _among_others(resource: Json, word: str) -> bool:
    arrays = (value for value in resource.values() if isinstance(value, list) and len(value) > 1)
    return any(word in json.dumps(value) for value in arrays)


def _types(names: dict[str, list[str]]) -> tuple[str, ...]:
    """Types to search: those with something visible and something hidden more often."""
    of = {kind: {name.partition("/")[0] for name in found} for kind, found in names.items()}
    both = sorted(of["partial"] | (of["visible"] & of["hidden"]))
    person = sorted((of["visible"] | of["hidden"]) - DIRECTORY_TYPES)
    return tuple(name for name in (*both, *both, *both, *person, *sorted(PARAMETERS)) if name in PARAMETERS)


@cache
def search_values(situation: str) -> dict[str, tuple[tuple[Parameter, str], ...]]:
    """Type → (parameter, value as one would ask for it), once each."""
    found: dict[str, set[tuple[Parameter, str]]] = {name: set() for name in PARAMETERS}
    for resource in base(situation).resources.values():
        found[resource["resourceType"]] |= found_by(resource)
    return {name: tuple(sorted(pairs, key=lambda pair: (pair[0].name, pair[1]))) for name, pairs in found.items()}


def found_by(resource: Json) -> set[tuple[Parameter, str]]:
    """(parameter, value) by which a resource could be found, by who sees all of it."""
    return {
        (parameter, asked)
        for element, value in resource.items()
        for item in (value if isinstance(value, list) else [value])
        for parameter, entry in list_values(resource["resourceType"], element, item)
        for asked in _asked(parameter, entry)
    }


def _asked(parameter: Parameter, entry: tuple[Any, ...]) -> tuple[str, ...]:
    match parameter.kind:
        case "token":
            system, code = entry
            return (f"{system}|{code}", code) if system else (code,)
        case "reference":
            return (entry[1], entry[1].partition("/")[2])
        case "string":
            return (entry[1], entry[1][:3])
        case "uri" | "canonical":
            return (entry[1],)
        case "quantity":
            return tuple(f"{prefix}{entry[0]}" for prefix in ("", "gt", "le", "ap"))
    return (*_DATES, *(f"{prefix}{instant(max(entry[0], 0))}" for prefix in ("ge", "lt")))


@cache
def targets(resource_type: str, parameter: Parameter) -> tuple[str, ...]:
    """The types that a reference parameter may lead to."""
    return list_targets(resource_type, parameter) if parameter.of_reference else ()
