"""A hospital's notice about a person who is followed (`docs/domain.md` §5.2, business effects). About anyone else no resource is
made, and the caller answers the same bytes (`docs/parts.md` 24)."""

from __future__ import annotations

from dataclasses import replace

from fhir_profiles import codes
from hub.domain.referral.message import Movement
from hub.mapping.context import MappedMovement, MappingContext
from hub.mapping.document import build_received_document
from hub.mapping.professionals import Directory
from hub.mapping.provenance import build_provenance
from hub.mapping.shape import Json, build_concept, build_reference, build_resource, get_name
from hub.mapping.stay import build_encounter
from hub.mapping.task import build_return_home_task

# What the care manager reads: a constant. The Encounter says the rest to those who may see it.
_NOTICES = {
    "admit": ("hospital-admission", "Entrée à l'hôpital annoncée."),
    "discharge": ("hospital-discharge", "Sortie de l'hôpital annoncée : retour à domicile à préparer sous 48 heures."),
}
_CANCELLED = ("hospital-cancelled", "L'établissement retire une annonce sur ce séjour.")


def map_movement(movement: Movement, context: MappingContext) -> MappedMovement:
    """Return the stay, a message to the care manager, and on a discharge a Task. ValueError without `context.patient`.

    A cancelled admission cancels the stay; a cancelled discharge reopens it. Reactions in the record change the state of the
    situation (on hold, active again) and earlier Tasks.
    """
    if not context.patient:
        raise ValueError("a notice about someone who is not followed makes no resource")
    stay = _build_stay(movement, Directory(context), context)
    document, binary = build_received_document(context.patient, context)
    resources = [stay, document, binary]
    notice = _CANCELLED if movement.cancelled else _NOTICES.get(movement.event)
    if notice:
        resources.append(_build_communication(*notice, stay, context))
    task = ""
    if movement.event == "discharge" and not movement.cancelled:
        action = build_return_home_task(stay, movement.stay.end, document, context)
        resources.append(action)
        task = get_name(action)
    resources.append(build_provenance(resources, document, [], movement.header.sent_at, context))
    return MappedMovement(tuple(resources), get_name(stay), task)


def _build_stay(movement: Movement, people: Directory, context: MappingContext) -> Json:
    """Return the stay in its present state: an end that the sender cancels is no end."""
    present = replace(movement.stay, end="") if movement.cancelled else movement.stay
    cancelled = movement.cancelled and movement.event == "admit"
    return build_encounter(present, context.patient, people, context, cancelled=cancelled)


def _build_communication(category: str, text: str, stay: Json, context: MappingContext) -> Json:
    return build_resource(
        "Communication",
        context.new_id("Communication"),
        status="completed",
        category=[build_concept(codes.NOTICE, category)],
        priority="urgent",
        subject=build_reference(context.patient),
        about=[build_reference(stay)],
        sent=context.received,
        recipient=[build_reference(context.care_manager or context.desk)],
        sender=build_reference(context.requester),
        payload=[{"contentString": text}],
    )
