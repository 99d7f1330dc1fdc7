"""marshmallow fields whose errors are codes of `hub.domain.messages`; they never quote what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from adapters.social.columns import fold

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 00:00(?::00)?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?", re.ASCII)  # spreadsheets add midnight
_PHONE = re.compile(r"\+?[0-9(][0-9 ().\-/]{4,24}", re.ASCII)
_CODES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "required-missing",
    "null": "wrong-type",
    "invalid": "wrong-type",
    "invalid_utf8": "wrong-type",
    "validator_failed": "wrong-type",
}


class Text(fields.String):
    """A text without control characters, at most `longest` characters, outer spaces removed."""

    default_error_messages = _CODES

    def __init__(self, *, longest: int = 500, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [validate.Length(max=longest, error="too-long"), *self.validators]

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        found = super()._deserialize(value, attr, data, **options)
        if found is None or _CONTROL.search(found):
            raise ValidationError("control-character")
        return found.strip()


class Table(fields.Dict):
    """A table of a settings file."""

    default_error_messages = _CODES


class Items(fields.List[str]):
    """An array of a settings file."""

    default_error_messages = _CODES


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
    """One of the sender's words → ours; case, accents and spaces do not matter."""

    def __init__(self, words: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self._words = {fold(word): meaning for word, meaning in words.items()}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        found = self._words.get(fold(super()._deserialize(value, attr, data, **options)))
        if found is None:
            raise ValidationError("unknown-code")
        return found


def email(**options: Any) -> Text:
    """An e-mail address."""
    return Text(validate=validate.Email(error="bad-email"), **options)


def phone(**options: Any) -> Text:
    """A telephone number as people write it."""
    return Text(validate=validate.Regexp(_PHONE, error="bad-phone"), **options)
