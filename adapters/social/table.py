"""Bytes of a CSV file → its header and its records, whatever the encoding, the separator and the quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from adapters.social.columns import fold
from hub.domain.errors import Invalid, Malformed

SIZE = 5 << 20  # bytes
ROWS = 10_000
TALLEST = 50  # lines that one quoted cell may span: beyond, the quote was never closed

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


def table(raw: bytes, known: Collection[str]) -> Table:
    """The table of this file. The separator (`;` `,` tab) is the one under which most headers are `known` (folded).

    Malformed: too large, an unknown encoding, an unreadable header. Invalid: no row, or too many.
    """
    if len(raw) > SIZE:
        raise Malformed("csv-too-large")
    lines = list(io.StringIO(_decode(raw), newline=""))
    if lines and lines[0].casefold().startswith("sep="):  # a hint that some spreadsheets write for themselves
        del lines[0]
    first = next((i for i, line in enumerate(lines) if line.strip("\r\n\t ;,")), None)
    if first is None:
        raise Invalid("csv-empty")
    separator, header, taken = _sniff(lines[first : first + TALLEST], known)
    records = list(islice(_records(lines[first + taken :], separator), ROWS + 1))
    if len(records) > ROWS:
        raise Invalid("csv-too-many-rows")
    if not records:
        raise Invalid("csv-empty")
    return Table(header, records)


def _decode(raw: bytes) -> str:
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            encodings = [encoding]
            raw = raw.removeprefix(bom)
            break
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Malformed("csv-encoding")


def _sniff(lines: list[str], known: Collection[str]) -> tuple[str, list[str], int]:
    found = []
    for separator in ";,\t":
        cells, taken = _record(lines, separator)
        if cells is not None:
            matches = sum(1 for cell in cells if fold(cell) in known)
            found.append((matches, len(cells), separator, cells, taken))
    if not found:
        raise Malformed("csv-quotes", where="row 0")
    _, _, separator, header, taken = max(found, key=lambda one: one[:2])
    return separator, header, taken


def _records(lines: list[str], separator: str) -> Iterator[Record]:
    """Each record that has a cell filled. One with broken quotes takes one line, so that those after it are read."""
    number = start = 0
    while start < len(lines):
        number += 1
        cells, taken = _record(lines[start : start + TALLEST], separator)
        if cells is None or any(cell.strip() for cell in cells):
            yield Record(number, cells)
        start += taken


def _record(lines: list[str], separator: str) -> tuple[list[str] | None, int]:
    """The first record of `lines` and how many lines it takes; None and 1 when its quotes are broken."""
    reader = csv.reader(iter(lines), delimiter=separator, strict=True)
    try:
        return next(reader, []), max(reader.line_num, 1)
    except csv.Error:
        return None, 1
