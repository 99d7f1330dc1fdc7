"""A social-services CSV file → its rows, each a Referral or its problems: a bad row never stops the others."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass

import msgspec
from marshmallow import Schema, ValidationError

from adapters.adapter import Row, Source
from adapters.social.columns import fold
from adapters.social.row import build_schema, read_referral
from adapters.social.settings import TableSettings, load_settings
from adapters.social.table import Record, read_table
from hub.domain.errors import Invalid, Problem
from hub.domain.referral.message import Header, Referral


def read(body: bytes, source: Source) -> list[Row]:
    """Read every row of the file that has a cell filled (`docs/domain.md` §5.6). Places are as `row 3, Date de naissance`.

    Malformed: too large, an encoding that is neither UTF-8, UTF-16 nor CP1252, a header with broken quotes.
    Invalid: no row, too many rows, a column twice, a required column missing.
    """
    settings = load_settings(source)
    table = read_table(body, settings.get_meanings())
    keys = _find_keys(table.header, settings)
    reader = _RowReader(source, settings, table.header, keys, build_schema(settings))
    return [reader.read(record) for record in table.records]


def _find_keys(header: list[str], settings: TableSettings) -> list[str]:
    """Return what each column means to the hub, "" for one that it does not know."""
    meanings = settings.get_meanings()
    folded = [fold(cell) for cell in header]
    names = [meanings.get(cell, cell) for cell in folded]
    first = {name: i for i, name in reversed(list(enumerate(names)))}
    # By its rank, not its name: a file without header has personal data here.
    problems = [Problem("csv-duplicate-column", f"column {i + 1}") for i, n in enumerate(names) if n and first[n] != i]
    missing = [key for key in settings.required if key not in first]
    problems += [Problem("csv-missing-column", settings.columns[key]) for key in missing]
    if problems:
        raise Invalid(*problems)
    return [meanings.get(cell, "") for cell in folded]


@dataclass(frozen=True)
class _RowReader:
    source: Source
    settings: TableSettings
    header: list[str]
    keys: list[str]
    schema: Schema

    def read(self, record: Record) -> Row:
        """Read one record of the table."""
        # A record that cannot be read is represented by its number alone: its bytes stay in the file.
        body = _write_csv(self.header, record.cells or [str(record.number)])
        return Row(record.number, body, self._read_content(record))

    def _read_content(self, record: Record) -> Referral | tuple[Problem, ...]:
        place = f"row {record.number}"
        if record.cells is None:
            return (Problem("csv-quotes", place),)
        cells = [cell.strip() for cell in record.cells]
        if any(cells[len(self.header) :]):  # one separator too many: the cells after it are under the wrong headers
            return (Problem("csv-too-many-cells", place),)
        filled = {key: cell for key, cell in zip(self.keys, cells, strict=False) if key and cell}
        try:
            values = self.schema.load(filled)
        except ValidationError as error:
            return tuple(
                Problem(code, f"{place}, {self.settings.columns[key]}")
                for key, codes in error.messages_dict.items()
                for code in codes
            )
        header = Header(values.get("department_internal_id") or self._hash(cells), "row")
        return read_referral(values, header, self.source, self.settings, self._list_unread(cells))

    def _list_unread(self, cells: list[str]) -> tuple[str, ...]:
        columns = zip(self.header, self.keys, cells, strict=False)
        return tuple(
            name.strip()[:64] or f"column {i}" for i, (name, key, cell) in enumerate(columns, 1) if cell and not key
        )

    def _hash(self, cells: list[str]) -> str:
        """Return a digest of the row's content, the same whatever the order of its columns."""
        pairs = sorted((fold(name), cell) for name, cell in zip(self.header, cells, strict=False) if cell)
        return hashlib.sha256(msgspec.json.encode(pairs)).hexdigest()


def _write_csv(*lines: list[str]) -> bytes:
    """Write lines as a CSV file of its own: UTF-8, comma-separated, CRLF."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(lines)
    return file.getvalue().encode()
