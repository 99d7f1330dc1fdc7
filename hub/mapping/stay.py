"""A stay or visit (https://hl7.org/fhir/R4/encounter.html; PV1, PV2 and ZBE of `docs/domain.md` §5.1–5.2)."""

from __future__ import annotations

from types import MappingProxyType

from fhir_profiles import codes
from hub.domain.referral import Stay
from hub.mapping.context import Context
from hub.mapping.identifiers import local_identifier
from hub.mapping.professionals import Directory
from hub.mapping.shape import (
    Json,
    coded,
    coding,
    compact,
    concepts,
    extension,
    period,
    precedes,
    reference,
    resource,
)

# PV1-2 (HL7 table 0004; R is what French hospitals use for séances: one comes and goes) to v3-ActCode.
_CLASSES = MappingProxyType({"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC", "R": "AMB"})
_FUNCTIONS = MappingProxyType({"attending": "ATND", "referring": "REF", "primary": "PPRF"})


def encounter(stay: Stay, patient: str, directory: Directory, context: Context, cancelled: bool = False) -> Json:
    """The stay. A number of its own says that the sender runs it: then it is the service provider; a stay that a
    third party only tells of names none, since a hospital's rights come from there. `context.encounter` is the
    stay when already known."""
    known = context.encounter.rpartition("/")[2]
    return resource(
        "Encounter",
        known or context.new_id("Encounter"),
        extension=[extension(codes.PLANNED_END_EXTENSION, valueDateTime=stay.expected_end)],
        identifier=[
            local_identifier(number, kind, context)
            for kind, number in (("VN", stay.number), ("AN", stay.account))
            if number and number.value.strip()
        ],
        status="cancelled" if cancelled else _status(stay, context.now),
        class_=_class(stay.patient_class),
        subject=reference(patient),
        participant=[
            _participant(p.function, directory.reference(p)) for p in stay.professionals if directory.reference(p)
        ],
        period=period(stay.start, stay.end),
        reasonCode=concepts([stay.reason]),
        hospitalization=compact(dischargeDisposition=compact(text=stay.discharge_to)),
        location=[{"location": reference("", stay.location)}] if compact(text=stay.location) else [],
        serviceProvider=reference(context.requester) if stay.number else {},
    )


def _status(stay: Stay, now: str) -> str:
    if stay.end:
        return "finished"
    if stay.patient_class in ("P", "PRENC") or precedes(now, stay.start):
        return "planned"
    return "in-progress" if stay.start else "unknown"


def _class(sent: str) -> Json:
    found = _CLASSES.get(sent, sent)
    return coding(codes.ACT_CODE, found) if found in codes.ENCOUNTER_CLASSES else coding(codes.NULL_FLAVOR, "UNK")


def _participant(function: str, individual: Json) -> Json:
    kind = coded(codes.PARTICIPATION, _FUNCTIONS[function]) if function in _FUNCTIONS else {}
    return compact(type=[kind], individual=individual)
