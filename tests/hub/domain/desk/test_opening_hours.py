"""The opening hours and terms of `config/territory.toml`, and what its page refuses."""

from __future__ import annotations

from datetime import date

import pytest

from hub.domain.config_pages import PageError
from hub.domain.desk.opening_hours import OFFICE_HOURS, DeskTerms
from hub.domain.territory import load_territory, read_territory

PAGE = 'name = "Le Port"\norganisation = "CCAS"\n'


def test_the_page_of_this_hub_has_office_hours_and_the_terms_that_are_the_defaults() -> None:
    assert (load_territory().hours, load_territory().desk) == (OFFICE_HOURS, DeskTerms())
    assert (read_territory(PAGE).hours, read_territory(PAGE).desk) == (OFFICE_HOURS, DeskTerms())


def test_hours_and_terms_are_read() -> None:
    territory = read_territory(
        f'{PAGE}[hours]\nsaturday = ["09:00-12:00", "22:00-24:00"]\nregion = "974"\n'
        'closures = ["2026-12-24", "2026-08-01/2026-08-15"]\n[desk]\ndecision_held_minutes = 0\n'
    )
    assert territory.hours.weeks == ((), (), (), (), (), ((540, 720), (1320, 1440)), ())
    assert (territory.hours.country, territory.hours.region) == ("FR", "974")
    assert territory.hours.closures[0] == (date(2026, 12, 24), date(2026, 12, 24))
    assert territory.hours.closures[1] == (date(2026, 8, 1), date(2026, 8, 15))
    assert territory.desk == DeskTerms(decision_held_minutes=0)


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ("[hours]", "hours: at least one weekday is open"),
        ('[hours]\nmonday = ["9-12"]', "hours.monday.0: hours such as"),
        ('[hours]\nmonday = ["12:00-09:00"]', "hours.monday.0: the end is after the start"),
        ('[hours]\nmonday = ["09:00-12:00", "11:00-13:00"]', "hours.monday: spans of one day"),
        ('[hours]\nmonday = ["09:00-24:30"]', "hours.monday.0: hours such as"),
        ('[hours]\nmonday = ["09:00-12:00"]\ncountry = "XX"', "hours.country: the holidays of XX"),
        ('[hours]\nmonday = ["09:00-12:00"]\nregion = "Lyon"', "hours.region: the holidays of Lyon"),
        ('[hours]\nmonday = ["09:00-12:00"]\nclosures = ["2026-02-30"]', "hours.closures.0: a day or two"),
        ('[hours]\nmonday = ["09:00-12:00"]\nclosures = ["2026-02-03/2026-02-01"]', "hours.closures.0: a day or two"),
        ("[desk]\ncaseload = 0", "desk.caseload: "),
        ("[desk]\ndecision_held_minutes = -1", "desk.decision_held_minutes: "),
        ("[desk]\nminutes = 3", "desk.minutes: unknown key"),
    ],
)
def test_wrong_hours_or_terms_stop_the_start(tables: str, fault: str) -> None:
    with pytest.raises(PageError) as refusal:
        read_territory(PAGE + tables)
    assert fault in str(refusal.value)
