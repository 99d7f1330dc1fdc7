"""From a `Referral` to FHIR R4 resources, as plain dicts: pure functions, one module a target (`docs/domain.md` §5,
`docs/loop.md` D3).

What a sender gives is not judged again here, only placed; what R4 requires and the sender left out is said to be
unknown. Fresh ids come from `Context.new_id`, times from the context: the same referral and context give the same
resources.
"""

from __future__ import annotations

from hub.domain.referral import Referral
from hub.mapping.admission import admission
from hub.mapping.clinical import allergy_intolerance, condition, observation, past_procedure
from hub.mapping.consent import consent
from hub.mapping.context import Context, Document, Mapped, Noticed
from hub.mapping.cover import coverage
from hub.mapping.document import attached_document, received_document
from hub.mapping.patient import patient
from hub.mapping.plan import care_team, draft_plan
from hub.mapping.professionals import Directory
from hub.mapping.provenance import provenance
from hub.mapping.relatives import related_person
from hub.mapping.request import service_request
from hub.mapping.shape import Json, name_of, reference
from hub.mapping.stay import encounter
from hub.mapping.task import intake_task

__all__ = ["Context", "Document", "Json", "Mapped", "Noticed", "admission", "to_fhir"]

_REFERRERS = frozenset({"referring", "requester"})


def to_fhir(referral: Referral, context: Context) -> Mapped:
    """All that a demand makes: the person unless already known, the demand, the desk's action, what the sender
    says of the person, a draft plan, the documents, and where it all comes from."""
    people = Directory(context)
    made, person = _person(referral, people, context)
    stays = [encounter(referral.stay, person, people, context)] if referral.stay else []
    covers = [coverage(cover, person, context) for cover in referral.covers]
    conditions, facts = _facts(referral, person, stays[0] if stays else None, context)
    received, raw = received_document(person, context)
    attached = [attached_document(attachment, person, context) for attachment in referral.attachments]
    attachments = [document for document, _ in attached]
    agreements = [consent(agreement, person, received, context) for agreement in referral.agreements]
    links = {"encounter": stays, "insurance": covers, "supportingInfo": attachments}
    request = service_request(referral, person, people, links, context)
    planned = _draft(referral, person, conditions, agreements, context)
    task = intake_task(referral, person, request, context, documents=[received, *attachments], plan=planned[1:])
    made += [*stays, *covers, *conditions, *facts, received, raw]
    made += [*(part for pair in attached for part in pair), *agreements, request]
    made += [*planned, task]
    made.append(provenance(made, received, _referrers(referral, people), referral.header.sent_at, context))
    return Mapped(tuple(made), person, name_of(request), name_of(task))


def _draft(
    referral: Referral, person: str, conditions: list[Json], agreements: list[Json], context: Context
) -> list[Json]:
    """The proposed circle and the draft plan, unless the person has a plan already."""
    if not context.draft_plan:
        return []
    team = care_team(referral.services_in_place, person, context)
    return [team, draft_plan(person, team, conditions, agreements, context)]


def _person(referral: Referral, people: Directory, context: Context) -> tuple[list[Json], str]:
    """The person if new, the relatives; and the person's reference."""
    doctors = [people.reference(p) for p in referral.professionals if p.function == "primary"]
    new = [] if context.patient else [patient(referral.person, context, [doctor for doctor in doctors if doctor])]
    person = context.patient or name_of(new[0])
    relatives = [related_person(relative, person, context) for relative in referral.relatives]
    return [*new, *relatives], person


def _facts(referral: Referral, person: str, stay: Json | None, context: Context) -> tuple[list[Json], list[Json]]:
    """(conditions, all the other facts)."""
    conditions = [condition(diagnosis, person, stay, context) for diagnosis in referral.diagnoses]
    others = [allergy_intolerance(allergy, person, context) for allergy in referral.allergies]
    others += [observation(measure, person, stay, context) for measure in referral.measures]
    others += [past_procedure(procedure, person, context) for procedure in referral.procedures]
    return conditions, others


def _referrers(referral: Referral, people: Directory) -> list[Json]:
    return [
        reference(people.reference(p)["reference"])
        for p in referral.professionals
        if p.function in _REFERRERS and people.knows(p)
    ]
