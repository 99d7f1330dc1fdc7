"""OBR, OBX and NTE → Measure, Attachment and notes.

Source: HL7 v2.5 §7.4.2 (OBX, table 0085), §2.A.24 (ED), §2.15.10 (NTE); docs/domain.md §5.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from adapters.hl7v2.attachments import attachment
from adapters.hl7v2.codes import code
from adapters.hl7v2.dates import moment
from adapters.hl7v2.er7 import Er7, Segment, Value
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
class Observed:
    """What the observations of a message come to; `notes` are those that comment no measure."""

    measures: tuple[Measure, ...]
    attachments: tuple[Attachment, ...]
    notes: tuple[str, ...]


def observed(message: Er7) -> Observed:
    """OBX[Measure] and OBX[Attachment], each with the time of its OBR-7 where OBX-14 is empty, and NTE-3."""
    measures: list[Measure] = []
    attachments: list[Attachment] = []
    notes: list[str] = []
    taken, commented = "", False
    for segment in message.segments:
        if segment.name == "NTE":
            said = "\n".join(value.whole for value in segment.values(3))
            if said and commented:
                measures[-1] = replace(measures[-1], notes=(*measures[-1].notes, said))
            elif said:
                notes.append(said)
            continue
        if segment.name == "OBR":
            taken = moment(segment.value(7))
        found = _measures(segment, taken) if segment.name == "OBX" else ()
        measures.extend(found)
        if segment.name == "OBX" and segment.text(2) == "ED":
            attachments.extend(_attachments(segment, taken))
        # PRT, who took part, may stand between an observation and its comment.
        commented = bool(found) or (commented and segment.name == "PRT")
    return Observed(tuple(measures), tuple(attachments), tuple(notes))


def _measures(obx: Segment, taken: str) -> tuple[Measure, ...]:
    """OBX[Measure]: 2 type, 3 code, 5 values, 6 unit, 11 status, 14 at. Repetitions of words are one text."""
    said, kind = code(obx.value(3)), obx.text(2)
    values = obx.values(5)
    if not said or not values or kind == "ED":
        return ()
    bare = Measure(
        code=said,
        at=moment(obx.value(14)) or taken,
        status=STATUSES.get(obx.text(11), "final"),
    )
    if kind == "NM":
        unit = code(obx.value(6))
        return tuple(_number(value, bare, unit) for value in values)
    if kind in _CODED:
        return tuple(_coded(value, bare) for value in values)
    if kind in _DATED:
        return tuple(replace(bare, value=moment(value)) for value in values)
    return (replace(bare, value="\n".join(value.whole for value in values)),)


def _number(value: Value, bare: Measure, unit: Code | None) -> Measure:
    """The digits as sent; what a sender writes that is no number (`>100`) stays text."""
    written = value.part(1)
    number = written.removeprefix("+") if _NUMBER.fullmatch(written) else ""
    return replace(bare, value=value.whole, number=number, unit=unit)


def _coded(value: Value, bare: Measure) -> Measure:
    said = code(value)
    return replace(bare, value=(said.text or said.code) if said else "", coded=said)


def _attachments(obx: Segment, taken: str) -> tuple[Attachment, ...]:
    """OBX[Attachment]: 3 type and title, 5 the document, 14 created. One that is deleted (11 is D) is not kept."""
    if obx.text(11) == "D":
        return ()
    said = code(obx.value(3))
    created = moment(obx.value(14)) or taken
    return tuple(
        replace(found, title=said.text if said else "", type=said, created=created)
        for value in obx.values(5)
        if (found := attachment(value))
    )
