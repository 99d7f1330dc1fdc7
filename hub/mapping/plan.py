"""The draft plan and the circle that it proposes (`docs/domain.md` §6, CarePlan minimum).

A draft gives no rights: the desk's acceptance makes both active, and an actor joins the circle by accepting a Task
(`docs/loop.md` D4).
"""

from __future__ import annotations

from collections.abc import Sequence

from fhir_profiles import codes
from hub.domain.referral.people import Professional
from hub.mapping.context import MappingContext
from hub.mapping.identifiers import format_structure_token
from hub.mapping.shape import (
    Json,
    build_coding,
    build_concept,
    build_reference,
    build_resource,
    compact,
    convert_concepts,
)


def build_care_team(services: Sequence[Professional], patient: str, context: MappingContext) -> Json:
    """Return the proposed circle: the services in place that the directory has, managed by the desk. No participant has a period
    yet."""
    members = []
    for service in services:
        number = format_structure_token(service.organisation_identifiers)
        organisation = context.directory.get("|".join(number), "") if number else ""
        if organisation:
            members.append(compact(role=convert_concepts([service.profession]), member=build_reference(organisation)))
    return build_resource(
        "CareTeam",
        context.new_id("CareTeam"),
        status="proposed",
        subject=build_reference(patient),
        participant=members,
        managingOrganization=[build_reference(context.desk)],
    )


def build_draft_plan(
    patient: str, team: Json, conditions: Sequence[Json], consents: Sequence[Json], context: MappingContext
) -> Json:
    """Return a plan to be built with the person: its problems and agreements, without goals and activities."""
    plan = context.new_id("CarePlan")
    return build_resource(
        "CarePlan",
        plan,
        identifier=[compact(system=codes.PLAN_NUMBER, value=plan)],
        status="draft",
        intent="plan",
        category=[
            compact(coding=[build_coding(codes.PLAN_CATEGORY, "ppcs")]),
            build_concept(codes.LOINC, codes.DOC_CARE_PLAN),
        ],
        title="Plan à construire",
        subject=build_reference(patient),
        created=context.received,
        careTeam=[build_reference(team)],
        addresses=[build_reference(condition) for condition in conditions],
        supportingInfo=[build_reference(consent) for consent in consents],
    )
