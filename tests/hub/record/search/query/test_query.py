"""The words of a question."""

from __future__ import annotations

import pytest

from hub.record.search.query.query import MOST, parse_limit


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("999999", MOST)])
def test_a_number_is_cut_to_the_most(text: str, number: int) -> None:
    assert parse_limit(text) == number
    assert parse_limit(text, 5) == min(number, 5)


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "1e3", " 1", "١", "²", "1000000", "x"])
def test_what_says_no_number(text: str) -> None:
    with pytest.raises(ValueError):
        parse_limit(text)
