"""The person (https://hl7.org/fhir/R4/patient.html, FR Core patient)."""

from __future__ import annotations

from fhir_profiles import codes
from hub.domain.referral.datatypes import Code
from hub.domain.referral.people import Person
from hub.mapping.context import MappingContext
from hub.mapping.datatypes import build_addresses, build_birth_place, build_person_names, build_telecoms
from hub.mapping.identifiers import build_person_identifiers
from hub.mapping.shape import Json, build_coding, build_extension, build_resource, compact, convert_concept

STATED = "stated"
"""The local id of the person as stated."""
_GENDERS = frozenset({"male", "female", "other", "unknown"})
# HL7 table 0002 to v3-MaritalStatus (HL7 v2-to-FHIR); what has no equivalent stays the sender's.
_MARITAL_STATUSES = {
    "A": "L",
    "B": "U",
    "D": "D",
    "E": "L",
    "G": "T",
    "I": "I",
    "M": "M",
    "N": "A",
    "P": "T",
    "R": "T",
    "S": "S",
    "W": "W",
}
_STATUSES = frozenset({"PROV", "VALI", "QUAL", "RECUP"})


def build_patient(person: Person, context: MappingContext, general_practitioners: list[Json]) -> Json:
    """Return a Patient for someone whom the record does not know yet. `general_practitioners`: references."""
    doctors = compact(generalPractitioner=general_practitioners)
    return build_resource("Patient", context.new_id("Patient"), **_build_elements(person, context), **doctors)


def build_stated_patient(person: Person, context: MappingContext) -> Json:
    """Return the person as the message states her, to be contained in the demand: of somebody whom the record knows, the desk
    reads there what the sender says of her, and the sender learns nothing from it, because it is there for a newcomer too."""
    return build_resource("Patient", STATED, **_build_elements(person, context))


def _build_elements(person: Person, context: MappingContext) -> Json:
    language = convert_concept(person.language)
    return compact(
        extension=[_build_reliability(person.identity_status), build_birth_place(person.addresses)],
        identifier=build_person_identifiers(person.identifiers, person.identity_status, context),
        active=True,
        name=build_person_names(person.names),
        telecom=build_telecoms(person.telecoms),
        gender=person.gender if person.gender in _GENDERS else "",
        birthDate=person.birth_date,
        **_build_death(person.deceased),
        address=build_addresses(person.addresses),
        maritalStatus=_build_marital_status(person.marital_status),
        multipleBirthInteger=int(person.birth_rank)
        if person.birth_rank.isascii() and person.birth_rank.isdigit()
        else None,
        communication=[{"language": language}] if language else [],
    )


def _build_reliability(status: str) -> Json:
    """Return FR Core's extension for how far the identity was verified."""
    if status not in _STATUSES:
        return {}
    stated = build_extension("identityStatus", valueCoding=build_coding(codes.IDENTITY_STATUS, status))
    return build_extension(codes.RELIABILITY_EXTENSION, extension=[stated])


def _build_marital_status(status: Code | None) -> Json:
    """Return the status in R4's system, which PID-16's table (0002) does not share, then as the sender coded it."""
    own = convert_concept(status)
    if status is None or not status.system.endswith("/v2-0002") or status.code not in _MARITAL_STATUSES:
        return own
    return {**own, "coding": [build_coding(codes.MARITAL_STATUS, _MARITAL_STATUSES[status.code]), *own["coding"]]}


def _build_death(deceased: str) -> Json:
    """Return `deceased[x]`. `deceased`: `true`, `false`, a date of death or ""."""
    if deceased in ("true", "false"):
        return {"deceasedBoolean": deceased == "true"}
    return {"deceasedDateTime": deceased} if deceased else {}
