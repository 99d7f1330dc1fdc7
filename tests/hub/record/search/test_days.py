"""A date without zone is a day of the territory, in what is searched and in what is stored."""

from __future__ import annotations

import pytest

from tests.territory import PERSON, Territory, condition, observation, person
from tests.zones import live_in

# The id of an Observation → when it was made, around the days of Paris at which the clocks change and the year ends.
TIMES = {
    "eve": "2026-03-14T22:59:59Z",
    "midnight": "2026-03-15T00:00:00+01:00",
    "evening": "2026-03-15T22:30:00Z",
    "after": "2026-03-16T00:00:00+01:00",
    "day": "2026-03-15",
    "march": "2026-03",
}
CHANGES = {
    "forward-first": "2026-03-28T23:00:00Z",
    "forward-last": "2026-03-29T21:59:59Z",
    "forward-after": "2026-03-29T22:00:00Z",
    "back-first": "2026-10-24T22:00:00Z",
    "back-last": "2026-10-25T22:59:59Z",
    "back-after": "2026-10-25T23:00:00Z",
    "old-year": "2026-12-31T22:59:59Z",
    "new-year": "2026-12-31T23:00:00Z",
    "reunion-old-year": "2026-12-31T19:59:59Z",
    "reunion-new-year": "2026-12-31T20:00:00Z",
}


def measure(here: Territory, times: dict[str, str]) -> None:
    here.join_circle("ssiad")
    made = [observation(id_, "ald", effectiveDateTime=time) for id_, time in times.items()]
    here.write(*made)


def find(here: Territory, value: str, resource_type: str = "Observation", parameter: str = "date") -> set[str]:
    page = here.open("ssiad").search(resource_type, [(parameter, value), ("_count", "100")])
    return {found.name.partition("/")[2] for found in page.slices} & {*TIMES, *CHANGES, "c"}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("2026-03-15", {"midnight", "evening", "day"}),
        ("eq2026-03-15", {"midnight", "evening", "day"}),
        ("ne2026-03-15", {"eve", "after", "march"}),
        ("gt2026-03-15", {"after", "march"}),
        ("ge2026-03-15", {"midnight", "evening", "after", "day", "march"}),
        ("lt2026-03-15", {"eve", "march"}),
        ("le2026-03-15", {"eve", "midnight", "evening", "day", "march"}),
        ("sa2026-03-15", {"after"}),
        ("eb2026-03-15", {"eve"}),
        ("ap2026-03-15", set(TIMES)),
        ("2026-03-15T00:00", {"midnight"}),
        ("2026-03-15T23:30", {"evening"}),
        ("2026-03", set(TIMES)),
    ],
)
def test_c_3_a_day_is_not_cut_at_midnight_of_utc(here: Territory, value: str, names: set[str]) -> None:
    measure(here, TIMES)
    assert find(here, value) == names


@pytest.mark.parametrize(
    ("zone", "value", "names"),
    [
        ("Europe/Paris", "2026-03-29", {"forward-first", "forward-last"}),
        ("Europe/Paris", "2026-10-25", {"back-first", "back-last"}),
        ("Europe/Paris", "2026-12-31", {"old-year", "reunion-old-year", "reunion-new-year"}),
        ("Europe/Paris", "2027", {"new-year"}),
        ("Europe/Paris", "2027-01-01", {"new-year"}),
        ("Indian/Reunion", "2026-12-31", {"reunion-old-year"}),
        ("Indian/Reunion", "2027-01", {"reunion-new-year", "old-year", "new-year"}),
        ("Indian/Reunion", "2026-03-29", {"forward-first"}),
        ("America/Guadeloupe", "2026-12-31", {"reunion-old-year", "reunion-new-year", "old-year", "new-year"}),
    ],
)
def test_c_3_when_the_clocks_change_and_the_year_ends(
    here: Territory, monkeypatch: pytest.MonkeyPatch, zone: str, value: str, names: set[str]
) -> None:
    live_in(monkeypatch, zone)
    measure(here, CHANGES)
    assert find(here, value) == names


def test_c_3_what_changed_on_a_day_changed_on_that_day_of_the_territory(here: Territory) -> None:
    """`_lastUpdated` by day: the clock of the tests starts at 9 in the morning of 21 November in Paris."""
    here.join_circle("ssiad")
    here.write(condition("c"))
    assert find(here, "2026-11-21", "Condition", "_lastUpdated") == {"c"}
    assert find(here, "gt2026-11-21", "Condition", "_lastUpdated") == set()
    here.pass_time(14 * 3_600_000_000)
    here.change("Condition/c", onsetString="hier")
    assert find(here, "2026-11-21", "Condition", "_lastUpdated") == {"c"}
    here.pass_time(3_600_000_000)
    here.change("Condition/c", onsetString="avant-hier")
    assert find(here, "2026-11-21", "Condition", "_lastUpdated") == set()
    assert find(here, "2026-11-22", "Condition", "_lastUpdated") == {"c"}


@pytest.mark.parametrize("zone", ["Indian/Reunion", "America/Guadeloupe"])
def test_c_3_a_birth_date_is_the_same_in_every_zone(
    here: Territory, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """Also before the indexes are built again."""
    here.join_circle("ssiad")
    born = person()["birthDate"]
    live_in(monkeypatch, zone)
    page = here.open("ssiad").search("Patient", [("birthdate", born)])
    assert [found.name for found in page.slices] == [PERSON]


def test_c_3_put_back_is_noticed(here: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days that are cut at midnight of UTC."""
    live_in(monkeypatch, "Etc/UTC")
    with pytest.raises(AssertionError):
        test_c_3_a_day_is_not_cut_at_midnight_of_utc(here, "2026-03-15", {"midnight", "evening", "day"})
