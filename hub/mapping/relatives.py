"""Those close to the person (https://hl7.org/fhir/R4/relatedperson.html). A trusted person, an emergency contact and a
carer are three roles, which one relative may have together (`docs/domain.md` §2.7)."""

from __future__ import annotations

from fhir_profiles import codes
from hub.domain.referral import Relative
from hub.mapping.context import Context
from hub.mapping.datatypes import addresses, relative_names, telecoms
from hub.mapping.shape import Json, coded, concepts, reference, resource

_ROLES = {
    "emergency": (codes.RELATIVE_ROLE, "ECON"),
    "trusted": (codes.RELATIVE_ROLE, "NOK"),
    "caregiver": (codes.RELATIVE_ROLE, "CAREGIVER"),
    "guardian": (codes.RELATIVE_ROLE, "GUARD"),
    "guarantor": (codes.ROLE_CLASS, "GUAR"),
    "next-of-kin": (codes.CONTACT_ROLE, "N"),
}


def related_person(relative: Relative, patient: str, context: Context) -> Json:
    """One relative, with the tie as the sender coded it and the roles of this one."""
    roles = [coded(*_ROLES[role]) for role in relative.roles if role in _ROLES]
    return resource(
        "RelatedPerson",
        context.new_id("RelatedPerson"),
        active=True,
        patient=reference(patient),
        relationship=[*concepts([relative.relationship]), *roles],
        name=relative_names(relative.names),
        telecom=telecoms(relative.telecoms),
        address=addresses(relative.addresses),
    )
