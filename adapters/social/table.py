"""Bytes of a CSV file → its header and its records, whatever the encoding, the separator and the quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from adapters.social.columns import fold_header
from hub.domain.errors import Invalid, Malformed

MAX_BYTES = 5 << 20  # of the file
MAX_ROWS = 10_000
MAX_LINES = 50  # lines that one quoted cell may span: beyond, the quote was never closed

_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and ODS, which are ZIP files; XLS
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True)
class Record:
    """`number`: 1 for the first line of data, as the sender counts, empty lines included. `cells` is None when its
    quotes cannot be read."""

    number: int
    cells: list[str] | None


@dataclass(frozen=True)
class Table:
    header: list[str]
    records: list[Record]


def read_table(body: bytes, known: Collection[str]) -> Table:
    """Read the table of this file. The separator (`;` `,` tab) is the one under which most headers are `known` (folded).

    Malformed: too large, a spreadsheet, an unknown encoding, an unreadable header. Invalid: no row, or too many; a first line
    without any known header.
    """
    if len(body) > MAX_BYTES:
        raise Malformed("csv-too-large")
    if body.startswith(_SPREADSHEETS):
        raise Malformed("csv-spreadsheet")
    lines = list(io.StringIO(_decode(body), newline=""))
    if lines and lines[0].casefold().startswith("sep="):  # a hint that some spreadsheets write for themselves
        del lines[0]
    first = next((i for i, line in enumerate(lines) if line.strip("\r\n\t ;,")), None)
    if first is None:
        raise Invalid("csv-empty")
    separator, header, line_count = _find_separator(lines[first : first + MAX_LINES], known)
    if not any(fold_header(cell) in known for cell in header):
        raise Invalid("csv-no-header", where="row 0")
    records = list(islice(_read_records(lines[first + line_count :], separator), MAX_ROWS + 1))
    if len(records) > MAX_ROWS:
        raise Invalid("csv-too-many-rows")
    if not records:
        raise Invalid("csv-empty")
    return Table(header, records)


def _decode(body: bytes) -> str:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            encodings = [encoding]
            body = body.removeprefix(bom)
            break
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Malformed("csv-encoding")


def _find_separator(lines: list[str], known: Collection[str]) -> tuple[str, list[str], int]:
    candidates = []
    for separator in ";,\t":
        cells, line_count = _read_record(lines, separator)
        if cells is not None:
            matches = sum(1 for cell in cells if fold_header(cell) in known)
            candidates.append((matches, len(cells), separator, cells, line_count))
    if not candidates:
        raise Malformed("csv-quotes", where="row 0")
    _, _, separator, header, line_count = max(candidates, key=lambda candidate: candidate[:2])
    return separator, header, line_count


def _read_records(lines: list[str], separator: str) -> Iterator[Record]:
    """Yield each record that has a cell filled. One with broken quotes takes one line, so that those after it are read."""
    number = start = 0
    while start < len(lines):
        number += 1
        cells, line_count = _read_record(lines[start : start + MAX_LINES], separator)
        if cells is None or any(cell.strip() for cell in cells):
            yield Record(number, cells)
        start += line_count


def _read_record(lines: list[str], separator: str) -> tuple[list[str] | None, int]:
    """Return the first record of `lines` and how many lines it takes; None and 1 when its quotes are broken."""
    reader = csv.reader(iter(lines), delimiter=separator, strict=True)
    try:
        return next(reader, []), max(reader.line_num, 1)
    except csv.Error:
        return None, 1
