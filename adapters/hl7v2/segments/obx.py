"""OBR, OBX and NTE → Measure, Attachment and notes.

Source: HL7 v2.5 §7.4.2 (OBX, table 0085), §2.A.24 (ED), §2.15.10 (NTE); docs/domain.md §5.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from adapters.hl7v2.datatypes.attachments import read_attachment
from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.syntax.er7 import Er7, Segment, Value
from hub.domain.referral import Attachment, Code, Measure

STATUSES = {
    "F": "final",
    "U": "final",
    "P": "preliminary",
    "S": "preliminary",
    "R": "preliminary",
    "C": "corrected",
    "I": "registered",
    "O": "registered",
    "X": "cancelled",
    "D": "entered-in-error",
    "W": "entered-in-error",
}
_CODED = ("CE", "CWE", "CNE", "CF")
_DATED = ("DT", "TS", "DTM")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True)
class Observations:
    """The observations of a message; `notes` are those that comment no measure."""

    measures: tuple[Measure, ...]
    attachments: tuple[Attachment, ...]
    notes: tuple[str, ...]


def read_observations(message: Er7) -> Observations:
    """OBX[Measure] and OBX[Attachment], each with the time of its OBR-7 where OBX-14 is empty, and NTE-3."""
    measures: list[Measure] = []
    attachments: list[Attachment] = []
    notes: list[str] = []
    time, commented = "", False
    for segment in message.segments:
        if segment.name == "NTE":
            note = "\n".join(value.whole for value in segment.values(3))
            if note and commented:
                measures[-1] = replace(measures[-1], notes=(*measures[-1].notes, note))
            elif note:
                notes.append(note)
            continue
        if segment.name == "OBR":
            time = read_datetime(segment.value(7))
        segment_measures = _read_measures(segment, time) if segment.name == "OBX" else ()
        measures.extend(segment_measures)
        if segment.name == "OBX" and segment.text(2) == "ED":
            attachments.extend(_read_attachments(segment, time))
        # PRT, who took part, may be between an observation and its comment.
        commented = bool(segment_measures) or (commented and segment.name == "PRT")
    return Observations(tuple(measures), tuple(attachments), tuple(notes))


def _read_measures(obx: Segment, time: str) -> tuple[Measure, ...]:
    """OBX[Measure]: 2 type, 3 code, 5 values, 6 unit, 11 status, 14 at. Repetitions of a text are one text."""
    code, kind = read_code(obx.value(3)), obx.text(2)
    values = obx.values(5)
    if not code or not values or kind == "ED":
        return ()
    bare = Measure(
        code=code,
        at=read_datetime(obx.value(14)) or time,
        status=STATUSES.get(obx.text(11), "final"),
    )
    if kind == "NM":
        unit = read_code(obx.value(6))
        return tuple(_read_number(value, bare, unit) for value in values)
    if kind in _CODED:
        return tuple(_read_coded(value, bare) for value in values)
    if kind in _DATED:
        return tuple(replace(bare, value=read_datetime(value)) for value in values)
    return (replace(bare, value="\n".join(value.whole for value in values)),)


def _read_number(value: Value, bare: Measure, unit: Code | None) -> Measure:
    """Return `bare` with a number, its digits as sent; what is not a number (`>100`) is a text."""
    text = value.part(1)
    number = text.removeprefix("+") if _NUMBER.fullmatch(text) else ""
    return replace(bare, value=value.whole, number=number, unit=unit)


def _read_coded(value: Value, bare: Measure) -> Measure:
    code = read_code(value)
    return replace(bare, value=(code.text or code.code) if code else "", coded=code)


def _read_attachments(obx: Segment, time: str) -> tuple[Attachment, ...]:
    """OBX[Attachment]: 3 type and title, 5 the document, 14 created. A deleted one (11 is D) is left out."""
    if obx.text(11) == "D":
        return ()
    code = read_code(obx.value(3))
    created = read_datetime(obx.value(14)) or time
    return tuple(
        replace(attachment, title=code.text if code else "", type=code, created=created)
        for value in obx.values(5)
        if (attachment := read_attachment(value))
    )
