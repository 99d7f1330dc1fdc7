"""The marshmallow fields of a row; their errors are codes of the catalogue and never quote what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, validate

from adapters.fields import Text
from adapters.social.columns import fold

_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 00:00(?::00)?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?", re.ASCII)  # spreadsheets add midnight
_POINT_ZERO = re.compile(r"(?P<digits>[0-9]{9,12})[.,]0+", re.ASCII)
_NINE_DIGITS = re.compile(r"[1-9][0-9]{8}", re.ASCII)
_WITHOUT_PLUS = re.compile(r"33[1-9][0-9]{8}", re.ASCII)
_SHORT_POSTAL_CODE = re.compile(r"(?P<digits>[0-9]{4,5})([.,]0+)?(?P<town>\s+\D.*)?", re.ASCII)
_ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)
_PHONE = re.compile(r"\+?[0-9(][0-9 ().\-/]{4,24}", re.ASCII)


class Day(Text):
    """A date as 15/03/1942, 15.03.1942 or 1942-03-15 → `1942-03-15`. Of a year, two digits are refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        french, iso = _FRENCH.fullmatch(text), _ISO.fullmatch(text)
        try:
            if french:
                return date(int(french[3]), int(french[2]), int(french[1])).isoformat()
            if iso:
                return date(int(iso[1]), int(iso[2]), int(iso[3])).isoformat()
        except ValueError:
            pass
        raise ValidationError("bad-date")


class Choice(Text):
    """One of the sender's words → the hub's; case, accents and spaces do not matter."""

    def __init__(self, words: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self._words = {fold(word): meaning for word, meaning in words.items()}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        meaning = self._words.get(fold(super()._deserialize(value, attr, data, **options)))
        if meaning is None:
            raise ValidationError("unknown-code")
        return meaning


def make_email(**options: Any) -> Text:
    """Return the field of an e-mail address."""
    return Text(validate=validate.Email(error="bad-email"), **options)


def make_phone(**options: Any) -> Text:
    """Return the field of a telephone number as people write it."""
    return Text(validate=validate.Regexp(_PHONE, error="bad-phone"), **options)


def restore_phone(text: str) -> str:
    """Return a telephone number as it was before a spreadsheet took it for a number: `199000020.0` is 0199000020."""
    match = _POINT_ZERO.fullmatch(text)
    digits = match["digits"] if match else text
    if _NINE_DIGITS.fullmatch(digits):
        return f"0{digits}"
    return f"+{digits}" if _WITHOUT_PLUS.fullmatch(digits) else digits


def restore_postal_code(text: str) -> str:
    """Return a postal code as it was before a spreadsheet took it for a number: `9001`, `9001.0` are 09001. A town may follow."""
    match = _SHORT_POSTAL_CODE.fullmatch(text)
    return f"{match['digits']:0>5}{match['town'] or ''}" if match else text


def is_rounded(text: str) -> bool:
    """Return whether a spreadsheet has written a long number as `2,44029E+14`: its last digits are lost."""
    return _ROUNDED.fullmatch(text) is not None
