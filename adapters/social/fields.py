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
