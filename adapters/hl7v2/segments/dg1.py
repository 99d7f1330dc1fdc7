"""DG1, AL1 and PR1 → Diagnosis, Allergy, Procedure.

Source: HL7 v2.5 §6.5.2 (DG1, table 0052), §3.4.6 (AL1, tables 0127 and 0128), §6.5.4 (PR1); docs/domain.md §5.1.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.datatypes.identifiers import read_ei
from adapters.hl7v2.datatypes.people import read_xcns
from adapters.hl7v2.fields import list_remarks
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.referral.clinical import Allergy, Diagnosis, Procedure
from hub.domain.referral.datatypes import Code

DIAGNOSIS_STATUSES = {"F": "confirmed", "W": "provisional"}
ALLERGY_KINDS = {
    "DA": "medication",
    "FA": "food",
    "EA": "environment",
    "AA": "environment",
    "PA": "environment",
    "LA": "environment",
}
SEVERITIES = {"SV": "severe", "MO": "moderate", "MI": "mild"}


def read_diagnoses(message: Er7) -> tuple[Diagnosis, ...]:
    """Read DG1 as Diagnosis: 3 code, 4 text, 5 onset, 6 status, 16 author, 19 recorded, 20 identifier; the rest as notes."""
    return tuple(
        Diagnosis(
            code=code,
            status=DIAGNOSIS_STATUSES.get(dg1.text(6), ""),
            onset=read_datetime(dg1.value(5)),
            recorded=read_datetime(dg1.value(19)),
            author=next(iter(read_xcns(dg1, 16, "asserter")), None),
            identifiers=tuple(number for value in dg1.values(20)[:1] if (number := read_ei(value, "XX"))),
            notes=list_remarks(dg1),
        )
        for dg1 in message.all("DG1")
        for code in (_read_described_code(dg1) or Code(),)
    )


def read_allergies(message: Er7) -> tuple[Allergy, ...]:
    """Read AL1 as Allergy: 2 kind, 3 code, 4 severity, 5 reactions, 6 onset; the rest as notes."""
    return tuple(
        Allergy(
            code=code,
            kind=ALLERGY_KINDS.get(al1.text(2), ""),
            severity=SEVERITIES.get(al1.text(4), ""),
            reactions=tuple(value.whole for value in al1.values(5)),
            onset=read_datetime(al1.value(6)),
            notes=list_remarks(al1),
        )
        for al1 in message.all("AL1")
        for code in (read_code(al1.value(3)) or Code(),)
    )


def read_procedures(message: Er7) -> tuple[Procedure, ...]:
    """Read PR1 as Procedure: 3 code, 4 text, 5 performed; the rest as notes."""
    return tuple(
        Procedure(code=code, performed=read_datetime(pr1.value(5)), notes=list_remarks(pr1))
        for pr1 in message.all("PR1")
        for code in (_read_described_code(pr1) or Code(),)
    )


def _read_described_code(segment: Segment) -> Code | None:
    """Return the code of field 3 with the description of field 4, a field of its own in old versions."""
    code, description = read_code(segment.value(3)), segment.value(4).whole
    if code and (code.text or not description):
        return code
    if code:
        return replace(code, text=description)
    return Code(text=description) if description else None
