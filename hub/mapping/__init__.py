"""From a `Referral` to FHIR R4 resources, as plain dicts: pure functions, one module a resource type (`docs/domain.md` §5,
`docs/loop.md` D3).

What a sender gives is not checked again here. What R4 requires and the sender left out is marked as unknown. New ids come from
`Context.new_id`, times from the context: the same referral and context give the same resources.
"""

from __future__ import annotations

from hub.domain.referral.message import Referral
from hub.mapping.clinical import build_allergy, build_condition, build_observation, build_past_procedure
from hub.mapping.consent import build_consent
from hub.mapping.context import Document, MappedMovement, MappedReferral, MappingContext
from hub.mapping.cover import build_coverage
from hub.mapping.document import build_attached_document, build_received_document
from hub.mapping.medication import build_medication_statement
from hub.mapping.movement import map_movement
from hub.mapping.patient import build_patient
from hub.mapping.plan import build_care_team, build_draft_plan
from hub.mapping.professionals import Directory
from hub.mapping.provenance import build_provenance
from hub.mapping.relatives import build_related_person
from hub.mapping.request import build_service_request
from hub.mapping.shape import Json, build_reference, get_name
from hub.mapping.stay import build_encounter
from hub.mapping.task import build_intake_task

__all__ = ["Document", "Json", "MappedMovement", "MappedReferral", "MappingContext", "map_movement", "to_fhir"]

_REFERRERS = frozenset({"referring", "requester"})


def to_fhir(referral: Referral, context: MappingContext) -> MappedReferral:
    """Return the resources of a demand: the person unless already known, the demand, the desk's Task, what the sender says of the
    person, a draft plan, the documents and the Provenance."""
    people = Directory(context)
    resources, person = _build_person(referral, people, context)
    stays = [build_encounter(referral.stay, person, people, context)] if referral.stay else []
    covers = [build_coverage(cover, person, context) for cover in referral.covers]
    conditions, facts = _build_facts(referral, person, stays[0] if stays else None, context)
    received, raw = build_received_document(person, context)
    attached = [build_attached_document(attachment, person, context) for attachment in referral.attachments]
    attachments = [document for document, _ in attached]
    agreements = [build_consent(agreement, person, received, context) for agreement in referral.agreements]
    links = {"encounter": stays, "insurance": covers, "supportingInfo": attachments}
    request = build_service_request(referral, person, people, links, context)
    planned = _build_plan(referral, person, conditions, agreements, context)
    statements = [*stays, *covers, *conditions, *facts, *agreements, *_list_relatives(resources)]
    handed = {
        "received-document": [received],
        "attachment": list(filter(context.hands_over, attachments)),
        "statement": list(filter(context.hands_over, statements)),
    }
    task = build_intake_task(referral, person, request, context, handed=handed, plan=planned[1:])
    resources += [*stays, *covers, *conditions, *facts, received, raw]
    resources += [*(part for pair in attached for part in pair), *agreements, request]
    resources += [*planned, task]
    resources.append(
        build_provenance(resources, received, _list_referrers(referral, people), referral.header.sent_at, context)
    )
    return MappedReferral(tuple(resources), person, get_name(request), get_name(task))


def _build_plan(
    referral: Referral, person: str, conditions: list[Json], agreements: list[Json], context: MappingContext
) -> list[Json]:
    """Return the proposed circle and the draft plan; nothing when the person has a plan already."""
    if not context.draft_plan:
        return []
    team = build_care_team(referral.services_in_place, person, context)
    return [team, build_draft_plan(person, team, conditions, agreements, context)]


def _build_person(referral: Referral, people: Directory, context: MappingContext) -> tuple[list[Json], str]:
    """Return the person if new with the relatives, and the person's reference."""
    doctors = [people.build_reference(p) for p in referral.professionals if p.function == "primary"]
    new = [] if context.patient else [build_patient(referral.person, context, [doctor for doctor in doctors if doctor])]
    person = context.patient or get_name(new[0])
    relatives = [build_related_person(relative, person, context) for relative in referral.relatives]
    return [*new, *relatives], person


def _list_relatives(resources: list[Json]) -> list[Json]:
    return [resource for resource in resources if resource["resourceType"] == "RelatedPerson"]


def _build_facts(
    referral: Referral, person: str, stay: Json | None, context: MappingContext
) -> tuple[list[Json], list[Json]]:
    """Return (conditions, all the other facts)."""
    conditions = [build_condition(diagnosis, person, stay, context) for diagnosis in referral.diagnoses]
    others = [build_allergy(allergy, person, context) for allergy in referral.allergies]
    others += [build_observation(measure, person, stay, context) for measure in referral.measures]
    others += [build_past_procedure(procedure, person, context) for procedure in referral.procedures]
    others += [build_medication_statement(treatment, person, context) for treatment in referral.treatments]
    return conditions, others


def _list_referrers(referral: Referral, people: Directory) -> list[Json]:
    return [
        build_reference(people.build_reference(p)["reference"])
        for p in referral.professionals
        if p.function in _REFERRERS and people.has(p)
    ]
