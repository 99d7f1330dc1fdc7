"""What a message comes to: the resources to write, each with its author, and the answer. Runs inside the admission.

The sender is the author of what it says of the person. The plan, the circle and the directory are the hub's, so that
whether the person had a plan already shows nowhere in what the sender sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fhir_profiles import codes
from hub.conformance import bare, check
from hub.domain.errors import Conflict, Invalid
from hub.domain.referral import Message, Movement, Person, Professional, Referral, Stay
from hub.intake import answers, persons
from hub.intake.review import match_review
from hub.intake.stays import continued
from hub.mapping import Context, Document, Json, admission, to_fhir
from hub.mapping.identifiers import professional_token, structure_token
from hub.mapping.shape import name_of
from hub.record.admission.admit import Admission, Write
from hub.record.admission.inbox import Kept
from hub.record.admission.lookup import Lookup
from hub.record.db.clock import instant

# What the hub writes for itself when a demand comes in; the desk is the author of the draft that it will work on.
_HUBS = frozenset({"Practitioner", "PractitionerRole", "Provenance"})
_DESKS = frozenset({"CarePlan", "CareTeam"})
_UNFINISHED = ("draft", "active", "on-hold")


class Ambiguous(Conflict):
    """A notice is about one of several records that the desk has not brought together yet."""

    def __init__(self) -> None:
        super().__init__("identity-ambiguous")


@dataclass(frozen=True)
class Maker:
    """Makes the admission of one message. `kept.raw` is this message alone. `demo`: whether identities of the national
    test range are welcome (domain.md §2.8)."""

    adapter: str
    kept: Kept
    demo: bool

    def make(self, message: Message, lookup: Lookup) -> Admission:
        """The admission of `message`. Invalid: a resource that R4 refuses; Conflict: there is no desk yet, or a notice whose
        person is in doubt."""
        context = self._context(lookup)
        if isinstance(message, Movement):
            return self._notice(message, context, lookup)
        return self._demand(message, context, lookup)

    def welcome(self, person: Person) -> None:
        """Invalid `ins-test` when an identity of the national test range comes outside a demo."""
        tests = {codes.OID_INS_TEST, codes.OID_INS_DEMO}
        if not self.demo and any(number.system in tests for number in person.identifiers):
            raise Invalid("ins-test", where="PID-3" if self.adapter == "hl7v2" else "Patient.identifier")

    def _context(self, lookup: Lookup) -> Context:
        desk = lookup.desk()
        if not desk:
            raise Conflict("desk-missing")
        kept, batch = self.kept, lookup.unit
        document = Document(kept.raw, kept.media_type, kept.sha256)
        received, now = instant(min(kept.received, batch.time)), instant(batch.time)
        return Context(kept.source, kept.party, desk, received, now, document, batch.new_id)

    def _demand(self, referral: Referral, context: Context, lookup: Lookup) -> Admission:
        patient = persons.known(referral.person, lookup)
        context = replace(
            context,
            patient=patient,
            directory=lookup.directory(_numbers(referral)),
            draft_plan=not (patient and lookup.having(patient, "CarePlan", *_UNFINISHED)),
            encounter=_stay(referral.stay, patient, context, lookup),
        )
        made = to_fhir(referral, context)
        writes = list(self._writes(made.resources, context, lookup))
        if patient:
            bearing = persons.with_numbers(lookup.whole(patient), referral.person, context)
            writes += [Write(bearing, "", known=True)] if bearing else []
        elif alike := persons.alike(referral.person, lookup):
            writes.append(Write(match_review(made.patient, alike, context), ""))
        return self._admission(writes, made.task)

    def _notice(self, movement: Movement, context: Context, lookup: Lookup) -> Admission:
        found = persons.followed(movement.person, self.kept.source, lookup)
        if len(found) > 1:
            raise Ambiguous
        if not found:
            return self._admission([], "")
        plan, manager = _plan(found[0], lookup)
        context = replace(
            context,
            patient=found[0],
            directory=lookup.directory(_numbers(movement)),
            encounter=_stay(movement.stay, found[0], context, lookup),
            care_plan=plan,
            care_manager=manager,
        )
        made = admission(movement, context)
        return self._admission(list(self._writes(made.resources, context, lookup, movement.cancelled)), "")

    def _writes(
        self, resources: Iterable[Json], context: Context, lookup: Lookup, cancelled: bool = False
    ) -> Iterator[Write]:
        for made in resources:
            if name_of(made) == context.encounter:
                yield Write(continued(lookup.whole(context.encounter), made, cancelled), self.kept.party, known=True)
            else:
                yield Write(made, _author(made["resourceType"], context))

    def _admission(self, writes: list[Write], task: str) -> Admission:
        for write in writes:
            check(write.resource)
        # What a partner writes back is compared with this: one rule for what stands beside an address.
        kept = (replace(write, resource=bare(write.resource)) for write in writes)
        return Admission(tuple(kept), answers.accepted(self.adapter, self.kept, task))


def _author(resource_type: str, context: Context) -> str:
    if resource_type in _HUBS:
        return ""
    return context.desk if resource_type in _DESKS else context.requester


def _plan(patient: str, lookup: Lookup) -> tuple[str, str]:
    """The plan of a followed person and the organisation that holds it; "" where there is none."""
    plans = lookup.having(patient, "CarePlan", "active", "on-hold") or lookup.having(patient, "CarePlan", "draft")
    if not plans:
        return "", ""
    author = str(lookup.whole(plans[0]).get("author", {}).get("reference", ""))
    return plans[0], author if author.startswith("Organization/") else ""


def _stay(stay: Stay | None, patient: str, context: Context, lookup: Lookup) -> str:
    """The stay that bears this number already, or ""."""
    if stay is None or stay.number is None or not patient or not stay.number.value.strip():
        return ""
    return lookup.stay(patient, stay.number.system or f"{codes.SOURCE_NUMBERS}{context.source}/vn", stay.number.value)


def _numbers(message: Message) -> Iterator[tuple[str, str]]:
    """The national numbers of everyone whom a message names."""
    for professional in _named(message):
        for token in (
            professional_token(professional.identifiers),
            structure_token(professional.organisation_identifiers),
        ):
            if token is not None:
                yield token


def _named(message: Message) -> Iterator[Professional]:
    yield from message.professionals
    yield from message.stay.professionals if message.stay else ()
    if isinstance(message, Referral):
        yield from message.services_in_place
