"""A referral as the hub understands it, whatever door it came through. Frozen, no FHIR, no transport.

Adapters write these, `hub.mapping` reads them. A field that the message does not give is None or empty: adapters
never invent. Dates are FHIR strings (`2026`, `2026-11`, `2026-11-21`, `2026-11-21T10:00:00+01:00`) so that a
sender's precision survives; a local time without zone is given the territory's zone by the adapter.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.errors import Problem


@dataclass(frozen=True)
class Code:
    """A coded notion: `system` is a URI ("" when the sender gave none), `text` what the sender wrote. `others`: the same notion
    in other code systems, in the sender's order."""

    code: str = ""
    system: str = ""
    text: str = ""
    others: tuple[Code, ...] = ()


@dataclass(frozen=True)
class Identifier:
    """`kind`: INS (matricule, NIR or NIA), NIR (not qualified), PI (local), AN, VN, PLAC, FILL, RPPS, IDNPS, FINESS,
    SIRET, ADELI, CAF, XX (other). `system`: URI (`urn:oid:…` or a FHIR system). `assigner`: name of who gave it.
    `start`, `end`: dates between which it holds."""

    value: str
    kind: str = "XX"
    system: str = ""
    assigner: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Name:
    """`use`: `official` (birth identity) or `usual`."""

    family: str = ""
    given: tuple[str, ...] = ()
    use: str = "usual"
    prefix: str = ""
    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Address:
    """`use`: home, temp, work, old, or `birth` for the birth place, whose INSEE code is `insee`."""

    lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""
    insee: str = ""
    use: str = "home"
    state: str = ""


@dataclass(frozen=True)
class Telecom:
    """`system`: phone, email, fax, other. `use`: home, work, mobile."""

    value: str
    system: str = "phone"
    use: str = ""


@dataclass(frozen=True)
class Person:
    """Whom it is about. `identity_status`: PROV, VALI, QUAL, RECUP or "" (docs/domain.md §2.8); the INS counts as
    qualified only under QUAL. `gender`: male, female, other, unknown or ""."""

    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    birth_date: str = ""
    gender: str = ""
    addresses: tuple[Address, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    identity_status: str = ""
    marital_status: Code | None = None
    language: Code | None = None
    deceased: str = ""
    birth_rank: str = ""


@dataclass(frozen=True)
class Relative:
    """Someone close, or an association. `relationship`, `contact_role`: as coded by the sender. `roles`: emergency,
    next-of-kin, trusted (personne de confiance), caregiver, guardian, guarantor. `organisation`: its name. `start`, `end`: dates
    between which it holds."""

    names: tuple[Name, ...] = ()
    relationship: Code | None = None
    roles: tuple[str, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    addresses: tuple[Address, ...] = ()
    organisation: str = ""
    identifiers: tuple[Identifier, ...] = ()
    gender: str = ""
    birth_date: str = ""
    languages: tuple[Code, ...] = ()
    start: str = ""
    end: str = ""
    contact_role: Code | None = None


@dataclass(frozen=True)
class Professional:
    """`function`: referring, referred-to, primary (médecin traitant), attending, requester, referent,
    consulting, admitting, laboratory, other. `organisation`: its
    name as written, `organisation_identifiers` FINESS or SIRET."""

    function: str
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    profession: Code | None = None
    organisation: str = ""
    organisation_identifiers: tuple[Identifier, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """`status`: confirmed, provisional or ""; `onset`, `recorded`: dates; `author`: who made it; `notes`: what the sender adds
    and R4 has no element for."""

    code: Code
    status: str = ""
    onset: str = ""
    recorded: str = ""
    author: Professional | None = None
    identifiers: tuple[Identifier, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Allergy:
    code: Code
    kind: str = ""
    severity: str = ""
    reaction: str = ""
    onset: str = ""
    reactions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Procedure:
    code: Code
    performed: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Treatment:
    """A medicine that the person takes or is prescribed. `dose`: as a text. `start`, `end`: times."""

    code: Code
    dose: str = ""
    start: str = ""
    end: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """One observation. `value`: the text as sent; `attachment` is used instead of a Measure for documents. `status`: FHIR's.

    `number` when it is numeric (digits kept), with `unit` and `comparator` (`<`, `<=`, `>=`, `>`). With `high` it is a range from
    `number` (may be "") to `high`; with `denominator` a ratio. `coded` when it is a code; `moment` when it is a date or time, and
    `time` a time of day. `normal_range`: the reference range as written. `categories`: laboratory, imaging … `author`: who
    observed. `notes`: also what the sender adds and R4 has no element for."""

    code: Code
    value: str = ""
    number: str = ""
    unit: Code | None = None
    coded: Code | None = None
    at: str = ""
    status: str = "final"
    notes: tuple[str, ...] = ()
    comparator: str = ""
    high: str = ""
    denominator: str = ""
    moment: str = ""
    time: str = ""
    normal_range: str = ""
    interpretations: tuple[Code, ...] = ()
    categories: tuple[Code, ...] = ()
    authors: tuple[Professional, ...] = ()
    method: Code | None = None
    site: Code | None = None
    device: str = ""
    issued: str = ""
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class Cover:
    """`payor`: who pays, as written. `start`, `end`: dates."""

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
class Stay:
    """A stay or visit. `patient_class`: the sender's code (I, O, E, R, P …). `start`, `end`, `expected_end`: times.
    `kinds`: how it came about (elective, emergency …); `service`: the medical service; `source`: where the person came from."""

    patient_class: str = ""
    number: Identifier | None = None
    account: Identifier | None = None
    location: str = ""
    start: str = ""
    end: str = ""
    expected_end: str = ""
    reason: Code | None = None
    professionals: tuple[Professional, ...] = ()
    discharge_to: str = ""
    kinds: tuple[Code, ...] = ()
    service: Code | None = None
    source: Code | None = None
    readmission: Code | None = None
    diets: tuple[Code, ...] = ()
    courtesies: tuple[Code, ...] = ()
    arrangements: tuple[Code, ...] = ()
    destination: str = ""
    other_locations: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A document that travels with the message. `data`: its bytes. `type`: LOINC or local document type."""

    data: bytes
    content_type: str
    title: str = ""
    type: Code | None = None
    created: str = ""


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
    (`docs/parts.md` 24). `sender`: the sending facility or application as written. `kind`: the message's own type (`REF^I12`, `ADT^A01`, `Bundle`, `row`)."""

    message_id: str
    kind: str
    sent_at: str = ""
    sender: str = ""
    application: str = ""


@dataclass(frozen=True)
class Referral:
    """One demand for one person. `status`: pending, accepted, rejected, expired or "". `priority`: routine, urgent, asap,
    stat. `placer`/`filler`: the sender's and the filler's identifiers of the demand. `unread`: places of the message that
    were understood by nobody (segments, columns, extensions), for the desk: names of places, never values. `remarks`: what the
    sender wrote in a place for which FHIR has no element, one sentence for each value. `warnings`: what the sender is told of
    although the demand is taken."""

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
