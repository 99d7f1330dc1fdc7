"""The fields of a demand that an agent writes down, and where each goes (`fields.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, validate

from adapters.fields import Text
from hub.domain.normalization.phones import parse_phone
from hub.domain.normalization.typed_dates import parse_birth_date

PAGE = Path(__file__).with_name("fields.toml")


@dataclass(frozen=True)
class FormField:
    """One field. `name`: in French, for the desk; `to`: where the hub puts it; `needed`: without it nothing is saved; `words`:
    the answers to choose from, each with what it is called, none for free text."""

    name: str
    to: str
    needed: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


def _load() -> Mapping[str, FormField]:
    page = tomllib.loads(PAGE.read_text("utf-8"))
    return MappingProxyType({key: FormField(**line) for key, line in page.items()})


FIELDS = _load()


class _BirthDate(Text):
    """A birth date as it was typed → as FHIR writes it."""

    def __init__(self, today: date, **options: Any) -> None:
        super().__init__(**options)
        self._today = today

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        try:
            return parse_birth_date(super()._deserialize(value, attr, data, **options), self._today)
        except ValueError:
            raise ValidationError("bad-date") from None


class _Phone(Text):
    """A telephone number as it was typed → its digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        try:
            return parse_phone(super()._deserialize(value, attr, data, **options))
        except ValueError:
            raise ValidationError("bad-phone") from None


def build_schema(today: date) -> Schema:
    """Return the schema of a form that is filled on a day. Its errors are codes of the catalogue."""
    return Schema.from_dict({name: _build_field(name, form_field, today) for name, form_field in FIELDS.items()})(
        unknown=EXCLUDE
    )


def _build_field(name: str, form_field: FormField, today: date) -> Text:
    options: dict[str, Any] = {"required": True} if form_field.needed else {"load_default": ""}
    if form_field.words:
        words = tuple(form_field.words) if form_field.needed else ("", *form_field.words)
        return Text(validate=validate.OneOf(words, error="unknown-code"), **options)
    if form_field.needed:
        options["validate"] = validate.Length(min=1, error="required-missing")
    if name == "naissance":
        return _BirthDate(today, **options)
    if name.endswith("telephone"):
        return _Phone(**options)
    return Text(max_length=4000 if name == "motif" else 200, **options)
