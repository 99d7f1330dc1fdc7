"""Random searches for Hypothesis, made from the declared table alone: a new parameter, modifier, sort or include joins by itself
(`docs/leaks.md` B10.13).

Values are those that stand somewhere in the situation, visible and hidden alike, and some that stand nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from hub.domain.resource_types import TYPES
from hub.record.search.index.parameter import Parameter, list_targets
from hub.record.search.index.parameters import COMMON, JOURNAL_TYPES, PARAMETERS
from hub.record.search.query.chains import CHAIN_HOPS
from hub.record.search.query.parser import SORTED, TOTALS
from hub.record.search.query.values import PREFIXES, list_modifiers
from tests.worlds.pool import UPDATED, search_values
from tests.worlds.twin import base

Pair = tuple[str, str]
One = TypeVar("One")

# What is asked of a kind beside the values that stand somewhere.
_ELSEWHERE = {
    "token": ("zz", "urn:x|zz", "|zz", "urn:x|", "a\\,b"), "reference": ("Patient/zz", "zz", "Task/zz"),
    "canonical": ("urn:x:zz",), "uri": ("urn:x:zz", "https://x.example/a"), "string": ("zz", "%", "é"),
    "date": ("2026", "2026-10", "2026-11-20T09:00:00Z"), "quantity": ("5", "5.40", "1e3|urn:u|kg", "0||kg"),
}  # fmt: skip
_SLICE = {"_tag": ("x",), "_security": ("REDACTED", "R"), "_profile": ("urn:x",), "_lastUpdated": UPDATED}
_TYPES = sorted(set(PARAMETERS) - JOURNAL_TYPES)


class Speaker:
    """Draws the words of one search in a situation."""

    def __init__(self, draw: Any, situation: str) -> None:
        self._draw, self._situation = draw, situation

    def one(self, among: Sequence[One]) -> One:
        found: One = self._draw(st.sampled_from(among))
        return found

    def search(self) -> tuple[str, tuple[Pair, ...]]:
        """(type, parameters)."""
        kind = self.one(_TYPES)
        conditions = [self.condition(kind, 0) for _ in range(self.one((0, 1, 1, 2, 3)))]
        shapes = [self.shape(kind) for _ in range(self.one((0, 0, 1, 2)))]
        # What may stand once stands once.
        single = {name: value for name, value in shapes if "include" not in name}
        return kind, (*conditions, *single.items(), *(pair for pair in shapes if "include" in pair[0]))

    def condition(self, kind: str, hops: int) -> Pair:
        parameters = list(PARAMETERS[kind].values())
        way = self.one(("slice", "value", "value", "value", "chain", "has"))
        chains = [via for via in parameters if via.of_reference and list_targets(kind, via)]
        pointing = _pointing_to(kind)
        if way == "chain" and chains and hops < CHAIN_HOPS:
            via = self.one(chains)
            target = self.one(list_targets(kind, via))
            name, value = self.condition(target, hops + 1)
            return f"{via.name}:{target}.{name}", value
        if way == "has" and pointing and hops < CHAIN_HOPS:
            source, by = self.one(pointing)
            name, value = self.condition(source, hops + 1)
            return f"_has:{source}:{by}:{name}", value
        return self.value_of(kind, self.one(parameters)) if way == "value" and parameters else self.of_slice(kind)

    def of_slice(self, kind: str) -> Pair:
        ids = [
            name.partition("/")[2] for name in sorted(base(self._situation).resources) if name.startswith(f"{kind}/")
        ]
        name = self.one(sorted(COMMON))
        known = _SLICE | {"_id": (*ids, "zz", ",".join([*ids[:3], "zz"]))}
        negated = self.one(("", "", ":not")) if name in ("_tag", "_security") else ""
        return name + negated, self.one(known[name])

    def value_of(self, kind: str, parameter: Parameter) -> Pair:
        if parameter.components:
            return parameter.name, "$".join(self.word(kind, PARAMETERS[kind][one]) for one in parameter.components)
        modifier = self.one(("", "", *list_modifiers(kind, parameter)))
        name = f"{parameter.name}:{modifier}" if modifier else parameter.name
        if modifier == "missing":
            return name, self.one(("true", "false"))
        if modifier == "of-type":
            return name, "urn:x|zz|1"
        words = [self.word(kind, parameter) for _ in range(self.one((1, 1, 2)))]
        return name, ",".join(word.rpartition("/")[2] for word in words) if modifier in TYPES else ",".join(words)

    def word(self, kind: str, parameter: Parameter) -> str:
        found = self.one((*_said(self._situation, kind, parameter), *_ELSEWHERE[parameter.kind]))
        measured = parameter.kind in ("date", "quantity") and not found.startswith(PREFIXES)
        return self.one(("", *PREFIXES)) + found if measured else found

    def shape(self, kind: str) -> Pair:
        parameters = PARAMETERS[kind].values()
        forward = [f"{kind}:{via.name}" for via in parameters if via.of_reference]
        reverse = [f"{source}:{via}" for source, via in _pointing_to(kind)]
        match self.one(("sort", "count", "total", "include", "include", "reverse", "reverse")):
            case "sort":
                sorts = ["_id", "_lastUpdated", *(one.name for one in parameters if one.kind in SORTED)]
                words = [self.one(("", "-")) + self.one(sorts) for _ in range(self.one((1, 2, 3)))]
                return "_sort", ",".join(words)
            case "include" if forward:
                return self.one(("_include", "_include:iterate")), self.one(forward)
            case "reverse" if reverse:
                return self.one(("_revinclude", "_revinclude:iterate")), self.one(reverse)
            case "total":
                return "_total", self.one(TOTALS)
        return "_count", self.one(("0", "1", "2", "7"))


@st.composite
def searches(draw: Any, situation: str) -> tuple[str, tuple[Pair, ...]]:
    """(type, parameters) of a search in a situation."""
    return Speaker(draw, situation).search()


@cache
def _said(situation: str, kind: str, parameter: Parameter) -> tuple[str, ...]:
    return tuple(value for other, value in search_values(situation)[kind] if other == parameter)


@cache
def _pointing_to(kind: str) -> list[Pair]:
    return [
        (source, via.name)
        for source in _TYPES
        for via in PARAMETERS[source].values()
        if via.of_reference and kind in list_targets(source, via)
    ]
