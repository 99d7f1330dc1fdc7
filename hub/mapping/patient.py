"""The person (https://hl7.org/fhir/R4/patient.html, FR Core patient)."""

from __future__ import annotations

from fhir_profiles import codes
from hub.domain.referral import Person
from hub.mapping.context import Context
from hub.mapping.datatypes import addresses, birth_place, person_names, telecoms
from hub.mapping.identifiers import person_identifiers
from hub.mapping.shape import Json, coding, concept, extension, resource

_GENDERS = frozenset({"male", "female", "other", "unknown"})
_STATUSES = frozenset({"PROV", "VALI", "QUAL", "RECUP"})


def patient(person: Person, context: Context, general_practitioners: list[Json]) -> Json:
    """A Patient for someone whom the record does not know yet. `general_practitioners`: references."""
    language = concept(person.language)
    return resource(
        "Patient",
        context.new_id("Patient"),
        extension=[_reliability(person.identity_status), birth_place(person.addresses)],
        identifier=person_identifiers(person.identifiers, person.identity_status, context),
        active=True,
        name=person_names(person.names),
        telecom=telecoms(person.telecoms),
        gender=person.gender if person.gender in _GENDERS else "",
        birthDate=person.birth_date,
        **_deceased(person.deceased),
        address=addresses(person.addresses),
        maritalStatus=concept(person.marital_status),
        communication=[{"language": language}] if language else [],
        generalPractitioner=general_practitioners,
    )


def _reliability(status: str) -> Json:
    """How far the identity was verified, in FR Core's extension."""
    if status not in _STATUSES:
        return {}
    stated = extension("identityStatus", valueCoding=coding(codes.IDENTITY_STATUS, status))
    return extension(codes.RELIABILITY_EXTENSION, extension=[stated])


def _deceased(deceased: str) -> Json:
    """`true`, `false`, or the date of death."""
    if deceased in ("true", "false"):
        return {"deceasedBoolean": deceased == "true"}
    return {"deceasedDateTime": deceased} if deceased else {}
