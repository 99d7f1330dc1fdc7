"""The demand (https://hl7.org/fhir/R4/servicerequest.html). The requester's own words are in `reasonCode.text`
and `note`, which the section `received` keeps for the sender and the desk (`docs/parts.md`, "Which type, which section")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fhir_profiles import codes
from hub.domain.referral.message import Referral
from hub.domain.referral.people import Professional
from hub.mapping.context import MappingContext
from hub.mapping.datatypes import format_full_name
from hub.mapping.identifiers import build_demand_identifiers
from hub.mapping.patient import STATED, build_stated_patient
from hub.mapping.professionals import Directory, build_stated_professionals
from hub.mapping.shape import (
    Json,
    build_concept,
    build_domain,
    build_notes,
    build_period,
    build_reference,
    build_resource,
    compact,
    convert_concept,
    convert_concepts,
)

PRIORITIES = frozenset({"routine", "urgent", "asap", "stat"})
_REVOKED = frozenset({"rejected", "expired"})

# The title of a note with the name of a professional who has no directory entry.
_FUNCTIONS = {
    "referring": "Adressé par",
    "referred-to": "Adressé à",
    "primary": "Médecin traitant",
    "attending": "Suivi par",
    "requester": "Demandé par",
    "referent": "Référent",
    "consulting": "Consulté",
    "other": "Autre professionnel",
}
_IN_PLACE, _AGREEMENT, _TAG = "Service en place", "Accord", "Étiquette"


def is_withdrawn(referral: Referral) -> bool:
    """Return whether the sender itself says that the demand no longer applies."""
    return referral.status in _REVOKED


def get_priority(referral: Referral) -> str:
    """Return R4's request-priority."""
    return referral.priority if referral.priority in PRIORITIES else "routine"


def build_service_request(
    referral: Referral, patient: str, directory: Directory, links: Mapping[str, Sequence[Json]], context: MappingContext
) -> Json:
    """Return the demand. `links`: resources by element: `insurance`, `supportingInfo`, `encounter` (one at most).

    The requester is the token's organisation, whatever the message says (`docs/loop.md` D6.11). A professional whom the sender
    wishes as performer becomes one only with a directory entry.
    """
    wished = [p for p in referral.professionals if p.function == "referred-to" and directory.has(p)]
    stated = build_stated_professionals((*referral.professionals, *referral.services_in_place), context)
    desk = [build_reference(context.desk), build_reference(context.desk_service)]
    occurrence = build_period(referral.start, referral.end)
    return build_resource(
        "ServiceRequest",
        context.new_id("ServiceRequest"),
        contained=[build_stated_patient(referral.person, context), *stated],
        extension=[build_domain("coordination")],
        identifier=build_demand_identifiers(referral.placer, referral.filler, context),
        status="revoked" if is_withdrawn(referral) else "active",
        intent="order",
        category=[build_concept(codes.REQUEST_CATEGORY, "referral"), *convert_concepts(referral.categories)],
        priority=get_priority(referral),
        code=convert_concept(referral.service),
        subject=build_reference(patient),
        encounter=next((build_reference(stay) for stay in links["encounter"]), {}),
        occurrencePeriod=occurrence,
        authoredOn=referral.authored or referral.header.sent_at or context.received,
        requester=build_reference(context.requester),
        performer=[*desk, *map(directory.build_reference, wished)],
        reasonCode=[compact(text=referral.reason), *convert_concepts(referral.reason_codes)],
        insurance=[build_reference(cover) for cover in links["insurance"]],
        supportingInfo=[
            build_reference(f"#{STATED}"),
            *(build_reference(f"#{professional['id']}") for professional in stated),
            *map(build_reference, links["supportingInfo"]),
        ],
        note=build_notes(_list_notes(referral, directory)),
    )


def _list_notes(referral: Referral, directory: Directory) -> list[str]:
    """Return the notes, and everything that the sender named and that has no element of its own, so that nothing is lost."""
    unknown = [p for p in referral.professionals if not directory.has(p)]
    return [
        *referral.notes,
        *(_format_professional(_FUNCTIONS.get(p.function, p.function), p) for p in unknown),
        *(_format_professional(_IN_PLACE, service) for service in referral.services_in_place),
        *(_format_sentence(_AGREEMENT, [agreement.text]) for agreement in referral.agreements),
        *(_format_sentence(_TAG, [tag]) for tag in referral.tags),
        *referral.remarks,
    ]


def _format_professional(title: str, professional: Professional) -> str:
    return _format_sentence(
        title,
        [
            format_full_name(professional.names),
            professional.profession.text or professional.profession.code if professional.profession else "",
            professional.organisation,
            *(telecom.value for telecom in professional.telecoms),
        ],
    )


def _format_sentence(title: str, parts: Iterable[str]) -> str:
    words = ", ".join(part.strip() for part in parts if part.strip())
    return f"{title} : {words}" if words else ""
