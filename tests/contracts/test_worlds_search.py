"""Two worlds that differ in what an actor may not see, and any declared search (`docs/leaks.md` B10.13).

`HUB_WORLDS=N` tries N programs of searches instead of 250, drawn in cases from the number `HUB_WORLDS_FROM` on.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.record.search.index.parameters import JOURNAL_TYPES, PARAMETERS
from tests.worlds.drawn import drawn
from tests.worlds.grammar import searches
from tests.worlds.programs import Step
from tests.worlds.run import Counts, run
from tests.worlds.scene import ACTORS, SITUATIONS

PROGRAMS = int(os.environ.get("HUB_WORLDS", "250"))
FIRST = int(os.environ.get("HUB_WORLDS_FROM", "0"))
SHOWN_NOTHING = frozenset({"pilote", "admin_sys"})


@pytest.mark.parametrize(("party", "role"), ACTORS, ids=[f"{role}-{party.partition('/')[2]}" for party, role in ACTORS])
def test_what_one_may_not_see_changes_no_search(party: str, role: str) -> None:
    counts = Counts()

    @settings(max_examples=max(1, PROGRAMS // len(ACTORS)), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def alike(data: st.DataObject) -> None:
        case = drawn(data.draw(st.integers(FIRST, FIRST + 10_000)), party, role)
        asked = data.draw(st.lists(searches(case.situation), min_size=2, max_size=5))
        run(replace(case, steps=tuple(Step("search", kind, pairs) for kind, pairs in asked)), counts)

    alike()
    assert sum(counts.changes.values()) >= counts.cases / 2
    assert role in SHOWN_NOTHING or counts.granted("search") >= counts.cases / 4, counts


def test_the_grammar_speaks_of_all_that_is_declared() -> None:
    """By the names that it gives: a parameter that it never asks is one that nobody tries."""
    asked: Counter[str] = Counter()

    @settings(max_examples=800, suppress_health_check=list(HealthCheck))
    @given(searches(SITUATIONS[0]))
    def collect(search: tuple[str, tuple[tuple[str, str], ...]]) -> None:
        kind, pairs = search
        for name, _ in pairs:
            base = name.partition(":")[0].partition(".")[0]
            way = "chain" if "." in name and not base.startswith("_") else base if base.startswith("_") else "parameter"
            asked.update([way, f"{kind}?{base}", name.partition(":")[2] if way == "parameter" else ""])

    collect()
    assert {"chain", "_has", "_include", "_revinclude", "_sort", "_total", "_count", "_id", "_security"} <= set(asked)
    assert {"missing", "not", "exact", "contains", "identifier", "of-type"} <= set(asked)
    declared = {f"{kind}?{name}" for kind in set(PARAMETERS) - JOURNAL_TYPES for name in PARAMETERS[kind]}
    assert len(declared & set(asked)) > len(declared) / 3
