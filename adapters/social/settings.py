"""The settings that a source of tables has in `config/sources.toml`, besides those of every source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from adapters.adapter import Source
from adapters.fields import Items, Table, Text
from adapters.social.columns import COLUMNS, REQUIRED, fold, fold_header
from hub.domain.errors import Problem

PRIORITIES = ("routine", "urgent", "asap", "stat")

SETTINGS: dict[str, fields.Field[Any]] = {
    "columns": Table(
        keys=Text(validate=validate.OneOf(tuple(COLUMNS), error="unknown-code")),
        values=Text(validate=validate.Length(min=1, error="required-missing")),
    ),
    "required": Items(Text(validate=validate.OneOf(tuple(COLUMNS), error="unknown-code"))),
    "urgency": Table(keys=Text(), values=Text(validate=validate.OneOf(PRIORITIES, error="unknown-code"))),
    "identifiers": Text(validate=validate.Regexp(r"(https?://|urn:)\S+", error="wrong-type")),
}


@dataclass(frozen=True)
class TableSettings:
    """`columns`: what the hub knows → the sender's header; `required`: what every row must fill; `urgency`: the sender's
    words, folded → priority; `identifiers`: system of the sender's own numbers, "" for none."""

    columns: Mapping[str, str]
    required: tuple[str, ...]
    urgency: Mapping[str, str]
    identifiers: str

    def get_meanings(self) -> dict[str, str]:
        """Return what each folded header of the source means; the hub's own words are headers too."""
        return {fold_header(name): key for key in self.columns for name in (key, self.columns[key])}

    def name_column(self, key: str) -> str:
        """Return what the sender calls a column."""
        return self.columns.get(key) or COLUMNS[key].headers[0]


def load_settings(source: Source) -> TableSettings:
    """Return the settings of `source`, which were checked when `config/sources.toml` was loaded."""
    settings = source.settings
    return TableSettings(
        columns=settings.get("columns", {}),
        required=tuple(dict.fromkeys((*REQUIRED, *settings.get("required", ())))),
        urgency={fold(word): priority for word, priority in settings.get("urgency", {}).items()},
        identifiers=settings.get("identifiers", ""),
    )


def check_settings(settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each required column without a header, and for each header that two columns share."""
    columns, required = settings.get("columns", {}), settings.get("required", ())
    if not isinstance(columns, dict) or not isinstance(required, list | tuple):
        return  # `SETTINGS` reports it
    for key in (*REQUIRED, *required):
        if key not in columns:
            yield Problem("required-missing", f"columns.{key}")
    headers = [fold_header(str(header)) for header in columns.values()]
    for key, header in zip(columns, headers, strict=True):
        if headers.count(header) > 1:  # « chaque colonne doit avoir un nom différent »
            yield Problem("csv-duplicate-column", f"columns.{key}")
