"""The relatives of the person (https://hl7.org/fhir/R4/relatedperson.html). A trusted person, an emergency contact and a
carer are three roles, which one relative may have together (`docs/domain.md` §2.7)."""

from __future__ import annotations

from fhir_profiles import codes
from hub.domain.referral.people import Relative
from hub.mapping.context import MappingContext
from hub.mapping.datatypes import build_addresses, build_relative_names, build_telecoms
from hub.mapping.identifiers import build_local_identifier
from hub.mapping.shape import (
    Json,
    build_concept,
    build_period,
    build_reference,
    build_resource,
    compact,
    convert_concepts,
)

_ROLES = {
    "emergency": (codes.RELATIVE_ROLE, "ECON"),
    "trusted": (codes.RELATIVE_ROLE, "NOK"),
    "caregiver": (codes.RELATIVE_ROLE, "CAREGIVER"),
    "guardian": (codes.RELATIVE_ROLE, "GUARD"),
    "guarantor": (codes.ROLE_CLASS, "GUAR"),
    "next-of-kin": (codes.CONTACT_ROLE, "N"),
}


def build_related_person(relative: Relative, patient: str, context: MappingContext) -> Json:
    """Return one relative, with the relationship as the sender coded it and its roles."""
    roles = [build_concept(*_ROLES[role]) for role in relative.roles if role in _ROLES]
    return build_resource(
        "RelatedPerson",
        context.new_id("RelatedPerson"),
        active=True,
        patient=build_reference(patient),
        identifier=[build_local_identifier(number, "XX", context) for number in relative.identifiers],
        relationship=[*convert_concepts([relative.relationship, relative.contact_role]), *roles],
        name=[*build_relative_names(relative.names), *_build_organisation_name(relative.organisation)],
        telecom=build_telecoms(relative.telecoms),
        gender=relative.gender,
        birthDate=relative.birth_date,
        address=build_addresses(relative.addresses),
        period=build_period(relative.start, relative.end),
        communication=[{"language": language} for language in convert_concepts(relative.languages)],
    )


def _build_organisation_name(organisation: str) -> list[Json]:
    """Return the name of an association, which R4 has no other element for: a guardian may be one."""
    return [{"text": organisation}] if compact(text=organisation) else []
