"""marshmallow fields whose errors are codes of the catalogue; they never quote what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CODES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "required-missing",
    "null": "wrong-type",
    "invalid": "wrong-type",
    "invalid_utf8": "wrong-type",
    "validator_failed": "wrong-type",
}


class Text(fields.String):
    """A text without control characters, at most `max_length` characters, outer spaces removed."""

    default_error_messages = _CODES

    def __init__(self, *, max_length: int = 500, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [validate.Length(max=max_length, error="too-long"), *self.validators]

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if text is None or _CONTROL.search(text):
            raise ValidationError("control-character")
        return text.strip()


class Table(fields.Dict):
    """A table of a settings file."""

    default_error_messages = _CODES


class Items(fields.List[str]):
    """An array of a settings file."""

    default_error_messages = _CODES
