"""An actor acts, then asks, in two databases that differ only in what it may not see: it is told the same, byte for byte, and the
same identifiers are equal to each other (`docs/leaks.md`, "How the two-worlds test works"; `docs/parts.md` 24 to 27).

`HUB_WORLDS=N` tries N programs instead of 95, those of each actor from the number `HUB_WORLDS_FROM` on."""

from __future__ import annotations

import os

import pytest

from hub.domain.roles import load_roles
from tests.worlds.attempts import try_programs
from tests.worlds.drawn import acting
from tests.worlds.found import FOUND
from tests.worlds.run import Counts, run
from tests.worlds.scene import ACTORS

PROGRAMS = int(os.environ.get("HUB_WORLDS", "95"))
FIRST = int(os.environ.get("HUB_WORLDS_FROM", "0"))


@pytest.mark.parametrize(("party", "role"), ACTORS, ids=[f"{role}-{party.partition('/')[2]}" for party, role in ACTORS])
def test_what_one_may_not_see_changes_nothing_of_what_one_does(party: str, role: str) -> None:
    numbers = range(FIRST, FIRST + max(1, PROGRAMS // len(ACTORS)))
    counts = try_programs(lambda number: acting(number, party, role), numbers)
    _has_tried(party, role, counts)


@pytest.mark.parametrize("leak", FOUND)
def test_what_was_told_once_is_told_no_more(leak: str) -> None:
    counts = Counts()
    run(FOUND[leak], counts)
    assert sum(counts.changes.values()) == len(FOUND[leak].changes)


def _has_tried(party: str, role: str, counts: Counts) -> None:
    """A run in which nobody is sent anything, or nothing happens meanwhile, proves nothing (docs/security.md §4.5)."""
    assert sum(counts.changes.values()) >= counts.cases / 2, counts
    if party.startswith("Organization/"):
        assert counts.granted("send") >= counts.cases / 4, counts
    if party != "Organization/dac":
        # The desk is shown each demand, so nobody sends one behind its back.
        assert counts.changes["message"] >= counts.cases / 4, counts
    if load_roles()[role].relations - {"hub"}:
        assert counts.granted("search") >= counts.cases, counts
