"""Time in opening hours: how much of it has passed, when a term ends, what is left (`docs/triage.md`). Pure.

Moments and durations are microseconds, moments since 1970 in UTC. A span of the week that the clocks skip or repeat is as long as
it is in fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache

import holidays

from hub.domain.desk.opening_hours import OpeningHours
from hub.domain.territory import load_territory

HOUR = 3_600_000_000
MINUTE = 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_MAX_DAYS = 3660  # a calendar that is closed for ten years on end is a mistake

Span = tuple[int, int]


@dataclass(frozen=True)
class Pause:
    """A time in which the clock of a demand stands, because somebody else must answer. `until`: None while it lasts."""

    since: int
    until: int | None = None


@dataclass(frozen=True)
class TimeLeft:
    """`limit`: the moment at which the term ends; None while the clock stands. `left`: open time until then; negative once it is
    late. `is_paused`: the clock stands. `day`: how long a whole day of the desk is, to say `left` in days."""

    limit: int | None
    left: int
    is_paused: bool
    day: int

    @property
    def is_late(self) -> bool:
        return self.left < 0

    def split(self) -> tuple[int, int, int]:
        """Return the whole days, hours and minutes of `left`, without its sign."""
        days, rest = divmod(abs(self.left), self.day)
        hours, rest = divmod(rest, HOUR)
        return days, hours, rest // MINUTE


class WorkCalendar:
    """The open time of a desk in its time zone."""

    def __init__(self, hours: OpeningHours, zone: tzinfo) -> None:
        self._hours = hours
        self._zone = zone
        self.day = max(sum(end - start for start, end in spans) for spans in hours.weeks) * MINUTE
        self._list_spans = lru_cache(maxsize=4096)(self._build_spans)

    def is_closed(self, day: date) -> bool:
        """Return whether a day is a public holiday or a closure."""
        is_holiday = self._hours.country != "" and day in _list_holidays(
            self._hours.country, self._hours.region, day.year
        )
        return is_holiday or any(first <= day <= last for first, last in self._hours.closures)

    def _build_spans(self, day: date) -> tuple[Span, ...]:
        """Return the open spans of a day as moments, in order."""
        if self.is_closed(day):
            return ()
        spans = self._hours.weeks[day.weekday()]
        return tuple((self._find_moment(day, start), self._find_moment(day, end)) for start, end in spans)

    def _find_moment(self, day: date, minute: int) -> int:
        at = datetime.combine(day + minute // 1440 * _DAY, time(minute // 60 % 24, minute % 60), self._zone)
        return (at - _EPOCH) // _MICROSECOND

    def iterate_spans(self, start: int) -> Iterator[Span]:
        """Yield the open spans that end after `start`, in order; the first may begin before it."""
        day = (_EPOCH + timedelta(microseconds=start)).astimezone(self._zone).date()
        for number in range(_MAX_DAYS):
            for span in self._list_spans(day + number * _DAY):
                if span[1] > start:
                    yield span

    def measure(self, start: int, end: int) -> int:
        """Return the open time between two moments; 0 when `end` is not after `start`."""
        total = 0
        for first, last in self.iterate_spans(start) if end > start else ():
            if first >= end:
                break
            total += min(last, end) - max(first, start)
        return total

    def add(self, start: int, duration: int) -> int:
        """Return the moment at which `duration` of open time has passed since `start`."""
        for first, last in self.iterate_spans(start):
            begin = max(first, start)
            if duration <= last - begin:
                return begin + duration
            duration -= last - begin
        return start + _MAX_DAYS * 24 * HOUR

    def find_time_left(self, received: int, term: int, pauses: Sequence[Pause], now: int) -> TimeLeft:
        """Return what is left of `term`, open time since `received`, without the time of the pauses."""
        remaining = term
        limit = None
        for start, end in list_running_spans(received, pauses):
            used = self.measure(start, now if end is None else min(end, now))
            if limit is None and (end is None or used >= remaining):
                limit = self.add(start, remaining) if remaining > 0 else start
            remaining -= used
        is_paused = any(pause.since <= now and (pause.until is None or pause.until > now) for pause in pauses)
        return TimeLeft(None if is_paused else limit, remaining, is_paused, self.day)


@cache
def _list_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """Return the public holidays of a year. A calendar a year, for one that fills itself is not safe among threads."""
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=[year]))


def list_running_spans(received: int, pauses: Sequence[Pause]) -> Iterator[tuple[int, int | None]]:
    """Yield the spans in which the clock runs since `received`, in order; the last has no end, unless a pause lasts."""
    start = received
    for pause in sorted(pauses, key=lambda pause: pause.since):
        if pause.since > start:
            yield start, pause.since
        if pause.until is None:
            return
        start = max(start, pause.until)
    yield start, None


@cache
def load_calendar() -> WorkCalendar:
    """Return the calendar of `config/territory.toml`."""
    territory = load_territory()
    return WorkCalendar(territory.hours, territory.timezone)
