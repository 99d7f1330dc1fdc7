"""Dates, times and telephones as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from hub.desk import formats
from tests.hub.desk.gallery import create_gallery

NO_BREAK = "\u00a0"
MORNING = datetime(2026, 11, 23, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "day", "weekday", "moment"),
    [
        ("fr", "21 nov. 2026", "lun. 23 nov.", "lun. 23 nov., 8 h 15"),
        ("en_GB", "21 Nov 2026", "Mon 23 Nov", "Mon 23 Nov, 8:15"),
    ],
)
def test_a_moment_is_written_with_the_month_as_a_word(locale: str, day: str, weekday: str, moment: str) -> None:
    with create_gallery().test_request_context("/"), force_locale(locale):
        assert formats.format_day(date(2026, 11, 21)) == day.replace(" ", NO_BREAK)
        assert formats.format_weekday(date(2026, 11, 23)) == weekday.replace(" ", NO_BREAK)
        said = formats.format_moment(MORNING, "Europe/Paris")
    assert said.replace(NO_BREAK, " ") == moment


def test_a_time_is_that_of_the_territory() -> None:
    with create_gallery().test_request_context("/"), force_locale("fr"):
        assert formats.format_time(MORNING, "Indian/Reunion") == f"11{NO_BREAK}h{NO_BREAK}15"
        with pytest.raises(ValueError, match="zone"):
            formats.format_time(datetime(2026, 11, 23, 7, 15), "Europe/Paris")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+33199000030", "01 99 00 00 30"),
        ("0199000030", "01 99 00 00 30"),
        ("01.99.00.00.30", "01 99 00 00 30"),
        ("+4930901820", "+4930901820"),
        ("15", "15"),
    ],
)
def test_a_telephone_is_read_in_pairs(number: str, words: str) -> None:
    expected = words.replace(" ", NO_BREAK) if words.startswith("0") else words
    assert formats.format_phone(number) == expected


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Proposé : rien", "Proposé~: rien"),
        ("« on ne sait pas »", "«~on ne sait pas~»"),
        ("M. Imaginaire et Mme Exemple", "M.~Imaginaire et Mme~Exemple"),
        ("a ? b ! c ; d", "a~? b~! c~; d"),
        ("rien", "rien"),
    ],
)
def test_what_belongs_together_stays_on_a_line(words: str, kept: str) -> None:
    assert formats.keep_together(words) == kept.replace("~", NO_BREAK)
