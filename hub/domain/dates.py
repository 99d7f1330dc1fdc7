"""FHIR dates and times as moments: microseconds since 1970 in UTC. Pure, but for the zone of `config/territory.toml`.

A date without zone, such as `2026-03-15`, is a day of the territory: it begins and ends there at midnight, so that it has 23 or
25 hours when the clocks change. R4 leaves the zone of such a value to the server
(https://hl7.org/fhir/R4/search.html#date).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from hub.domain.territory import load_territory

# Python accepts more of ISO 8601 than FHIR: weeks, dates without hyphens.
_DATE_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000


def parse_moment(text: str, zone: tzinfo | None = None) -> int:
    """Return the moment of a FHIR date or dateTime; of a date, a month or a year, its first moment. Raises ValueError.

    As in a search value, seconds and the zone may be missing. `zone`: that of a value without one; default: the territory's."""
    if not _DATE_TIME.fullmatch(text):
        raise ValueError
    padded = text if len(text) > 10 else text + "-01" * ((10 - len(text)) // 3)
    parsed = datetime.fromisoformat(padded)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=zone or load_territory().timezone)
    return (parsed - _EPOCH) // _MICROSECOND


def parse_span(text: str, zone: tzinfo | None = None) -> tuple[int, int]:
    """Return the first moment of a FHIR date or dateTime, and the first moment after it: after that year, month, day, minute,
    second or microsecond. Raises ValueError when `text` is not such a date. `zone`: as in `parse_moment`."""
    low = parse_moment(text, zone)
    if len(text) <= 10:
        return low, _find_end(text, zone)
    if "." in text:
        return low, low + 1
    return low, low + (1_000_000 if text[16:17] == ":" else 60_000_000)


def parse_end(text: str) -> int:
    """Return the end of a period that ends with `text`: that day, month or year as a whole belongs to it, a time
    is the end itself (https://hl7.org/fhir/R4/datatypes.html#Period). Raises ValueError."""
    return parse_span(text)[1] if len(text) <= 10 else parse_moment(text)


def _find_end(text: str, zone: tzinfo | None) -> int:
    """Return the first moment after a year, a month or a day; also after the last of FHIR, December 9999."""
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    if day:
        following = date(year, month, day)
        if following == date.max:
            return parse_moment(text, zone) + _DAY
        return parse_moment((following + timedelta(days=1)).isoformat(), zone)
    year, month = (year + month // 12, month % 12 + 1) if month else (year + 1, 1)
    return parse_moment(f"{year:04d}-{month:02d}", zone) if year < 10_000 else parse_moment("9999-12-31", zone) + _DAY


def find_day(moment: int) -> str:
    """Return the day of the territory in which a moment is: `2026-03-15`."""
    return _localize(moment).date().isoformat()


def add_days(moment: int, days: int) -> int:
    """Return the moment at the same time of day in the territory, `days` later, or earlier when negative."""
    try:
        return (_localize(moment) + timedelta(days=days) - _EPOCH) // _MICROSECOND
    except OverflowError:
        # Outside the years 1 to 9999.
        return moment + days * _DAY


def _localize(moment: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(load_territory().timezone)
