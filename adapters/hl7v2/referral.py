"""REF^I12 and OMG^O19 → Referral.

Source: HL7 v2.5 §11.5.1 (REF), §4.4.4 (OMG); docs/domain.md §5.1 gives the table, segment by segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from adapters.hl7v2.fields import TECHNICAL, list_all_remarks, list_warnings, load_fields
from adapters.hl7v2.segments.dg1 import read_allergies, read_diagnoses, read_procedures
from adapters.hl7v2.segments.in1 import read_covers
from adapters.hl7v2.segments.nk1 import read_relatives
from adapters.hl7v2.segments.obx import read_observations
from adapters.hl7v2.segments.order import list_further_orders, read_order, read_requesters
from adapters.hl7v2.segments.pid import find_doubts, list_unused, read_person
from adapters.hl7v2.segments.prd import read_providers, read_roles
from adapters.hl7v2.segments.pv1 import read_stay
from adapters.hl7v2.segments.rf1 import NO_WORDS, Demand, read_demand
from adapters.hl7v2.segments.rx import read_treatments
from adapters.hl7v2.syntax.er7 import Er7
from hub.domain.errors import Invalid, Problem
from hub.domain.referral.message import Header, Referral
from hub.domain.referral.people import Professional


def read_ref_i12(message: Er7, header: Header, urgency: Mapping[str, str] = NO_WORDS) -> Referral:
    """Read REF_I12 as Referral: RF1, PRD, PID, NK1, GT1, IN1, DG1, AL1, PR1, RX., OBX, NTE, PV1.

    `urgency`: the source's own words of urgency. Invalid: as `read_person`."""
    demand, warnings = read_demand(message, urgency), list_warnings(message, urgency)
    return _read_referral(message, header, demand, read_providers(message), warnings)


def read_omg_o19(message: Er7, header: Header, urgency: Mapping[str, str] = NO_WORDS) -> Referral:
    """Read OMG_O19 as Referral: ORC, TQ1, OBR, then as REF_I12. Invalid: ORC-1 cancels; as `read_person`."""
    professionals = read_requesters(message) + read_providers(message)
    further = tuple(Problem("unread", place) for place in list_further_orders(message))
    warnings = (*list_warnings(message, urgency), *further)
    return _read_referral(message, header, read_order(message, urgency), professionals, warnings)


def list_unread(message: Er7) -> tuple[str, ...]:
    """Return the names of the segments of a message that are not in the ledger, once each, in order, without their content."""
    known = load_fields().keys() | TECHNICAL
    return tuple(dict.fromkeys(segment.name for segment in message.segments if segment.name not in known))


def _read_referral(
    message: Er7, header: Header, demand: Demand, professionals: tuple[Professional, ...], warnings: tuple[Problem, ...]
) -> Referral:
    patient = read_person(message)
    if not patient.names:
        raise Invalid("required-missing", where="PID-5")
    observations = read_observations(message)
    doubts = find_doubts(message)
    unused_places = frozenset({problem.where for problem in doubts}.union(list_unused(message)))
    return Referral(
        header=header,
        person=patient,
        **{field.name: getattr(demand, field.name) for field in fields(demand)},
        notes=tuple(observations.notes),
        relatives=read_relatives(message),
        professionals=_remove_doubles(professionals + read_roles(message)),
        diagnoses=read_diagnoses(message),
        allergies=read_allergies(message),
        procedures=read_procedures(message),
        measures=tuple(observations.measures),
        treatments=read_treatments(message),
        covers=read_covers(message),
        stay=read_stay(message) if message.first("PV1") else None,
        attachments=tuple(observations.attachments),
        unread=tuple(problem.where for problem in warnings if problem.code == "unread"),
        remarks=(*list_all_remarks(message, unused_places), *observations.remarks),
        warnings=(*doubts, *observations.problems, *warnings),
    )


def _remove_doubles(professionals: tuple[Professional, ...]) -> tuple[Professional, ...]:
    """Return each professional once, with all that is said of them: the same one may be in PD1, ROL and PRD."""
    by_key: dict[tuple[object, ...], Professional] = {}
    for professional in professionals:
        key = (professional.function, professional.identifiers or professional.names or professional.organisation)
        by_key[key] = _merge(by_key[key], professional) if key in by_key else professional
    return tuple(by_key.values())


def _merge(first: Professional, second: Professional) -> Professional:
    """Return `first` with what `second` says more."""
    merged: dict[str, Any] = {}
    for name in (field.name for field in fields(Professional)):
        value, addition = getattr(first, name), getattr(second, name)
        merged[name] = tuple(dict.fromkeys((*value, *addition))) if isinstance(value, tuple) else value or addition
    return Professional(**merged)
