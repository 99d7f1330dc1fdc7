"""The two worlds notice leaks: with each fault of `tests.mutants.WORLDS` a small run fails (`docs/security.md` §4.5); and each
fault has a test that is there to notice it. `make mutants` sees whether they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.cases import ALL, cases
from tests.mutants import ACTING, CONCERNS, MUTANTS, OF_SEARCH, WORLDS
from tests.mutants.kills import CASES, UNTOUCHED
from tests.worlds.drawn import drawn, searching
from tests.worlds.found import FOUND
from tests.worlds.programs import Case
from tests.worlds.run import Counts, Leak, Twin, make_worlds, run, sides
from tests.worlds.scene import ACTORS

MOST = 150
_ACTORS = tuple(actor for actor in ACTORS if actor[1] not in ("pilote", "admin_sys"))


@pytest.fixture(autouse=True, scope="module")
def sound_worlds() -> None:
    make_worlds()


def programs(fault: str) -> Iterator[Case]:
    """Cases of the actors whom the fault concerns, in turn."""
    actors = [actor for actor in _ACTORS if actor[1] in CONCERNS.get(fault, {actor[1]})]
    draw = searching if fault in OF_SEARCH else drawn
    return (draw(number // len(actors), *actors[number % len(actors)]) for number in range(MOST))


@pytest.mark.parametrize("fault", sorted(WORLDS))
def test_a_fault_is_noticed(fault: str) -> None:
    with MUTANTS[fault]():
        for tried, case in enumerate(programs(fault), 1):
            try:
                run(case, Counts())
            except Leak:
                print(f"{fault}: noticed by program {tried}")
                return
    pytest.fail(f"{MOST} programs did not notice")


@pytest.mark.parametrize("fault", sorted(ACTING))
def test_a_fault_of_acting_is_noticed(fault: str) -> None:
    with MUTANTS[fault](), pytest.raises(Leak):
        run(FOUND[fault], Counts())


# Faults in acting, by number, that strangers found; each has a test that puts it back: `test_a_<number>_…noticed`.
ACTING_FAULTS = range(1, 17)


def test_each_fault_in_acting_is_put_back_by_a_test() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in Path(__file__).parents[1].rglob("test_*.py"))
    names = re.findall(r"def (test_a_\w+_noticed)\b", text)
    numbers = {int(number) for name in names for number in re.findall(r"a_(\d+)_", name)}
    assert set(ACTING_FAULTS) <= numbers, set(ACTING_FAULTS) - numbers


@pytest.mark.parametrize("fault", MUTANTS)
def test_a_fault_can_be_put_into_the_code_of_now(fault: str) -> None:
    with MUTANTS[fault]():
        pass


def test_each_fault_is_somebodys_to_notice() -> None:
    marked = {fault for case in cases() for fault in case.kills}
    assert {*CASES.values(), *marked} | WORLDS | ACTING == MUTANTS.keys()


def test_each_case_names_its_fault_or_says_why_it_has_none() -> None:
    marked = {number for case in cases() if case.kills for number in case.numbers}
    assert CASES.keys() | marked | UNTOUCHED.keys() == set(ALL)
    assert not UNTOUCHED.keys() & (CASES.keys() | marked)


def test_who_sees_more_is_told_of_the_changes() -> None:
    """What is hidden from the home help is not nothing: the case manager sees the worlds differ."""
    differ = 0
    for number in range(20):
        case = drawn(number, "Organization/saad", "saad")
        (side0, http0), (side1, http1) = sides()
        one, other = Twin(side0, http0, case), Twin(side1, http1, case)
        happened = [other.change(rank, change) for rank, change in enumerate(case.changes)]
        names = sorted({*one.side.names(), *other.side.names()})
        above = ("Organization/dac", "gestionnaire")
        assert one.sweep(names) == other.sweep(names)
        differ += any(happened) and one.sweep(names, *above) != other.sweep(names, *above)
    assert differ >= 10
