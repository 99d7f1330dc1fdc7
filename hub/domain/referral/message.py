"""A referral in the hub's own terms, whatever format it came in. Frozen, without FHIR or transport.

Adapters write these, `hub.mapping` reads them. A field that the message does not have is None or empty: adapters invent
nothing. Dates are FHIR strings (`2026`, `2026-11`, `2026-11-21`, `2026-11-21T10:00:00+01:00`) so that a
sender's precision survives; a local time without zone is given the territory's zone by the adapter.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.errors import Problem
from hub.domain.referral.clinical import Allergy, Attachment, Diagnosis, Measure, Procedure, Stay, Treatment
from hub.domain.referral.datatypes import Code, Identifier
from hub.domain.referral.people import Person, Professional, Relative


@dataclass(frozen=True)
class Cover:
    """An insurance or other payment. `payor`: who pays, as written. `start`, `end`: dates."""

    payor: str = ""
    kind: Code | None = None
    subscriber_id: str = ""
    group: str = ""
    start: str = ""
    end: str = ""
    identifiers: tuple[Identifier, ...] = ()
    group_name: str = ""
    plan: Code | None = None
    relationship: Code | None = None
    rank: str = ""


@dataclass(frozen=True)
class Agreement:
    """What the person said about sharing. `decision`: permit or deny. `of`: referral or sharing."""

    decision: str
    of: str = "referral"
    date: str = ""
    by: str = ""
    text: str = ""


@dataclass(frozen=True)
class Header:
    """`message_id`: the sender's own, unique with the source, the organisation and `application`, the sending application
    (`docs/parts.md` 24). `sender`: the sending facility or application as written. `kind`: the message's own type
    (`REF^I12`, `ADT^A01`, `Bundle`, `row`)."""

    message_id: str
    kind: str
    sent_at: str = ""
    sender: str = ""
    application: str = ""


@dataclass(frozen=True)
class Referral:
    """One demand for one person. `status`: pending, accepted, rejected, expired or "". `priority`: routine, urgent, asap,
    stat. `placer`/`filler`: the sender's and the filler's identifiers of the demand. `unread`: places of the message that
    the adapter does not read (segments, columns, extensions), for the desk: names of places, never values. `remarks`: what the
    sender wrote in a place for which FHIR has no element, one sentence for each value. `warnings`: problems that the answer
    reports although the demand is accepted. `same_demand`: for a sender that numbers neither messages nor demands, a digest of
    what is asked. Two open demands for one person with the same digest are one demand; a later one may be another."""

    header: Header
    person: Person
    status: str = ""
    priority: str = "routine"
    categories: tuple[Code, ...] = ()
    service: Code | None = None
    reason: str = ""
    reason_codes: tuple[Code, ...] = ()
    notes: tuple[str, ...] = ()
    placer: Identifier | None = None
    filler: Identifier | None = None
    authored: str = ""
    start: str = ""
    end: str = ""
    relatives: tuple[Relative, ...] = ()
    professionals: tuple[Professional, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    measures: tuple[Measure, ...] = ()
    covers: tuple[Cover, ...] = ()
    stay: Stay | None = None
    attachments: tuple[Attachment, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    services_in_place: tuple[Professional, ...] = ()
    tags: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    remarks: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    same_demand: str = ""


@dataclass(frozen=True)
class Movement:
    """A hospital's notice about a stay (ADT). `event`: admit (A01), discharge (A03), other. It never creates a
    person: about someone not followed the answer is the same and nothing is kept (`docs/parts.md` 24).
    `cancelled`: the sender takes the event back (ZBE-4 CANCEL)."""

    header: Header
    person: Person
    event: str
    stay: Stay
    professionals: tuple[Professional, ...] = ()
    cancelled: bool = False
    unread: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


Message = Referral | Movement
