"""Dates, times and telephone numbers as pages show them, in the language of the reader.

The month is a word, so that nobody reads 03/04 in two ways; English is that of Great Britain. Spaces that must not break
are U+00A0.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale

_NO_BREAK = "\u00a0"
# French sets a space before these signs and inside its quotation marks; a number keeps its unit.
_BEFORE_SIGN = re.compile(r" (?=[:;?!»%])")
_AFTER_QUOTE = re.compile(r"(?<=«) ")
_AFTER_TITLE = re.compile(r"\b(M\.|Mme|Dr) (?=[A-ZÀ-Ý%])")


def format_day(value: date) -> str:
    """« 21 nov. 2026 », "21 Nov 2026"."""
    return _format(value, "d MMM y")


def format_month(value: date) -> str:
    """« nov. 2026 », "Nov 2026"."""
    return _format(value, "MMM y")


def format_weekday(value: date) -> str:
    """« lun. 23 nov. », "Mon 23 Nov"."""
    return _format(value, "EEE d MMM")


def format_time(value: datetime, zone: str) -> str:
    """« 8 h 15 », "8:15", in `zone`. ValueError for a time without zone."""
    local = _localize(value, zone)
    if _is_french():
        return f"{local.hour}{_NO_BREAK}h{_NO_BREAK}{local.minute:02d}"
    return f"{local.hour}:{local.minute:02d}"


def format_moment(value: datetime, zone: str) -> str:
    """« lun. 23 nov., 8 h 15 », "Mon 23 Nov, 8:15", in `zone`. ValueError for a time without zone."""
    return f"{format_weekday(_localize(value, zone))}, {format_time(value, zone)}"


def format_phone(value: str) -> str:
    """A French number of ten digits, or one that begins with +33, in pairs: « 01 99 00 00 00 ». Others stay as they are."""
    digits = re.sub(r"[\s.]", "", value)
    digits = f"0{digits[3:]}" if digits.startswith("+33") else digits
    if not re.fullmatch(r"0\d{9}", digits):
        return value
    return _NO_BREAK.join(digits[start : start + 2] for start in range(0, 10, 2))


def keep_together(text: str) -> str:
    """A French sentence with no-break spaces where one must not break: before `: ; ? ! »`, after `«`, after Mme, M., Dr."""
    text = _BEFORE_SIGN.sub(_NO_BREAK, text)
    text = _AFTER_QUOTE.sub(_NO_BREAK, text)
    return _AFTER_TITLE.sub(rf"\1{_NO_BREAK}", text)


def _format(value: date, pattern: str) -> str:
    return format_date(value, pattern, locale=get_locale() or "fr").replace(" ", _NO_BREAK)


def _is_french() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "fr"


def _localize(value: datetime, zone: str) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time without zone")
    return value.astimezone(ZoneInfo(zone))
