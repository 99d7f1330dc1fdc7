"""The columns that social services send: `columns.toml`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

PAGE = Path(__file__).with_name("columns.toml")
REQUIRED = ("last_name", "first_name")
# Who it is: what is wrong there refuses the row. Anything else that is wrong is said in words.
IDENTITY = frozenset({*REQUIRED, "birth_name", "birth_date"})
ADDRESS = ("address_1", "address_2", "address_3", "address_4", "address_5")
_PLURAL = re.compile(r"\((s|e|es|x|ne|ne\(s\))\)", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One column; the fields are those of `columns.toml`."""

    name: str
    to: str
    example: str
    headers: tuple[str, ...]
    demand: bool = False


def _load() -> Mapping[str, Column]:
    page = tomllib.loads(PAGE.read_text("utf-8"))
    return MappingProxyType({key: Column(**{**line, "headers": tuple(line["headers"])}) for key, line in page.items()})


COLUMNS = _load()


def fold(text: str) -> str:
    """Return a word in the form in which it is compared: no case, accents, spaces, hyphens or underscores."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace() and c not in "_-")


def fold_header(header: str) -> str:
    """Return a header in the form in which it is compared: as `fold`, without signs and endings in brackets: `Prénom(s)`,
    `Né(e) le`, `N° dossier`. One of signs alone stays as `fold` leaves it."""
    folded = fold(_PLURAL.sub("", header).replace("°", " "))
    return "".join(c for c in folded if c.isalnum()) or folded


SYNONYMS = MappingProxyType(
    {fold_header(header): key for key, column in COLUMNS.items() for header in (key, *column.headers)}
)
"""Folded header → column, for a source that does not name it itself."""
