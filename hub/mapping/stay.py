"""A stay or visit (https://hl7.org/fhir/R4/encounter.html; PV1, PV2 and ZBE of `docs/domain.md` §5.1–5.2)."""

from __future__ import annotations

from types import MappingProxyType

from fhir_profiles import codes
from hub.domain.referral.clinical import Stay
from hub.mapping.context import MappingContext
from hub.mapping.identifiers import build_local_identifier
from hub.mapping.professionals import Directory
from hub.mapping.shape import (
    Json,
    build_coding,
    build_concept,
    build_extension,
    build_period,
    build_reference,
    build_resource,
    compact,
    convert_concept,
    convert_concepts,
    precedes,
)

# PV1-2 (HL7 table 0004; French hospitals use R for repeated visits) to v3-ActCode.
_CLASSES = MappingProxyType({"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC", "R": "AMB"})
_FUNCTIONS = MappingProxyType(
    {
        "attending": "ATND",
        "referring": "REF",
        "primary": "PPRF",
        "consulting": "CON",
        "admitting": "ADM",
        "other": "PART",
    }
)


def build_encounter(
    stay: Stay, patient: str, directory: Directory, context: MappingContext, cancelled: bool = False
) -> Json:
    """Return the stay. With a number of its own the sender runs it and is the service provider. A stay that a third party reports
    has no provider, because a hospital's rights come from that element. `context.encounter` is the stay when already known."""
    known = context.encounter.rpartition("/")[2]
    return build_resource(
        "Encounter",
        known or context.new_id("Encounter"),
        extension=[build_extension(codes.PLANNED_END_EXTENSION, valueDateTime=stay.expected_end)],
        identifier=[
            build_local_identifier(number, kind, context)
            for kind, number in (("VN", stay.number), ("AN", stay.account))
            if number and number.value.strip()
        ]
        + [build_local_identifier(number, "XX", context) for number in stay.identifiers if number.value.strip()],
        status="cancelled" if cancelled else _get_status(stay, context.now),
        class_=_build_class(stay.patient_class),
        type=convert_concepts(stay.kinds),
        serviceType=convert_concept(stay.service),
        subject=build_reference(patient),
        participant=[
            _build_participant(p.function, directory.build_reference(p))
            for p in stay.professionals
            if directory.build_reference(p)
        ],
        period=build_period(stay.start, stay.end),
        reasonCode=convert_concepts([stay.reason, *stay.other_reasons]),
        hospitalization=compact(
            admitSource=convert_concept(stay.source),
            reAdmission=convert_concept(stay.readmission),
            dietPreference=convert_concepts(stay.diets),
            specialCourtesy=convert_concepts(stay.courtesies),
            specialArrangement=convert_concepts(stay.arrangements),
            destination=build_reference("", stay.destination),
            dischargeDisposition=convert_concept(stay.discharge) or compact(text=stay.discharge_to),
        ),
        location=[
            {"location": build_reference("", place)}
            for place in (stay.location, *stay.other_locations)
            if compact(text=place)
        ],
        serviceProvider=build_reference(context.requester) if stay.number else {},
    )


def _get_status(stay: Stay, now: str) -> str:
    if stay.end:
        return "finished"
    if stay.patient_class in ("P", "PRENC") or precedes(now, stay.start):
        return "planned"
    return "in-progress" if stay.start else "unknown"


def _build_class(patient_class: str) -> Json:
    code = _CLASSES.get(patient_class, patient_class)
    if code in codes.ENCOUNTER_CLASSES:
        return build_coding(codes.ACT_CODE, code)
    return build_coding(codes.NULL_FLAVOR, "UNK")


def _build_participant(function: str, individual: Json) -> Json:
    kind = build_concept(codes.PARTICIPATION, _FUNCTIONS[function]) if function in _FUNCTIONS else {}
    return compact(type=[kind], individual=individual)
