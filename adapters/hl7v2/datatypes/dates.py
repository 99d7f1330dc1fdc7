"""TS and DTM → FHIR date and dateTime strings, with the sender's precision.

Source: HL7 v2.5 §2.A.22 (`YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`), FHIR R4 datatypes (a time has seconds and a
zone). A local time gets the zone of the source.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.hl7v2.syntax.er7 import Value
from hub.domain.errors import Invalid

_DTM = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<month>[0-9]{2})(?:(?P<day>[0-9]{2})"
    r"(?:(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?)?)?)?)?"
    r"(?P<zone>[+-](?:0[0-9]|1[0-3])[0-5][0-9]|[+-]1400)?"
)


def read_date(value: Value, component: int = 1) -> str:
    """TS[date]: "" when absent, else `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Invalid: not a date of the calendar."""
    return read_datetime(value, component).partition("T")[0]


def read_datetime(value: Value, component: int = 1) -> str:
    """TS[dateTime]: "" when absent, else a date, or a time with seconds and zone. Invalid: not a date of the calendar."""
    text = value.part(component)
    if not text:
        return ""
    match = _DTM.fullmatch(text)
    if not match:
        raise Invalid("bad-date", where=value.place)
    try:
        return _format(match, ZoneInfo(value.syntax.zone))
    except (ValueError, OverflowError):
        raise Invalid("bad-date", where=value.place) from None


def _format(match: re.Match[str], zone: ZoneInfo) -> str:
    year, month, day_, hour = (match[name] for name in ("year", "month", "day", "hour"))
    minute, second = match["minute"] or "00", match["second"] or "00"
    local = datetime(int(year), int(month or 1), int(day_ or 1), int(hour or 0), int(minute), int(second), tzinfo=zone)
    date = "-".join(part for part in (year, month, day_) if part)
    if not hour:
        return date
    fraction = f".{match['fraction']}" if match["fraction"] else ""
    given_zone = match["zone"]
    offset = f"{given_zone[:3]}:{given_zone[3:]}" if given_zone else _format_offset(local.utcoffset() or timedelta())
    return f"{date}T{hour}:{minute}:{second}{fraction}{offset}"


def _format_offset(delta: timedelta) -> str:
    minutes = int(delta.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
