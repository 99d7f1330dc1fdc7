"""`config/sources.toml` → `Source`: who sends what, in which form. Every error of the file is reported at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

from adapters.adapter import Adapter, Source
from adapters.fields import Text
from adapters.registry import ADAPTERS
from hub.domain.config_pages import PageError, PageSchema, list_faults, parse_toml
from hub.domain.errors import Invalid, Malformed, Problem
from hub.domain.roles import load_roles

PAGE = "sources.toml"


class _SourceSchema(PageSchema):
    """A source. Its messages are codes of the catalogue, for a command that reads the page says them in two languages."""

    error_messages = {"unknown": "unknown-setting", "type": "wrong-type"}  # noqa: RUF012 - marshmallow's own way


def _make_fields() -> dict[str, fields.Field[Any]]:
    """The settings of every source. Made anew for each schema: a field belongs to one, and adapters may be added."""
    return {
        "adapter": Text(required=True, validate=validate.OneOf(ADAPTERS, error="unknown-code")),
        "title": Text(required=True, validate=validate.Length(min=1, error="required-missing")),
        "organisation": Text(required=True, validate=validate.Length(min=1, error="required-missing")),
        "role": Text(required=True, validate=validate.OneOf(load_roles(), error="unknown-code")),
        "zone": Text(validate=validate.OneOf(available_timezones(), error="unknown-code")),
    }


def load(text: str | Path) -> dict[str, Source]:
    """Load the sources of this TOML text or file, by name.

    Malformed: not TOML. Invalid: every error of every source, each with its place (`sources.ccas-csv.columns.nom`).
    """
    try:
        body = parse_toml(text.read_text("utf-8") if isinstance(text, Path) else text, PAGE)
    except (PageError, UnicodeDecodeError):
        raise Malformed("toml-malformed") from None
    tables = body.get("sources")
    if not isinstance(tables, dict) or not tables:
        raise Invalid("required-missing", where="sources")
    problems = [problem for name, table in tables.items() for problem in _find_problems(name, table)]
    if problems:
        raise Invalid(*problems)
    return {name: _make_source(name, table) for name, table in tables.items()}


def _make_source(name: str, table: dict[str, Any]) -> Source:
    adapter = ADAPTERS[table["adapter"]]
    settings = {key: table[key] for key in adapter.settings if key in table}
    common = {key: value for key, value in table.items() if key not in adapter.settings}
    return Source(name, **{**common, "adapter": adapter, "settings": settings})


def _find_problems(name: str, table: Any) -> Iterator[Problem]:
    where = f"sources.{name}"
    adapter = _find_adapter(table)
    own_settings = adapter.settings if adapter is not None else {}
    try:
        _SourceSchema.from_dict({**_make_fields(), **own_settings})().load(table)
    except ValidationError as error:
        yield from (Problem(code, f"{where}.{path}" if path else where) for path, code in list_faults(error.messages))
    if adapter is not None:
        yield from (Problem(problem.code, f"{where}.{problem.where}") for problem in adapter.check_settings(table))


def _find_adapter(table: Any) -> Adapter | None:
    name = table.get("adapter") if isinstance(table, dict) else None
    return ADAPTERS.get(name) if isinstance(name, str) else None
