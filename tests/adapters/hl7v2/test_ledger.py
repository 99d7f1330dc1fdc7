"""The ledger of fields: `docs/ledger-hl7.md` is `fields.toml` as a table, and its fields are those that the readers use."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from adapters.hl7v2.fields import NOTED_ON_THEMSELVES, Field, load_fields

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "ledger-hl7.md"
READERS = ROOT / "adapters" / "hl7v2"
_HEAD = """# The ledger of HL7 v2 fields

Each field of a referral and where it goes. The table is `adapters/hl7v2/fields.toml`, which the adapter itself uses; a test
compares the two. A *note* is a sentence for each repetition, `PV1-10 service hospitalier : CAR`: of DG1, AL1, PR1, OBX and the
RX segments on the resource of the segment, of any other on the demand (`ServiceRequest.note`). What an element cannot carry of a
value (a further repetition, a component, a code without a meaning there, a date that is none) is such a note too. A field that is
in no line of its segment below is a note without a name. A segment that is not here is a note for each field as well, and the
answer names it (ERR, `unread`). Not read at all: MSH but for `docs/inbound.md` §2.1, SFT (the sender's software), UAC (a
login), DSC.

| field | name | goes to |
|---|---|---|
"""


def render() -> str:
    lines = [
        f"| {segment}-{number} | {field.name} | {_say(segment, field)} |"
        for segment, fields in load_fields().items()
        for number, field in sorted(fields.items())
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _say(segment: str, field: Field) -> str:
    if field.answer:
        return "kept in the message only, said in the answer"
    if not field.to:
        return "note" if segment in NOTED_ON_THEMSELVES else "note of the demand"
    codes = f"; of {', '.join(field.codes)}" if field.codes else ""
    return f"`{field.to}`{codes}"


def test_the_page_is_the_ledger() -> None:
    if os.environ.get("HUB_GOLDEN") == "write":
        PAGE.write_text(render(), encoding="utf-8")
    assert render() == PAGE.read_text("utf-8")


@pytest.mark.parametrize("segment", ["DG1", "AL1", "OBX", "IN1"])
def test_the_fields_with_an_element_are_those_that_a_reader_uses(segment: str) -> None:
    module = {"AL1": "dg1", "PR1": "dg1"}.get(segment, segment.lower())
    source = (READERS / "segments" / f"{module}.py").read_text("utf-8")
    name = segment.lower()
    used = {int(n) for n in re.findall(rf"\b{name}\.(?:values?|text)\((\d+)\)", source)}
    used |= {int(n) for n in re.findall(rf"\({name}, (\d+)[,)]", source)}
    if segment == "DG1":
        used |= {3, 4}  # by the reader of a described code, which PR1 shares
    read = {number for number, field in load_fields()[segment].items() if field.to}
    assert used == read
