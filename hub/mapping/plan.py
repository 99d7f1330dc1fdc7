"""The draft plan and the circle that it proposes (`docs/domain.md` §6, CarePlan minimum). Nothing of a draft gives a
right: the desk's acceptance makes both active, and an actor joins the circle by accepting a Task (`docs/loop.md` D4)."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_profiles import codes
from hub.domain.referral import Professional
from hub.mapping.context import Context
from hub.mapping.identifiers import structure_token
from hub.mapping.shape import Json, coded, coding, compact, concepts, reference, resource


def care_team(services: Sequence[Professional], patient: str, context: Context) -> Json:
    """The proposed circle: the services in place that the directory knows, held by the desk. No participant has a
    period yet."""
    members = []
    for service in services:
        number = structure_token(service.organisation_identifiers)
        organisation = context.directory.get("|".join(number), "") if number else ""
        if organisation:
            members.append(compact(role=concepts([service.profession]), member=reference(organisation)))
    return resource(
        "CareTeam",
        context.new_id("CareTeam"),
        status="proposed",
        subject=reference(patient),
        participant=members,
        managingOrganization=[reference(context.desk)],
    )


def draft_plan(
    patient: str, team: Json, conditions: Sequence[Json], consents: Sequence[Json], context: Context
) -> Json:
    """A plan to be built with the person: what it addresses and on whose agreement, no goal and no activity yet."""
    plan = context.new_id("CarePlan")
    return resource(
        "CarePlan",
        plan,
        identifier=[compact(system=codes.PLAN_NUMBER, value=plan)],
        status="draft",
        intent="plan",
        category=[compact(coding=[coding(codes.PLAN_CATEGORY, "ppcs")]), coded(codes.LOINC, codes.DOC_CARE_PLAN)],
        title="Plan à construire",
        subject=reference(patient),
        created=context.received,
        careTeam=[reference(team)],
        addresses=[reference(made) for made in conditions],
        supportingInfo=[reference(made) for made in consents],
    )
