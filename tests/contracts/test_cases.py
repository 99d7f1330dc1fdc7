"""All 150 cases of the list are held: by tests that say their number, or by the list of what is not offered."""

from __future__ import annotations

import pytest

from tests.contracts.cases import ALL, cases
from tests.contracts.test_not_offered import NOT_OFFERED


@pytest.mark.parametrize("number", ALL, ids=lambda number: f"L{number:02d}")
def test_each_case_is_a_test_or_is_not_offered(number: int) -> None:
    held = [case.node for case in cases() if number in case.numbers]
    assert held or number in NOT_OFFERED


def test_no_number_is_of_another_list() -> None:
    said = {number for case in cases() for number in case.numbers} | NOT_OFFERED.keys()
    assert said == set(ALL)


def test_a_mark_says_the_numbers_of_the_name() -> None:
    """A test that is marked names the fault; one that names cases and is marked, names those of its mark."""
    for case in cases():
        assert all(case.kills), case.node
        assert len(case.kills) <= 1, case.node
