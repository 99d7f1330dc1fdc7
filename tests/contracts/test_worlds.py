"""Two databases that differ only in what an actor may not see give it the same answers, byte for byte
(`docs/leaks.md`, "How the two-worlds test works"; `docs/security.md` §4.4). `HUB_WORLDS=N` tries N programs instead of 300, those
of each actor from the number `HUB_WORLDS_FROM` on."""

from __future__ import annotations

import os

import pytest

from tests.worlds.attempts import try_programs
from tests.worlds.changes import Change
from tests.worlds.drawn import drawn
from tests.worlds.programs import Case, Step
from tests.worlds.run import Counts, run
from tests.worlds.scene import ACTORS

PROGRAMS = int(os.environ.get("HUB_WORLDS", "300"))
FIRST = int(os.environ.get("HUB_WORLDS_FROM", "0"))
# They see figures and machines, never a person: nothing of them can be shown (config/roles.toml).
SHOWN_NOTHING = frozenset({"pilote", "admin_sys"})
# They write next to nothing: an auditor, someone who only accompanies, a partner with no tie.
HARDLY_WRITE = frozenset(
    {("Organization/dac", "dpo_auditeur"), ("RelatedPerson/ami", "pers_confiance"), ("Organization/dehors", "saad")}
)


@pytest.mark.parametrize(("party", "role"), ACTORS, ids=[f"{role}-{party.partition('/')[2]}" for party, role in ACTORS])
def test_ac33_what_one_may_not_see_changes_nothing_that_one_is_told(party: str, role: str) -> None:
    numbers = range(FIRST, FIRST + max(1, PROGRAMS // len(ACTORS)))
    counts = try_programs(lambda number: drawn(number, party, role), numbers)
    _has_tried(party, role, counts)


# Leaks that this test has found, each as small as it can be.
FOUND = {
    "a hidden item in front and another label made a version of what stood beside": Case(
        "circle", "Organization/dac", "guichet", "http", 0.001,
        changes=(
            Change(0, "copy", "CarePlan/plan", "zq0164z", ("front",)),
            Change(1, "recode", "Condition/hta", "", ("F31",)),
        ),
        steps=(Step("read", "CarePlan/plan"),),
    ),
    "hidden items in front changed the order of what stood in a version of the past": Case(
        "circle", "Organization/dac", "gestionnaire", "http", 1_000,
        changes=(
            Change(1, "copy", "CarePlan/plan", "zq0164z", ("front",)),
            Change(1, "copy", "CarePlan/plan", "zq0164z", ("front",)),
        ),
        steps=(Step("edit", "CarePlan/plan", (), ("say", "5")), Step("history", "CarePlan/plan")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("leak", FOUND)
def test_what_leaked_once_leaks_no_more(leak: str) -> None:
    counts = Counts()
    run(FOUND[leak], counts)
    assert sum(counts.changes.values()) == len(FOUND[leak].changes)


def _has_tried(party: str, role: str, counts: Counts) -> None:
    """A run that shows nothing, or changes nothing behind the actor's back, proves nothing (docs/security.md §4.5)."""
    happened = sum(counts.changes.values())
    assert happened >= counts.cases / 2, counts
    if role in SHOWN_NOTHING:
        return
    assert counts.telling >= counts.cases / 4, counts
    for kinds in (("read",), ("search",), ("vread", "history")):
        assert counts.granted(*kinds) >= counts.cases / 8, (kinds, counts)
    if (party, role) not in HARDLY_WRITE:
        assert counts.granted("edit", "create", "transact") >= counts.cases / 10, counts
