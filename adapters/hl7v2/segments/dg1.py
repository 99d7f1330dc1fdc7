"""DG1, AL1 and PR1 → Diagnosis, Allergy, Procedure.

Source: HL7 v2.5 §6.5.2 (DG1, table 0052), §3.4.6 (AL1, tables 0127 and 0128), §6.5.4 (PR1); docs/domain.md §5.1.
"""

from __future__ import annotations

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.referral import Allergy, Code, Diagnosis, Procedure

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
    """DG1[Diagnosis]: 3 code, 4 text, 5 onset, 6 status, 19 recorded. One without code and text is left out."""
    return tuple(
        Diagnosis(
            code=code,
            status=DIAGNOSIS_STATUSES.get(dg1.text(6), ""),
            onset=read_datetime(dg1.value(5)),
            recorded=read_datetime(dg1.value(19)),
        )
        for dg1 in message.all("DG1")
        if (code := _read_described_code(dg1))
    )


def read_allergies(message: Er7) -> tuple[Allergy, ...]:
    """AL1[Allergy]: 2 kind, 3 code, 4 severity, 5 reaction, 6 onset. One without code is left out."""
    return tuple(
        Allergy(
            code=code,
            kind=ALLERGY_KINDS.get(al1.text(2), ""),
            severity=SEVERITIES.get(al1.text(4), ""),
            reaction=" ; ".join(value.whole for value in al1.values(5)),
            onset=read_datetime(al1.value(6)),
        )
        for al1 in message.all("AL1")
        if (code := read_code(al1.value(3)))
    )


def read_procedures(message: Er7) -> tuple[Procedure, ...]:
    """PR1[Procedure]: 3 code, 4 text, 5 performed. One without code and text is left out."""
    return tuple(
        Procedure(code=code, performed=read_datetime(pr1.value(5)))
        for pr1 in message.all("PR1")
        if (code := _read_described_code(pr1))
    )


def _read_described_code(segment: Segment) -> Code | None:
    """Return the code of field 3 with the description of field 4, a field of its own in old versions."""
    code, description = read_code(segment.value(3)), segment.value(4).whole
    if code and (code.text or not description):
        return code
    if code:
        return Code(code.code, code.system, description)
    return Code(text=description) if description else None
