"""Which looks of a page a run of the suite judges: two of the eight, drawn by a number that differs from run to run.

`HUB_LOOKS=N` takes those of the number N again: the head of a run says which it took. `make a11y` judges all eight.
"""

from __future__ import annotations

import random

from tests.pages.run_number import draw_number
from tests.pages.visits import LANGUAGES, LOOKS, SCHEMES, WIDTHS, Look


def choose_looks(page: int) -> tuple[Look, Look]:
    """Two looks with nothing in common, for the page of this number: of eight pages in a row each look is taken twice."""
    order = random.Random(draw_number()).sample(LOOKS, len(LOOKS))
    look = order[page % len(order)]
    other = Look(
        WIDTHS[1 - WIDTHS.index(look.width)],
        SCHEMES[1 - SCHEMES.index(look.scheme)],
        LANGUAGES[1 - LANGUAGES.index(look.language)],
    )
    return look, other
