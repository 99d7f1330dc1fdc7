"""The ledger of fields: where each field of a message goes, and what of it no element carries (`docs/ledger-hl7.md`).

`fields.toml` has one line a field. What the segment modules read is there with its element; of everything else each repetition
becomes a sentence of its own, `PV1-10 service hospitalier : CAR`, for whoever holds the intake Task. So nothing that a sender
writes is readable by nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from adapters.hl7v2.datatypes.components import is_carried
from adapters.hl7v2.datatypes.dates import precedes, read_date
from adapters.hl7v2.syntax.er7 import Er7, Segment, Value
from hub.domain.errors import Problem

PAGE = Path(__file__).with_name("fields.toml")
TECHNICAL = frozenset({"MSH", "SFT", "UAC", "DSC"})
"""Segments about the message itself: the header, the sender's software, a login, a continuation."""
NOTED_ON_THEMSELVES = frozenset({"DG1", "AL1", "PR1", "OBX", "RXE", "RXO", "RXA", "RXD", "RXG"})
"""Segments that make a resource with notes: their readers add the sentences there."""
ONCE = frozenset({"PV1", "PV2", "PD1", "RF1", "EVN", "ORC", "TQ1", "ZBE", "ZFD", "ZFM"})
"""Segments of which the readers take the first: a message is about one person and one demand."""


@dataclass(frozen=True)
class Field:
    """One field of a segment. `to`: the element that it is read into, "" for none; `type`: its HL7 data type; the rest as
    the head of `fields.toml` says."""

    name: str
    to: str = ""
    type: str = ""
    repeats: bool = False
    codes: tuple[str, ...] = ()
    warn: bool = False
    answer: bool = False
    unless: int = 0
    needs: int = 0
    same: bool = False
    after: int = 0


_UNKNOWN = Field("")


@cache
def load_fields() -> Mapping[str, Mapping[int, Field]]:
    """Return segment → field number → field."""
    page: dict[str, dict[str, Any]] = tomllib.loads(PAGE.read_text("utf-8"))
    return {
        segment: {int(number): _make_field(line) for number, line in lines.items()} for segment, lines in page.items()
    }


def list_remarks(segment: Segment, left: Container[str] = ()) -> tuple[str, ...]:
    """Return one sentence for each repetition that no element carries, in the order of the fields. `left`: the places that a
    reader left out although they have an element, because of what they say."""
    known = load_fields().get(segment.name, {})
    return tuple(
        sentence
        for number in range(1, len(segment.fields))
        for field in (known.get(number, _UNKNOWN),)
        if not field.answer
        for rank, value in enumerate(segment.values(number))
        if value.place in left or not _is_read(segment, field, value, rank)
        if (sentence := _write_sentence(field, value))
    )


def list_all_remarks(message: Er7, left: Container[str] = ()) -> tuple[str, ...]:
    """Return the sentences of the segments that make no resource with notes of its own. `left`: as in `list_remarks`."""
    return tuple(
        sentence
        for segment in message.segments
        if segment.name not in TECHNICAL | NOTED_ON_THEMSELVES
        for sentence in list_remarks(segment, left)
    )


def list_warnings(message: Er7, words: Container[str] = ()) -> tuple[Problem, ...]:
    """Return what the answer names: dates that are none and values that have no meaning here, which are kept as words; the fields
    that stay in the message alone; the segments that nobody here knows. `words`: those to which the source gives a meaning."""
    return tuple(dict.fromkeys(problem for segment in message.segments for problem in _find_warnings(segment, words)))


def _find_warnings(segment: Segment, words: Container[str]) -> Iterator[Problem]:
    known = load_fields().get(segment.name)
    if known is None:
        if segment.name not in TECHNICAL:
            yield Problem("unread", segment.place)
        return
    for number in range(1, len(segment.fields)):
        field = known.get(number, _UNKNOWN)
        for value in segment.values(number):
            if field.answer:
                yield Problem("kept-in-message", value.place)
            elif field.type in ("DT", "DTM", "INSTANT") and not is_carried(value, field.type):
                yield Problem("bad-date", value.place)
            elif field.warn and value.part(1).upper() not in field.codes and value.part(1).casefold() not in words:
                yield Problem("unknown-code", value.place)


def _is_read(segment: Segment, field: Field, value: Value, rank: int) -> bool:
    if not field.to or (rank and not field.repeats):
        return False
    if field.codes and value.part(1).upper() not in field.codes:
        return False
    if (field.unless and segment.values(field.unless)) or (field.needs and not segment.values(field.needs)):
        return False
    if segment.name in ONCE and segment.place != segment.name:
        return False
    if field.after and precedes(read_date(value), read_date(segment.value(field.after))):
        return False
    if field.same and segment.value(3).part(2) not in ("", value.whole):
        return False
    return is_carried(value, field.type)


def _write_sentence(field: Field, value: Value) -> str:
    words = value.words
    return f"{value.place}{' ' if field.name else ''}{field.name} : {words}" if words else ""


def _make_field(line: str | dict[str, Any]) -> Field:
    if isinstance(line, str):
        return Field(line)
    return Field(**{**line, "codes": tuple(line.get("codes", ()))})
