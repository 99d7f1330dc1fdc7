"""TS and DTM → FHIR date and dateTime strings, with the sender's precision.

Source: HL7 v2.5 §2.A.22 (`YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`), FHIR R4 datatypes (a time has seconds and a
zone). A local time gets the zone of the source.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from adapters.hl7v2.syntax.dtm import DTM
from adapters.hl7v2.syntax.er7 import Value
from hub.domain.territory import load_territory

_PARTIAL = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})?(?P<day>[0-9]{2})?(?:[0-9]{2}){0,3}(?:[.+-].*)?")
_TIME = re.compile(
    r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})?(?P<second>[0-9]{2})?(?P<fraction>\.[0-9]{1,4})?(?:[+-][0-9]{4})?"
)


def read_date(value: Value, component: int = 1) -> str:
    """Read TS as date: "" when absent, else `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Of what is none, as `read_datetime`."""
    return read_datetime(value, component).partition("T")[0]


def read_datetime(value: Value, component: int = 1) -> str:
    """Read TS as dateTime: "" when absent, else a date, or a time with seconds and zone.

    Of what is not in the calendar, the part that is: `19410000` is 1941, the 30th of February is February; "" when nothing is.
    The field is then also said in words, and the answer names it (`adapters.hl7v2.fields`)."""
    text = value.part(component)
    match = DTM.fullmatch(text)
    if match:
        try:
            return _format(match, get_zone(value.syntax.zone))
        except (ValueError, OverflowError):
            pass
    partial = _PARTIAL.fullmatch(text)
    return _find_date(partial) if partial else ""


def read_time(value: Value) -> str:
    """Read TM as time: `HH:MM:SS`, with seconds as FHIR requires; "" when it is none."""
    match = _TIME.fullmatch(value.part(1))
    if not match:
        return ""
    text = f"{match['hour']}:{match['minute'] or '00'}:{match['second'] or '00'}{match['fraction'] or ''}"
    return (
        text if match["hour"] < "24" and (match["minute"] or "00") < "60" and (match["second"] or "00") < "60" else ""
    )


def is_date(value: Value) -> bool:
    """Return whether a date says no more than a day of the calendar."""
    return is_datetime(value) and "T" not in read_datetime(value)


def is_datetime(value: Value) -> bool:
    """Return whether the value is a date or time of the calendar, written as HL7 does."""
    match = DTM.fullmatch(value.part(1))
    try:
        return match is not None and bool(_format(match, get_zone(value.syntax.zone)))
    except (ValueError, OverflowError):
        return False


def precedes(first: str, second: str) -> bool:
    """Return whether a FHIR date is surely before another; False when one is missing."""
    length = min(len(first), len(second))
    return first[:length] < second[:length]


def get_zone(name: str) -> tzinfo:
    """Return a zone of the time zone database, or the one of an offset (`+0400`); "" is the territory's."""
    if name[:1] in ("+", "-"):
        offset = timedelta(hours=int(name[1:3]), minutes=int(name[3:5]))
        return timezone(-offset if name[0] == "-" else offset)
    return ZoneInfo(name) if name else load_territory().timezone


def _find_date(match: re.Match[str]) -> str:
    year, month, day = match["year"], match["month"] or "", match["day"] or ""
    for parts in ((year, month, day), (year, month), (year,)):
        try:
            date(*(int(part) for part in (*parts, "1", "1")[:3]))
        except ValueError:
            continue
        return "-".join(parts)
    return ""


def _format(match: re.Match[str], zone: tzinfo) -> str:
    year, month, day_, hour = (match[name] for name in ("year", "month", "day", "hour"))
    minute, second = match["minute"] or "00", match["second"] or "00"
    local = datetime(int(year), int(month or 1), int(day_ or 1), int(hour or 0), int(minute), int(second), tzinfo=zone)
    day = "-".join(part for part in (year, month, day_) if part)
    if not hour:
        return day
    fraction = f".{match['fraction']}" if match["fraction"] else ""
    given_zone = match["zone"]
    offset = f"{given_zone[:3]}:{given_zone[3:]}" if given_zone else _format_offset(local.utcoffset() or timedelta())
    return f"{day}T{hour}:{minute}:{second}{fraction}{offset}"


def _format_offset(delta: timedelta) -> str:
    minutes = int(delta.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
