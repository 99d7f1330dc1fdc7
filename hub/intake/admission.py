"""What a message comes to: the resources to write, each with its author. Runs inside the transaction of the admission.

The sender is the author of what it states about the person. The plan, the circle and the directory are the hub's, so that
nothing that the sender sees depends on whether the person had a plan already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fhir_profiles import codes
from hub.conformance import check, strip_references
from hub.domain.errors import Conflict
from hub.domain.referral import Message, Movement, Professional, Referral, Stay
from hub.intake import persons
from hub.intake.review import build_match_review
from hub.intake.stays import merge_encounter
from hub.mapping import Context, Document, Json, build_admission, to_fhir
from hub.mapping.identifiers import format_professional_token, format_structure_token
from hub.mapping.shape import get_name
from hub.record.admission.admit import Write
from hub.record.admission.inbox import InboxMessage
from hub.record.admission.lookup import Lookup
from hub.record.db.clock import instant

# The types that the hub writes for itself when a demand comes in, and those of the draft that the desk will work on.
_HUB_TYPES = frozenset({"Practitioner", "PractitionerRole", "Provenance"})
_DESK_TYPES = frozenset({"CarePlan", "CareTeam"})
_UNFINISHED = ("draft", "active", "on-hold")


class AmbiguousIdentity(Conflict):
    """A notice is about one of several records that the desk has not merged yet."""

    def __init__(self) -> None:
        super().__init__("identity-ambiguous")


@dataclass(frozen=True)
class AdmissionBuilder:
    """Builds the resources of one message. `message.body` is this message alone."""

    message: InboxMessage

    def build(self, content: Message, lookup: Lookup) -> tuple[tuple[Write, ...], str]:
        """Return the resources to write and the reference of the demand's Task, "" for a notice.

        Invalid: a resource that R4 refuses. Conflict: there is no desk yet, or the person of a notice is in doubt."""
        context = self._make_context(lookup)
        if isinstance(content, Movement):
            writes, task = self._build_notice(content, context, lookup), ""
        else:
            writes, task = self._build_demand(content, context, lookup)
        for write in writes:
            check(write.resource)
        # Partners' own writes are compared with these resources, so both go through `bare`.
        return tuple(replace(write, resource=strip_references(write.resource)) for write in writes), task

    def _make_context(self, lookup: Lookup) -> Context:
        desk = lookup.find_desk()
        if not desk:
            raise Conflict("desk-missing")
        message, unit = self.message, lookup.unit
        document = Document(message.body, message.media_type, message.sha256)
        received, now = instant(min(message.received, unit.time)), instant(unit.time)
        return Context(message.source, message.party, desk, received, now, document, unit.new_id)

    def _build_demand(self, referral: Referral, context: Context, lookup: Lookup) -> tuple[list[Write], str]:
        patient = persons.find_known(referral.person, lookup)
        context = replace(
            context,
            patient=patient,
            directory=lookup.find_directory(_list_numbers(referral)),
            draft_plan=not (patient and lookup.list_resources(patient, "CarePlan", *_UNFINISHED)),
            encounter=_find_stay(referral.stay, patient, context, lookup),
        )
        mapped = to_fhir(referral, context)
        writes = list(self._make_writes(mapped.resources, context, lookup))
        if patient:
            updated = persons.add_identifiers(lookup.read_whole(patient), referral.person, context)
            writes += [Write(updated, "", known=True)] if updated else []
        elif candidates := persons.find_alike(referral.person, lookup):
            writes.append(Write(build_match_review(mapped.patient, candidates, context), ""))
        return writes, mapped.task

    def _build_notice(self, movement: Movement, context: Context, lookup: Lookup) -> list[Write]:
        patients = persons.find_followed(movement.person, self.message.source, lookup)
        if len(patients) > 1:
            raise AmbiguousIdentity
        if not patients:
            return []
        [patient] = patients
        plan, manager = _find_plan(patient, lookup)
        context = replace(
            context,
            patient=patient,
            directory=lookup.find_directory(_list_numbers(movement)),
            encounter=_find_stay(movement.stay, patient, context, lookup),
            care_plan=plan,
            care_manager=manager,
        )
        notice = build_admission(movement, context)
        return list(self._make_writes(notice.resources, context, lookup, movement.cancelled))

    def _make_writes(
        self, resources: Iterable[Json], context: Context, lookup: Lookup, cancelled: bool = False
    ) -> Iterator[Write]:
        for resource in resources:
            if get_name(resource) == context.encounter:
                encounter = merge_encounter(lookup.read_whole(context.encounter), resource, cancelled)
                yield Write(encounter, self.message.party, known=True)
            else:
                yield Write(resource, _get_author(resource["resourceType"], context))


def _get_author(resource_type: str, context: Context) -> str:
    if resource_type in _HUB_TYPES:
        return ""
    return context.desk if resource_type in _DESK_TYPES else context.requester


def _find_plan(patient: str, lookup: Lookup) -> tuple[str, str]:
    """Return the plan of a followed person and the organisation that holds it; "" where there is none."""
    plans = lookup.list_resources(patient, "CarePlan", "active", "on-hold") or lookup.list_resources(
        patient, "CarePlan", "draft"
    )
    if not plans:
        return "", ""
    author = str(lookup.read_whole(plans[0]).get("author", {}).get("reference", ""))
    return plans[0], author if author.startswith("Organization/") else ""


def _find_stay(stay: Stay | None, patient: str, context: Context, lookup: Lookup) -> str:
    """Return the Encounter that has the number of `stay` already, or ""."""
    if stay is None or stay.number is None or not patient or not stay.number.value.strip():
        return ""
    return lookup.find_stay(
        patient, stay.number.system or f"{codes.SOURCE_NUMBERS}{context.source}/vn", stay.number.value
    )


def _list_numbers(message: Message) -> Iterator[tuple[str, str]]:
    """Yield the national numbers of everyone whom a message names, as (system, value)."""
    for professional in _list_professionals(message):
        for token in (
            format_professional_token(professional.identifiers),
            format_structure_token(professional.organisation_identifiers),
        ):
            if token is not None:
                yield token


def _list_professionals(message: Message) -> Iterator[Professional]:
    yield from message.professionals
    yield from message.stay.professionals if message.stay else ()
    if isinstance(message, Referral):
        yield from message.services_in_place
