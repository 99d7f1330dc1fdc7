"""REF^I12 and OMG^O19 → Referral.

Source: HL7 v2.5 §11.5.1 (REF), §4.4.4 (OMG); docs/domain.md §5.1 gives the table, segment by segment.
"""

from __future__ import annotations

from dataclasses import fields

from adapters.hl7v2.segments.dg1 import read_allergies, read_diagnoses, read_procedures
from adapters.hl7v2.segments.in1 import read_covers
from adapters.hl7v2.segments.nk1 import read_relatives
from adapters.hl7v2.segments.obx import read_observations
from adapters.hl7v2.segments.order import list_further_orders, read_order, read_requesters
from adapters.hl7v2.segments.pid import read_person
from adapters.hl7v2.segments.prd import list_unknown_roles, read_providers, read_roles
from adapters.hl7v2.segments.pv1 import read_stay
from adapters.hl7v2.segments.rf1 import Demand, read_demand
from adapters.hl7v2.syntax.er7 import Er7
from hub.domain.errors import Invalid
from hub.domain.referral import Header, Professional, Referral

# SFT names the sender's software, AUT an insurer's authorisation: neither says anything of the demand.
_COMMON = {"MSH", "SFT", "PID", "PD1", "NK1", "GT1", "IN1", "IN2", "PV1", "PV2", "DG1", "AL1", "OBR", "OBX", "NTE"}
_COMMON |= {"ROL", "PRD", "ZFD", "ZFM"}
_REF = _COMMON | {"RF1", "AUT", "PR1"}
_OMG = _COMMON | {"ORC", "TQ1"}


def read_ref_i12(message: Er7, header: Header) -> Referral:
    """REF_I12[Referral]: RF1, PRD, PID, NK1, GT1, IN1, DG1, AL1, PR1, OBX, NTE, PV1. Invalid: as `read_person`; a date."""
    return _read_referral(message, header, read_demand(message), read_providers(message), list_unread(message, _REF))


def read_omg_o19(message: Er7, header: Header) -> Referral:
    """OMG_O19[Referral]: ORC, TQ1, OBR, then as REF_I12. Invalid: ORC-1 cancels; as `read_person`; a date."""
    professionals = read_requesters(message) + read_providers(message)
    places = list_unread(message, _OMG) + list_further_orders(message)
    return _read_referral(message, header, read_order(message), professionals, places)


def list_unread(message: Er7, known: set[str]) -> tuple[str, ...]:
    """Return the names of the segments of a message that are not in `known`, once each, in order, without their content."""
    return tuple(dict.fromkeys(segment.name for segment in message.segments if segment.name not in known))


def _read_referral(
    message: Er7, header: Header, demand: Demand, professionals: tuple[Professional, ...], places: tuple[str, ...]
) -> Referral:
    patient = read_person(message)
    if not patient.names:
        raise Invalid("required-missing", where="PID-5")
    observations = read_observations(message)
    return Referral(
        header=header,
        person=patient,
        **{field.name: getattr(demand, field.name) for field in fields(demand)},
        notes=observations.notes,
        relatives=read_relatives(message),
        professionals=professionals + read_roles(message),
        diagnoses=read_diagnoses(message),
        allergies=read_allergies(message),
        procedures=read_procedures(message),
        measures=observations.measures,
        covers=read_covers(message),
        stay=read_stay(message) if message.first("PV1") else None,
        attachments=observations.attachments,
        unread=places + list_unknown_roles(message),
    )
