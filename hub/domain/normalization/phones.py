"""Telephone numbers as people type them. Pure."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\s.()/-]")
_DIGITS = re.compile(r"\+?\d{4,15}", re.ASCII)


def parse_phone(typed: str) -> str:
    """Return a telephone number without spaces and signs: `0199000041`, `+33199000041`; `0033` becomes `+33`. "" where
    nothing was typed. Raises ValueError for what is no number of 4 to 15 digits."""
    number = _SIGNS.sub("", typed.strip().replace("(0)", ""))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if number and not _DIGITS.fullmatch(number):
        raise ValueError(typed)
    return number
