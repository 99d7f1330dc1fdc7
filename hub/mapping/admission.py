"""A hospital's notice about a person who is followed (`docs/domain.md` §5.2, business effects). About anyone else
nothing is made: the caller answers the same bytes (`docs/parts.md` 24)."""

from __future__ import annotations

from dataclasses import replace

from fhir_profiles import codes
from hub.domain.referral import Movement
from hub.mapping.context import Context, Noticed
from hub.mapping.document import received_document
from hub.mapping.professionals import Directory
from hub.mapping.provenance import provenance
from hub.mapping.shape import Json, coded, name_of, reference, resource
from hub.mapping.stay import encounter
from hub.mapping.task import return_home_task

# What the one who holds the plan reads: a constant, the stay itself says the rest to those who may see it.
_NOTICES = {
    "admit": ("hospital-admission", "Entrée à l'hôpital annoncée."),
    "discharge": ("hospital-discharge", "Sortie de l'hôpital annoncée : retour à domicile à préparer sous 48 heures."),
}
_CANCELLED = ("hospital-cancelled", "L'établissement retire une annonce sur ce séjour.")


def admission(movement: Movement, context: Context) -> Noticed:
    """The stay, a word to the care manager, and on a discharge an action. ValueError without `context.patient`.

    A cancelled admission cancels the stay; a cancelled discharge reopens it. The situation's own state (on hold, active
    again) and actions made before are for the reactions in the record.
    """
    if not context.patient:
        raise ValueError("a notice about someone who is not followed makes no resource")
    stay = _stay(movement, Directory(context), context)
    document, binary = received_document(context.patient, context)
    made = [stay, document, binary]
    notice = _CANCELLED if movement.cancelled else _NOTICES.get(movement.event)
    if notice:
        made.append(_communication(*notice, stay, context))
    task = ""
    if movement.event == "discharge" and not movement.cancelled:
        action = return_home_task(stay, movement.stay.end, document, context)
        made.append(action)
        task = name_of(action)
    made.append(provenance(made, document, [], movement.header.sent_at, context))
    return Noticed(tuple(made), name_of(stay), task)


def _stay(movement: Movement, people: Directory, context: Context) -> Json:
    """The stay as it now is: an end that the sender takes back is no end."""
    told = replace(movement.stay, end="") if movement.cancelled else movement.stay
    gone = movement.cancelled and movement.event == "admit"
    return encounter(told, context.patient, people, context, cancelled=gone)


def _communication(category: str, text: str, stay: Json, context: Context) -> Json:
    return resource(
        "Communication",
        context.new_id("Communication"),
        status="completed",
        category=[coded(codes.NOTICE, category)],
        priority="urgent",
        subject=reference(context.patient),
        about=[reference(stay)],
        sent=context.received,
        recipient=[reference(context.care_manager or context.desk)],
        sender=reference(context.requester),
        payload=[{"contentString": text}],
    )
