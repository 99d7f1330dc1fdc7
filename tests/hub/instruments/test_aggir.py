"""The calculation of the law, on the profiles that were worked out by hand and on all 6 561."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from hub.instruments.aggir import VARIABLES, Score, score

WORKED_OUT = """
AAAAAAAA 13 0 6 · AABAAAAA 12 2000 5 · AABBAAAA 11 4000 4 · AAAAAABA 12 2000 5 · AAAAAACA 13 1000 6 · CCAAAAAA 4 2700 2
AACCCCCC 5 1700 2 · AABBAACC 6 1432 2 · AAAAABCC 7 2400 2 · AAAABCBC 8 1200 3 · AAAAACBC 9 800 3 · ACAAABBB 10 650 4
ACAAABCA 4 2016 2 · CCACACCA 2 4140 2 · CCCCACCC 1 4380 1 · CCCCCCCA 2 4240 2 · CCCCCCBB 3 3592 2 · CCCCCCCC 1 4440 1
BBBBBBBB 10 1100 4 · CBBBBBBB 9 800 3 · ABCABCAA 8 1300 3 · CAAAAAAA 13 0 6
"""
PROFILES = [profile.split() for line in WORKED_OUT.strip().splitlines() for profile in line.split("·")]


@pytest.mark.parametrize(("profile", "rank", "total", "gir"), PROFILES)
def test_a_profile_worked_out(profile: str, rank: str, total: str, gir: str) -> None:
    assert score(profile) == Score(int(rank), int(total), int(gir))


def test_every_profile_has_its_group() -> None:
    found = [score(profile) for profile in product("ABC", repeat=len(VARIABLES))]
    assert Counter(one.gir for one in found) == {1: 8, 2: 3208, 3: 2400, 4: 760, 5: 157, 6: 28}
    by_rank = Counter(one.rank for one in found)
    assert [by_rank[rank] for rank in range(1, 14)] == [8, 131, 414, 1085, 4, 336, 1238, 1253, 1147, 490, 270, 157, 28]


@pytest.mark.parametrize("modalities", ["", "AAAAAAA", "AAAAAAAAA", "AAAAAAAD", "aaaaaaaa"])
def test_what_is_no_profile_has_no_group(modalities: str) -> None:
    with pytest.raises(ValueError, match="eight"):
        score(modalities)
