"""Build the resources that a message writes, each with its author, inside the transaction that admits the message.

The sender is the author of what it states about the person. The plan, the circle and the directory are the hub's, so that
nothing that the sender sees depends on whether the person had a plan already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fhir_profiles import codes
from hub.conformance import check, strip_references
from hub.domain.errors import Conflict, Invalid
from hub.domain.referral.clinical import Stay
from hub.domain.referral.message import Message, Movement, Referral
from hub.domain.referral.people import Professional
from hub.intake import persons
from hub.intake.placement import hands_over
from hub.intake.repeats import ReadMessage, build_again, compare, list_earlier
from hub.intake.review import build_match_review, build_notice_review
from hub.intake.stays import merge_encounter
from hub.mapping import Document, Json, MappingContext, map_movement, to_fhir
from hub.mapping.identifiers import build_demand_identifiers, format_professional_token, format_structure_token
from hub.mapping.shape import get_name
from hub.record.admission.admit import Write
from hub.record.admission.inbox import InboxMessage
from hub.record.admission.lookup import UNDECIDED, Lookup
from hub.record.db.clock import instant
from hub.slices.placement.narrow import place_narrowly

# The types that the hub writes for itself when a demand comes in, and those of the draft that the desk will work on.
_HUB_TYPES = frozenset({"Practitioner", "PractitionerRole", "Provenance"})
_DESK_TYPES = frozenset({"CarePlan", "CareTeam"})
_UNFINISHED = ("draft", "active", "on-hold")


class AmbiguousIdentity(Conflict):
    """A notice may be about one of `patients`: several of them agree with it, or none does."""

    def __init__(self, patients: Sequence[str]) -> None:
        super().__init__("identity-ambiguous")
        self.patients = tuple(patients)


@dataclass(frozen=True)
class AdmissionBuilder:
    """Builds the resources of one message. `message.body` is this message alone; `read` reads an earlier one of its source."""

    message: InboxMessage
    read: ReadMessage = lambda _body, _media_type: None

    def build(self, content: Message, lookup: Lookup) -> tuple[tuple[Write, ...], str]:
        """Return the resources to write and the reference of the demand's Task, "" for a notice.

        Invalid: a resource that R4 refuses. Conflict: there is no desk yet, or the person of a notice is in doubt."""
        context = self._make_context(lookup)
        if isinstance(content, Movement):
            writes, task = self._build_notice(content, context, lookup), ""
        else:
            writes, task = self._build_demand(content, context, lookup)
        # The sender's own first: whether the hub writes a plan too depends on the record, and the first fault is the answer.
        for write in sorted(writes, key=lambda write: write.by != self.message.party):
            check(write.resource)
        # What partners write later is compared with these resources, so both go through `strip_references`.
        return tuple(replace(write, resource=strip_references(write.resource)) for write in writes), task

    def _make_context(self, lookup: Lookup) -> MappingContext:
        desk = lookup.find_desk()
        if not desk:
            raise Conflict("desk-missing")
        message, unit = self.message, lookup.unit
        document = Document(message.body, message.media_type, message.sha256)
        first_received = unit.time if lookup.makes_again else min(message.received, unit.time)
        received, now = instant(first_received), instant(unit.time)
        return MappingContext(message.source, message.party, desk, received, now, document, unit.new_id)

    def _build_demand(self, referral: Referral, context: MappingContext, lookup: Lookup) -> tuple[list[Write], str]:
        patient = self._find_chosen(referral, context, lookup) or persons.find_person(
            referral.person, self.message.source, lookup
        )
        context = replace(
            context,
            patient=patient,
            directory=lookup.find_directory(_list_numbers(referral)),
            draft_plan=not (patient and lookup.list_resources(patient, "CarePlan", *_UNFINISHED)),
            encounter=_find_stay(referral.stay, patient, context, lookup, is_written=True),
            hands_over=hands_over,
        )
        if patient and not lookup.makes_again and (task := self._find_demand(referral, context, lookup)):
            writes = self._build_repeat(task, referral, context, lookup)
            return writes + self._record_identity(referral, patient, patient, context, lookup), task
        mapped = to_fhir(referral, context)
        writes = list(self._make_writes(mapped.resources, context, lookup))
        return writes + self._record_identity(referral, patient, mapped.patient, context, lookup), mapped.task

    def _find_chosen(self, referral: Referral, context: MappingContext, lookup: Lookup) -> str:
        """Return the Patient whom an agent of the desk chose for the demand, or "".

        Invalid `reference-unresolved`: one whom the desk does not see."""
        patient = referral.person.known_as
        if patient and (self.message.party != context.desk or not lookup.read_shown([patient])[patient]):
            raise Invalid("reference-unresolved", where="personne")
        return patient

    def _record_identity(
        self, referral: Referral, known: str, patient: str, context: MappingContext, lookup: Lookup
    ) -> list[Write]:
        """Remember that the sender was told of `patient` (`hub.record.admission.told`). Return what else is written: a known
        person with the numbers that the sender gave, and the desk's Task when somebody in the record is or may be the same
        person."""
        writes = []
        if known:
            updated = persons.add_identifiers(lookup.read_whole(known), referral.person, context)
            writes += [Write(updated, "", known=True)] if updated else []
            candidates = persons.list_conflicts(referral.person, known, lookup)
        else:
            candidates = persons.find_alike(referral.person, lookup)
        if candidates:
            writes.append(Write(build_match_review(patient, candidates, context), ""))
        numbers = persons.list_numbers(referral.person, context.source)
        lookup.remember(patient, numbers, persons.get_traits(referral.person))
        return writes

    def _find_demand(self, referral: Referral, context: MappingContext, lookup: Lookup) -> str:
        """Return the open intake Task of the demand that the sender already made about this person, or "": under the same number,
        or of a sender without numbers, for the same."""
        for number in build_demand_identifiers(referral.placer, None, context):
            if task := lookup.find_open_demand(context.patient, number["system"], number["value"]):
                return task
        for demand in lookup.list_demands(context.patient, *UNDECIDED) if referral.same_demand else ():
            earlier = list_earlier(demand, lookup, self.read)
            if any(message.same_demand == referral.same_demand for message in earlier):
                return get_name(demand)
        return ""

    def _build_repeat(self, task: str, referral: Referral, context: MappingContext, lookup: Lookup) -> list[Write]:
        """Return what a message adds to the open demand that it repeats: what it says more, and itself, for those who work on
        the demand."""
        intake_task = lookup.read_whole(task)
        repeat = compare(referral, list_earlier(intake_task, lookup, self.read))
        mapped = to_fhir(repeat.addition, replace(context, draft_plan=False))
        new, changed = build_again(intake_task, repeat, mapped, lookup)
        author = {"Task": "", "ServiceRequest": context.requester}
        changes = [Write(resource, author[resource["resourceType"]], known=True) for resource in changed]
        return [*self._make_writes(new, context, lookup), *changes]

    def _build_notice(self, movement: Movement, context: MappingContext, lookup: Lookup) -> list[Write]:
        """Return what a notice writes: it continues the stay that a demand of its sender stated, whether the person is followed
        or not. For a followed person it also continues the hub's own stay, and makes what the care manager is notified of.

        The two stays are different resources: the sender sees the first one and must not learn from it who is followed."""
        context = replace(context, directory=lookup.find_directory(_list_numbers(movement)))
        told_patient = persons.find_told(movement.person, self.message.source, lookup)
        own_stay = _find_stay(movement.stay, told_patient, context, lookup, is_written=True)
        patient, doubtful = persons.find_followed(movement.person, self.message.source, lookup)
        if doubtful and not own_stay:
            raise AmbiguousIdentity(doubtful)
        writes: list[Write] = []
        if own_stay and patient != told_patient:
            told_context = replace(context, patient=told_patient, encounter=own_stay)
            writes.append(_continue_stay(own_stay, map_movement(movement, told_context).resources[0], movement, lookup))
        if patient:
            hub_stay = _find_stay(movement.stay, patient, context, lookup, is_written=False)
            encounter = own_stay if own_stay and patient == told_patient else hub_stay
            plan, manager = _find_plan(patient, lookup)
            context = replace(context, patient=patient, encounter=encounter, care_plan=plan, care_manager=manager)
            resources = map_movement(movement, context).resources
            writes += self._make_writes(resources, context, lookup, movement.cancelled)
            if hub_stay and hub_stay != encounter:
                writes.append(_continue_stay(hub_stay, resources[0], movement, lookup))
        # A notice gives its sender no stake: what it may read afterwards would tell who is followed (`docs/parts.md` 24).
        return [replace(write, by="") for write in writes]

    def build_review(self, patients: Sequence[str], lookup: Lookup) -> tuple[Write, ...]:
        """Return the desk's Task to say whom this notice is about; nothing when the desk has it already."""
        if lookup.find_task(codes.INBOX_MESSAGE, self.message.mid):
            return ()
        return (Write(build_notice_review(patients, self.message.mid, self._make_context(lookup)), ""),)

    def _make_writes(
        self, resources: Iterable[Json], context: MappingContext, lookup: Lookup, cancelled: bool = False
    ) -> Iterator[Write]:
        for resource in resources:
            if get_name(resource) == context.encounter:
                encounter = merge_encounter(lookup.read_whole(context.encounter), resource, cancelled)
                yield Write(encounter, self.message.party, known=True)
            else:
                yield Write(place_narrowly(resource), _get_author(resource["resourceType"], context))


def _get_author(resource_type: str, context: MappingContext) -> str:
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


def _continue_stay(name: str, update: Json, movement: Movement, lookup: Lookup) -> Write:
    """Return the Encounter `name` with what a notice says of it, the Encounter `update`."""
    update = update | {"id": name.partition("/")[2]}
    return Write(merge_encounter(lookup.read_whole(name), update, movement.cancelled), "", known=True)


def _find_stay(stay: Stay | None, patient: str, context: MappingContext, lookup: Lookup, *, is_written: bool) -> str:
    """Return the Encounter that has the number of `stay` already, or "". `is_written`: as in `Lookup.find_stay`."""
    if stay is None or stay.number is None or not patient or not stay.number.value.strip():
        return ""
    system = stay.number.system or f"{codes.SOURCE_NUMBERS}{context.source}/vn"
    return lookup.find_stay(patient, system, stay.number.value, is_written=is_written)


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
