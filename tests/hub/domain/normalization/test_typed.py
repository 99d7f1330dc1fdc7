"""Dates and telephone numbers as people type them while they listen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.normalization.phones import parse_phone
from hub.domain.normalization.typed_dates import get_age, parse_birth_date

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "12031938",
        "120338",
        "12/3/38",
        "12-03-1938",
        "12.3.1938",
        "12 mars 1938",
        "12 Mars 38",
        "1938-03-12",
        "12 march 1938",
    ],
)
def test_every_way_to_type_a_day_is_that_day(typed):
    assert parse_birth_date(typed, TODAY) == "1938-03-12"


@pytest.mark.parametrize(
    ("typed", "date_of_birth"),
    [
        ("1938", "1938"), ("mars 1938", "1938-03"), ("3/1938", "1938-03"), ("1938-03", "1938-03"), ("1er mai 1950", "1950-05-01"),
        ("", ""), ("  ", ""), ("29/2/1948", "1948-02-29"),
    ],
)  # fmt: skip
def test_a_year_or_a_month_alone_is_said_as_it_is_known(typed, date_of_birth):
    assert parse_birth_date(typed, TODAY) == date_of_birth


@pytest.mark.parametrize(
    ("typed", "year"), [("3/24", "1924-03"), ("3/16", "1916-03"), ("3/10", "2010-03"), ("3/27", "1927-03")]
)
def test_a_year_of_two_digits_is_the_older_of_the_last_110_years(typed, year):
    assert parse_birth_date(typed, TODAY) == year


@pytest.mark.parametrize(
    "typed",
    [
        "hier",
        "31/02/1950",
        "12/13/1950",
        "0/3/1938",
        "12/3/2030",
        "1890",
        "1/2/3/4",
        "1",
        "12345",
        "mars",
    ],
)
def test_what_is_no_birth_date_is_refused(typed):
    with pytest.raises(ValueError):
        parse_birth_date(typed, TODAY)


@given(st.dates(date(1917, 1, 1), TODAY), st.sampled_from("/-. "))
def test_a_day_comes_back_however_it_is_separated(day, sign):
    assert parse_birth_date(sign.join((str(day.day), str(day.month), str(day.year))), TODAY) == day.isoformat()


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_refused(typed):
    try:
        born = parse_birth_date(typed, TODAY)
    except ValueError:
        return
    assert born == "" or (get_age(born, TODAY) or 0) >= 0


@pytest.mark.parametrize(("born", "age"), [("1947-06-14", 79), ("1947-12-02", 78), ("1947", 79), ("", None)])
def test_the_age_is_that_of_today(born, age):
    assert get_age(born, TODAY) == age


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("01 99 00 00 41", "0199000041"), ("01.99.00.00.41", "0199000041"), ("+33 1 99 00 00 41", "+33199000041"),
        ("+33 (0)1 99 00 00 41", "+33199000041"), ("0033199000041", "+33199000041"), ("", ""), ("3919", "3919"),
    ],
)  # fmt: skip
def test_a_number_is_its_digits(typed, number):
    assert parse_phone(typed) == number


@pytest.mark.parametrize("typed", ["fille", "12", "01 99 00 00 41 et 42", "1234567890123456"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError):
        parse_phone(typed)
