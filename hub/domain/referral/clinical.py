"""What a referral says of the person's health: diagnoses, measures, treatments, stays, attachments. Frozen, no FHIR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.domain.referral.datatypes import Code, Identifier
from hub.domain.referral.people import Professional

Carried = tuple[tuple[str, Any], ...]
"""Elements that a sender who writes R4 gave in R4's own form, (name, value): values alone, no references and no extensions."""


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
    carried: Carried = ()


@dataclass(frozen=True)
class Allergy:
    """An allergy or intolerance. `code`: the substance; `kind`, `severity`: the sender's codes; `onset`: a date."""

    code: Code
    kind: str = ""
    severity: str = ""
    reaction: str = ""
    onset: str = ""
    reactions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    carried: Carried = ()


@dataclass(frozen=True)
class Procedure:
    """A procedure that was performed. `performed`: a date or time."""

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
    carried: Carried = ()


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
    carried: Carried = ()


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
    other_reasons: tuple[Code, ...] = ()
    discharge: Code | None = None


@dataclass(frozen=True)
class Attachment:
    """A document that travels with the message. `data`: its bytes. `type`: LOINC or local document type."""

    data: bytes
    content_type: str
    title: str = ""
    type: Code | None = None
    created: str = ""
