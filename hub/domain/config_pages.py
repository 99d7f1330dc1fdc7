"""The TOML pages of `config/`, each read by one marshmallow schema. All that is wrong with a page is reported at once. Pure.

A wrong page stops start-up: the hub never runs on rules that it understands in part.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

CONFIG = Path(__file__).resolve().parents[2] / "config"

Value = TypeVar("Value")

_MAX_LISTED = 12  # words that a message lists

# Keys of marshmallow's messages that are no step of a path: the table as a whole, and the two sides of a Dict's item.
_NO_STEP = frozenset({"_schema", "key", "value"})


class PageError(ValueError):
    """A config page is wrong. The text names the page and, for each fault, the path of the key and what is expected there."""


class PageSchema(Schema):
    """A table of a config page. A key that it does not declare is a fault."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown key"}  # noqa: RUF012 - marshmallow declares it so


class Flag(fields.Boolean):
    """`true` or `false`, and no word that means as much."""

    def __init__(self) -> None:
        super().__init__(load_default=False, truthy={True}, falsy={False})


class Word(fields.String):
    """A word of a closed list. `kind`: what the words are, for the message (`unknown section autonomie`)."""

    def __init__(self, kind: str, known: Iterable[str], *, required: bool = True) -> None:
        choices = sorted(known)
        hint = ": {choices} are known" if len(choices) <= _MAX_LISTED else ""
        one_of = validate.OneOf(choices, error=f"unknown {kind} {{input}}{hint}")
        super().__init__(required=required, validate=one_of)


def read_config(page: str) -> str:
    """Return the text of `config/<page>`."""
    return (CONFIG / page).read_text(encoding="utf-8")


def parse_toml(text: str, page: str) -> dict[str, Any]:
    """Return the tables of a TOML text. PageError: it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PageError(f"{page}: {error}") from None


def load_page(text: str, page: str, form: fields.Field[Value]) -> Value:
    """Return what `form` makes of the TOML `text`. PageError: `page` (its name in `config/`) has at least one fault."""
    return load_tables(parse_toml(text, page), page, form)


def load_tables(tables: Mapping[str, Any], page: str, form: fields.Field[Value]) -> Value:
    """Return what `form` makes of `tables`, which were read from `page`. PageError: they have at least one fault."""
    try:
        value: Value = form.deserialize(tables)
    except ValidationError as error:
        faults = (f"{path}: {message}" if path else message for path, message in list_faults(error.messages))
        raise PageError(f"{page}: {'; '.join(faults)}") from None
    return value


def list_faults(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, message) for each message of a ValidationError, such as `("ccas.relations.0", "Must be one of: …")`."""
    if not isinstance(messages, dict):
        for message in messages:
            yield path, str(message).rstrip(".")
        return
    for key, inner in messages.items():
        inside = path if key in _NO_STEP else f"{path}.{key}" if path else str(key)
        yield from list_faults(inner, inside)
