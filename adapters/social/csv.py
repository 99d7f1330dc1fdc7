"""A social-services CSV file → its rows, each a Referral or its problems: a bad row never stops the others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec
from marshmallow import Schema, ValidationError

from adapters.social import row as one_row
from adapters.social.columns import fold
from adapters.social.table import Record, table
from adapters.sources import Source
from hub.domain.errors import Invalid, Problem
from hub.domain.referral import Header, Referral


@dataclass(frozen=True)
class Row:
    """`outcome`: the Referral, or what is wrong with the row, places as `row 3, Date de naissance`."""

    number: int
    outcome: Referral | tuple[Problem, ...]


def read(raw: bytes, source: Source) -> list[Row]:
    """Every row of the file that has something in it (`domain.md` §5.6).

    Malformed: too large, an encoding that is neither UTF-8, UTF-16 nor CP1252, a header with broken quotes.
    Invalid: no row, too many rows, a column twice, a required column missing.
    """
    sheet = table(raw, source.meanings())
    keys = _keys(sheet.header, source)
    reader = _Reader(source, sheet.header, keys, one_row.schema(source))
    return [Row(record.number, reader.outcome(record)) for record in sheet.records]


def _keys(header: list[str], source: Source) -> list[str]:
    """What each column means to the hub, "" for one that it does not know."""
    meanings = source.meanings()
    folded = [fold(cell) for cell in header]
    names = [meanings.get(cell, cell) for cell in folded]
    first = {name: i for i, name in reversed(list(enumerate(names)))}
    # By its rank, not its name: a file without header has personal data here.
    problems = [Problem("csv-duplicate-column", f"column {i + 1}") for i, n in enumerate(names) if n and first[n] != i]
    missing = [key for key in source.needed() if key not in first]
    problems += [Problem("csv-missing-column", source.columns[key]) for key in missing]
    if problems:
        raise Invalid(*problems)
    return [meanings.get(cell, "") for cell in folded]


@dataclass(frozen=True)
class _Reader:
    source: Source
    header: list[str]
    keys: list[str]
    schema: Schema

    def outcome(self, record: Record) -> Referral | tuple[Problem, ...]:
        """The Referral of a record, or its problems."""
        place = f"row {record.number}"
        if record.cells is None:
            return (Problem("csv-quotes", place),)
        cells = [cell.strip() for cell in record.cells]
        if any(cells[len(self.header) :]):  # a separator too many: everything after it stands in the wrong column
            return (Problem("csv-too-many-cells", place),)
        filled = {key: cell for key, cell in zip(self.keys, cells, strict=False) if key and cell}
        try:
            values = self.schema.load(filled)
        except ValidationError as error:
            found = error.messages_dict
            return tuple(
                Problem(code, f"{place}, {self.source.columns[key]}") for key, codes in found.items() for code in codes
            )
        header = Header(values.get("department_internal_id") or self._hash(cells), "row")
        return one_row.referral(values, header, self.source, self._unread(cells))

    def _unread(self, cells: list[str]) -> tuple[str, ...]:
        told = zip(self.header, self.keys, cells, strict=False)
        return tuple(
            name.strip()[:64] or f"column {i}" for i, (name, key, cell) in enumerate(told, 1) if cell and not key
        )

    def _hash(self, cells: list[str]) -> str:
        """The row's content whatever the order of its columns."""
        told = sorted((fold(name), cell) for name, cell in zip(self.header, cells, strict=False) if cell)
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()
