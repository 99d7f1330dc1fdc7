"""DG1, AL1 and PR1 → Diagnosis, Allergy, Procedure.

Source: HL7 v2.5 §6.5.2 (DG1, table 0052), §3.4.6 (AL1, tables 0127 and 0128), §6.5.4 (PR1); docs/domain.md §5.1.
"""

from __future__ import annotations

from adapters.hl7v2.codes import code
from adapters.hl7v2.dates import moment
from adapters.hl7v2.er7 import Er7, Segment
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


def diagnoses(message: Er7) -> tuple[Diagnosis, ...]:
    """DG1[Diagnosis]: 3 code, 4 text, 5 onset, 6 status, 19 recorded. Without code nor text: nothing."""
    return tuple(
        Diagnosis(
            code=said,
            status=DIAGNOSIS_STATUSES.get(dg1.text(6), ""),
            onset=moment(dg1.value(5)),
            recorded=moment(dg1.value(19)),
        )
        for dg1 in message.all("DG1")
        if (said := _described(dg1))
    )


def allergies(message: Er7) -> tuple[Allergy, ...]:
    """AL1[Allergy]: 2 kind, 3 code, 4 severity, 5 reaction, 6 onset. Without code: nothing."""
    return tuple(
        Allergy(
            code=said,
            kind=ALLERGY_KINDS.get(al1.text(2), ""),
            severity=SEVERITIES.get(al1.text(4), ""),
            reaction=" ; ".join(value.whole for value in al1.values(5)),
            onset=moment(al1.value(6)),
        )
        for al1 in message.all("AL1")
        if (said := code(al1.value(3)))
    )


def procedures(message: Er7) -> tuple[Procedure, ...]:
    """PR1[Procedure]: 3 code, 4 text, 5 performed. Without code nor text: nothing."""
    return tuple(
        Procedure(code=said, performed=moment(pr1.value(5))) for pr1 in message.all("PR1") if (said := _described(pr1))
    )


def _described(segment: Segment) -> Code | None:
    """Field 3, the code, with field 4, the description that old versions put apart."""
    said, description = code(segment.value(3)), segment.value(4).whole
    if said and (said.text or not description):
        return said
    if said:
        return Code(said.code, said.system, description)
    return Code(text=description) if description else None
