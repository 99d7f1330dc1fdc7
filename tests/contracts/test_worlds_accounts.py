"""Two worlds by account and acting context (`docs/parts.md` 31, `docs/leaks.md` L146, L147, L149).

Random programs as in `test_worlds`, asked by accounts: colleagues are told the same bytes as the software of their role; whom the
person masks is told the same whatever happens to her; what a colleague holds, or she herself in another context, changes nothing.
`HUB_WORLDS_ACCOUNTS=N` tries N programs an actor instead of 2.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.contracts.cases import leak
from tests.worlds.accounts import (
    ELSEWHERE,
    FIRST,
    SECOND,
    Seat,
    Setting,
    build_actor,
    list_actors,
    list_common,
    shown_changes,
    strip,
)
from tests.worlds.drawn import drawn
from tests.worlds.programs import Case
from tests.worlds.twin import Side, make_side

PROGRAMS = int(os.environ.get("HUB_WORLDS_ACCOUNTS", "2"))
ACTORS = list_actors()
NAMES = [f"{role}-{party.partition('/')[2]}" for party, role in ACTORS]
# They never see anything of a person (config/roles.toml).
SHOWN_NOTHING = frozenset({"pilote", "admin_sys"})
by_actor = pytest.mark.parametrize(("party", "role"), ACTORS, ids=NAMES)


@pytest.fixture(scope="module")
def sides() -> tuple[Side, Side]:
    return make_side(), make_side()


def draw_cases(party: str, role: str) -> Iterator[Case]:
    return (drawn(number, party, role) for number in range(PROGRAMS))


def ask_in_turn(left: Seat, right: Seat, case: Case, counts: Counter[str]) -> None:
    """Ask both the same; the same bytes, but for page links, which are sealed for one actor."""
    for turn, step in list_common(case):
        answers, others = left.perform(turn, step), right.perform(turn, step)
        assert [(kind, strip(answer)) for kind, answer in answers] == [
            (kind, strip(answer)) for kind, answer in others
        ], (step, case)
        counts["shown"] += any(answer.ok and answer.body for _, answer in answers)
    assert left.sweep() == right.sweep(), case


@by_actor
def test_an_account_is_told_what_the_software_of_its_role_is_told(
    sides: tuple[Side, Side], party: str, role: str
) -> None:
    counts: Counter[str] = Counter()
    for case in draw_cases(party, role):
        setting = Setting(case.situation, party, role)
        for which in (FIRST, SECOND):
            left = Seat(sides[0], setting, build_actor("", party, role), case)
            ask_in_turn(left, Seat(sides[1], setting, build_actor(which, party, role), case), case, counts)
    assert role in SHOWN_NOTHING or counts["shown"]


@leak(146, kills="any account's grant opens (L146)")
@by_actor
def test_what_a_colleague_holds_changes_nothing_for_others(sides: tuple[Side, Side], party: str, role: str) -> None:
    """A tie to the person, and a part: not for colleagues, nor software, nor for the account itself elsewhere."""
    counts: Counter[str] = Counter()
    for case in draw_cases(party, role):
        without, having = (Setting(case.situation, party, role, holds=holds) for holds in (False, True))
        for actor in (build_actor(FIRST, party, role), build_actor("", party, role)):
            ask_in_turn(Seat(sides[0], without, actor, case), Seat(sides[1], having, actor, case), case, counts)
        holder = build_actor(SECOND, party, role)
        counts["held"] += len(Seat(sides[1], having, holder, case).sweep()) > len(
            Seat(sides[0], without, holder, case).sweep()
        )
        if (party, role) != ELSEWHERE:
            other = drawn(0, *ELSEWHERE)
            without, having = (Setting(other.situation, party, role, holds=holds) for holds in (False, True))
            elsewhere = build_actor(SECOND, party, role, ELSEWHERE)
            ask_in_turn(
                Seat(sides[0], without, elsewhere, other), Seat(sides[1], having, elsewhere, other), other, counts
            )
    assert role in SHOWN_NOTHING or counts["held"] == PROGRAMS
    assert counts["shown"]


@leak(147, kills="a mask is not asked for (L147)")
@by_actor
def test_whom_the_person_masks_is_told_the_same_whatever_happens_to_her(
    sides: tuple[Side, Side], party: str, role: str
) -> None:
    """Anything may change in the second world, what the role sees above all; cursors and journals are compared too."""
    counts: Counter[str] = Counter()
    for case in draw_cases(party, role):
        setting = Setting(case.situation, party, role, masked=(FIRST,))
        masked, colleague = build_actor(FIRST, party, role), build_actor(SECOND, party, role)
        left, right = (Seat(side, setting, masked, case) for side in sides)
        changes = shown_changes(case)
        for turn, step in enumerate(case.steps):
            happened = [right.change(rank, change) for rank, change in enumerate(changes) if change.slot == turn]
            counts["changes"] += sum(happened)
            if not step.name.startswith("Subscription"):
                assert left.perform(turn, step) == right.perform(turn, step), (step, case)
        assert left.sweep() == right.sweep(), case
        assert [name for name, *_ in left.sweep() if left.is_of_jeanne(name)] == []
        counts["differ"] += left.sweep(colleague) != right.sweep(colleague)
    assert counts["changes"]
    assert (party, role) == ELSEWHERE or role in SHOWN_NOTHING or counts["differ"]
