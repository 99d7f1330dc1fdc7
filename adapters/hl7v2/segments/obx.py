"""OBR, OBX and NTE → Measure, Attachment and notes.

Source: HL7 v2.5 §7.4.2 (OBX, table 0085), §7.4.1.24 (OBR-24, table 0074), §2.A.24 (ED), §2.15.10 (NTE); docs/domain.md §5.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from adapters.hl7v2.datatypes.attachments import read_attachment
from adapters.hl7v2.datatypes.codes import read_code, read_codes
from adapters.hl7v2.datatypes.dates import is_datetime, read_datetime
from adapters.hl7v2.datatypes.identifiers import read_ei, read_xon_id
from adapters.hl7v2.datatypes.people import read_xcns
from adapters.hl7v2.fields import list_remarks
from adapters.hl7v2.segments.values import WITHOUT_UNIT, read_values
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.errors import Invalid, Problem
from hub.domain.referral.clinical import Attachment, Measure
from hub.domain.referral.datatypes import Code
from hub.domain.referral.people import Professional

STATUSES = {
    "": "final",
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
    "N": "cancelled",  # not asked
}
CATEGORIES = {
    **dict.fromkeys(
        ("LAB", "CH", "HM", "MB", "MCB", "MYC", "BLB", "CG", "CP", "CTH", "IMM", "PAR", "SP", "SR", "TX", "VR"),
        "laboratory",
    ),
    **dict.fromkeys(("RAD", "RX", "XRC", "CT", "NMR", "NMS", "CUS", "RUS", "OUS", "VUS", "MRI", "NRS"), "imaging"),
    **dict.fromkeys(("EC", "EN", "PF"), "procedure"),
    **dict.fromkeys(("OT", "PT", "RT"), "therapy"),
}
"""Diagnostic section (table 0074) → category of an observation."""
_CATEGORY_SYSTEM = "http://terminology.hl7.org/CodeSystem/observation-category"
_LETTERS = frozenset(
    {"34133-9", "11490-0", "18761-7", "60591-5", "68599-0", "83981-1", "88348-8", "28653-4", "34842-5", "18776-5"}
    | {"96349-6", "11488-4", "11506-3", "18842-5", "57133-1", "51897-7", "59284-0"}
)
"""LOINC codes of documents (docs/domain.md §2.4): their text is a letter, not a result."""
_DELETED = "{place} document : retiré par l'émetteur, gardé dans le message"
_UNREADABLE = "{place} document : illisible, gardé dans le message"


@dataclass
class Observations:
    """The observations of a message. `notes` are those that comment no measure, `remarks` what the segments of attachments say
    besides, `problems` the attachments that cannot be read."""

    measures: list[Measure] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_observations(message: Er7) -> Observations:
    """Read each OBX as Measure or Attachment, each with the time of its OBR-7 where OBX-14 is empty, and NTE-3."""
    read = Observations()
    order, commented = message.first(""), False
    for segment in message.segments:
        if segment.name == "NTE":
            notes = tuple(value.whole for value in segment.values(3))
            if commented:
                last = read.measures[-1]
                read.measures[-1] = replace(last, notes=(*last.notes, *notes))
            else:
                read.notes.extend(notes)
            continue
        if segment.name == "OBR":
            order = segment
        # PRT, who took part, may be between an observation and its comment.
        commented = (
            _read_observation(segment, order, read) if segment.name == "OBX" else commented and segment.name == "PRT"
        )
    return read


def _read_observation(obx: Segment, order: Segment, read: Observations) -> bool:
    """Add what one OBX says; return whether it made a measure, which a comment may follow."""
    if obx.text(2) == "ED" or _is_letter(obx):
        attachments, problems = _read_attachments(obx, order)
        if attachments or obx.text(11) == "D":
            read.attachments.extend(attachments)
            read.remarks.extend(_list_document_remarks(obx, is_kept=bool(attachments)))
            return False
        read.problems.extend(problems)
        unreadable = tuple(_UNREADABLE.format(place=problem.where) for problem in problems)
        bare = _read_bare(obx, order)
        read.measures.append(replace(bare, notes=(*unreadable, *bare.notes)))
        return True
    bare = _read_bare(obx, order)
    values = obx.values(5)
    first, *others = read_values(values, obx.text(2), bare, read_code(obx.value(6))) if values else (bare,)
    # The remarks are about the segment: once is enough.
    read.measures.extend((first, *(replace(other, notes=()) for other in others)))
    return True


def _list_document_remarks(obx: Segment, *, is_kept: bool) -> tuple[str, ...]:
    """Return what the segment of a document says besides: a document carries OBX-3, 5 and 14, a deleted one nothing."""
    carried = (2, 3, 5, 14) if is_kept else (2, 5)
    unused_places = {f"{obx.place}-{number}" for number in range(1, len(obx.fields)) if number not in carried}
    deleted = () if is_kept else (_DELETED.format(place=f"{obx.place}-5"),)
    return (*deleted, *list_remarks(obx, unused_places))


def _read_bare(obx: Segment, order: Segment) -> Measure:
    """Read OBX as Measure: 3 code, 7 range, 8 interpretations, 11 status, 14 (else OBR-7) at, 16 and 23 authors, 17 method, 19
    issued, 20 site, 21 identifier; OBR as Measure: 24 category; the rest as notes."""
    laboratory = obx.value(23)
    organisation, number = laboratory.part(1), read_xon_id(laboratory)
    category = CATEGORIES.get(order.text(24).upper(), "")
    unit = read_code(obx.value(6))
    unit_is_lost = unit is not None and (not obx.values(5) or obx.text(2) in WITHOUT_UNIT)
    return Measure(
        code=read_code(obx.value(3)) or Code(),
        at=read_datetime(obx.value(14)) or read_datetime(order.value(7)),
        status=STATUSES.get(obx.text(11), "unknown"),
        notes=(
            *((f"{obx.place}-6 unité : {obx.value(6).words}",) if unit_is_lost else ()),
            *list_remarks(obx),
        ),
        normal_range=obx.value(7).whole,
        interpretations=read_codes(obx, 8, own_table="0078"),
        categories=(Code(category, _CATEGORY_SYSTEM),) if category else (),
        authors=(
            *read_xcns(obx, 16, "performer"),
            *(
                (
                    Professional(
                        "laboratory", organisation=organisation, organisation_identifiers=(number,) if number else ()
                    ),
                )
                if organisation or number
                else ()
            ),
        ),
        method=read_code(obx.value(17)),
        site=read_code(obx.value(20)),
        issued=_read_instant(obx),
        identifiers=tuple(number for value in obx.values(21)[:1] if (number := read_ei(value, "XX"))),
    )


def _read_instant(obx: Segment) -> str:
    """OBX-19 as an instant; "" for a day alone, which is then said in words."""
    moment = read_datetime(obx.value(19)) if is_datetime(obx.value(19)) else ""
    return moment if "T" in moment else ""


def _is_letter(obx: Segment) -> bool:
    return obx.text(2) in ("FT", "TX") and obx.value(3).part(3) == "LN" and obx.text(3) in _LETTERS


def _read_attachments(obx: Segment, order: Segment) -> tuple[tuple[Attachment, ...], tuple[Problem, ...]]:
    """Read OBX as Attachment: 3 type and title, 5 the document, 14 created. A deleted one (11 is D) is left out.

    Returns the documents and what cannot be decoded, which stays in the message."""
    if obx.text(11) == "D":
        return (), ()
    code = read_code(obx.value(3))
    created = read_datetime(obx.value(14)) or read_datetime(order.value(7))
    title = (code.text or code.code) if code else ""
    if obx.text(2) != "ED":
        text = "\n".join(value.whole for value in obx.values(5))
        return ((Attachment(text.encode(), "text/plain; charset=utf-8", title, code, created),) if text else ()), ()
    attachments: list[Attachment] = []
    problems: list[Problem] = []
    for value in obx.values(5):
        try:
            attachment = read_attachment(value)
        except Invalid as error:
            problems.extend(error.problems)
            continue
        if attachment:
            attachments.append(replace(attachment, title=title, type=code, created=created))
    return tuple(attachments), tuple(problems)
