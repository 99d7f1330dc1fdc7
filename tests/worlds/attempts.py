"""Many programs of one actor, tried one after the other; one that leaks is told as small as it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.worlds.drawn import smallest
from tests.worlds.programs import Case
from tests.worlds.run import Counts, Fault, Leak, run


def try_programs(draw: Callable[[int], Case], numbers: Iterable[int]) -> Counts:
    """Run the program that `draw` makes of each number and return what was tried. Raises Leak or Fault of the smallest program
    that still has it."""
    counts = Counts()
    for number in numbers:
        case = draw(number)
        try:
            run(case, counts)
        except (Leak, Fault) as leak:
            run(smallest(case, _leaks), Counts())
            raise AssertionError(f"program {number} came out small the second time: {case}") from leak
    return counts


def _leaks(case: Case) -> bool:
    try:
        run(case, Counts())
    except (Leak, Fault):
        return True
    return False
