"""A social-services CSV file → its rows, each a Referral or its problems: a bad row never stops the others."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, replace

import msgspec
from marshmallow import Schema, ValidationError

from adapters.adapter import Row, Source
from adapters.births import is_plausible_birth
from adapters.social.columns import COLUMNS, IDENTITY, SYNONYMS, fold_header
from adapters.social.corrections import correct
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
    table = read_table(body, {*settings.get_meanings(), *SYNONYMS})
    keys = _find_keys(table.header, settings)
    reader = _RowReader(source, settings, table.header, keys, build_schema(settings))
    return [reader.read(record) for record in table.records]


def _find_keys(header: list[str], settings: TableSettings) -> list[str]:
    """Return what each column means to the hub, "" for one that it does not know. What a header is often called counts for a
    column that the file does not name otherwise, and once."""
    meanings = settings.get_meanings()
    folded = [fold_header(cell) for cell in header]
    names = [meanings.get(cell, cell) for cell in folded]
    first = {name: i for i, name in reversed(list(enumerate(names)))}
    # By its rank, not its name: a file without header has personal data here.
    problems = [Problem("csv-duplicate-column", f"column {i + 1}") for i, n in enumerate(names) if n and first[n] != i]
    keys = [meanings.get(cell, "") for cell in folded]
    for i, cell in enumerate(folded):
        if not keys[i] and SYNONYMS.get(cell, "") not in keys:
            keys[i] = SYNONYMS.get(cell, "")
    problems += [
        Problem("csv-missing-column", settings.name_column(key)) for key in settings.required if key not in keys
    ]
    if problems:
        raise Invalid(*problems)
    return keys


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
        cell_by_key = {key: cell for key, cell in zip(self.keys, cells, strict=False) if key and cell}
        corrections = correct(cell_by_key)
        try:
            values, wrong = self._validate(corrections.cells)
        except ValidationError as error:
            return tuple(
                Problem(code, f"{place}, {self.settings.name_column(key)}")
                for key, codes in error.messages_dict.items()
                for code in codes
            )
        header = Header(self._hash(cells), "row")
        if "birth_date" in values and not is_plausible_birth(values["birth_date"]):
            wrong["birth_date"] = ["implausible-date"]
            del values["birth_date"]
        unread = self._list_unread(cells)
        lost = {
            **{key: cell_by_key[key] for key, _ in corrections.problems},
            **{key: cell_by_key[key] for key in wrong},
        }
        problems = [*corrections.problems, *((key, code) for key, codes in wrong.items() for code in codes)]
        return replace(
            read_referral(values, header, self.source, self.settings),
            remarks=(
                *(f"Colonne {self.settings.name_column(key)} : {cell}" for key, cell in lost.items()),
                *(f"Colonne {name} : {cell}" for name, cell in unread),
            ),
            unread=tuple(name for name, _ in unread),
            warnings=(
                *(Problem(code, f"{place}, {self.settings.name_column(key)}") for key, code in problems),
                *(Problem("unread", f"{place}, {name}") for name, _ in unread),
            ),
            same_demand=_hash_demand(values),
        )

    def _validate(self, cells: dict[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Return the values, and what is wrong with cells that say neither who it is nor what the source requires: those are not
        read. ValidationError: something else is wrong."""
        try:
            return self.schema.load(cells), {}
        except ValidationError as error:
            wrong = {str(key): codes for key, codes in error.messages_dict.items()}
            if wrong.keys() & {*IDENTITY, *self.settings.required}:
                raise
            return self.schema.load({key: cell for key, cell in cells.items() if key not in wrong}), wrong

    def _list_unread(self, cells: list[str]) -> list[tuple[str, str]]:
        """Return (header, cell) of each cell that is filled under a header that is not known."""
        columns = zip(self.header, self.keys, cells, strict=False)
        return [
            (name.strip()[:64] or f"column {i}", cell)
            for i, (name, key, cell) in enumerate(columns, 1)
            if cell and not key
        ]

    def _hash(self, cells: list[str]) -> str:
        """Return a digest of the row's content, the same whatever the order of its columns, their case and the spaces."""
        pairs = sorted(
            (fold_header(name), " ".join(cell.split())) for name, cell in zip(self.header, cells, strict=False) if cell
        )
        return hashlib.sha256(msgspec.json.encode(pairs)).hexdigest()


def _hash_demand(values: dict[str, str]) -> str:
    """Return a digest of what the row asks for, whoever it is for."""
    demand_pairs = sorted((key, " ".join(value.split())) for key, value in values.items() if COLUMNS[key].demand)
    return hashlib.sha256(msgspec.json.encode(demand_pairs)).hexdigest()


def _write_csv(*lines: list[str]) -> bytes:
    """Write lines as a CSV file of its own: UTF-8, comma-separated, CRLF."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(lines)
    return file.getvalue().encode()
