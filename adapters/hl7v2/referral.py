"""REF^I12 and OMG^O19 → Referral.

Source: HL7 v2.5 §11.5.1 (REF), §4.4.4 (OMG); docs/domain.md §5.1 gives the table, segment by segment.
"""

from __future__ import annotations

from dataclasses import fields

from adapters.hl7v2.dg1 import allergies, diagnoses, procedures
from adapters.hl7v2.er7 import Er7
from adapters.hl7v2.in1 import covers
from adapters.hl7v2.nk1 import relatives
from adapters.hl7v2.obx import observed
from adapters.hl7v2.order import further_orders, order, requesters
from adapters.hl7v2.pid import person
from adapters.hl7v2.prd import providers, roles, unknown_roles
from adapters.hl7v2.pv1 import stay
from adapters.hl7v2.rf1 import Demand, demand
from hub.domain.errors import Invalid
from hub.domain.referral import Header, Professional, Referral

# SFT names the sender's software, AUT an insurer's authorisation: neither says anything of the demand.
_COMMON = {"MSH", "SFT", "PID", "PD1", "NK1", "GT1", "IN1", "IN2", "PV1", "PV2", "DG1", "AL1", "OBR", "OBX", "NTE"}
_COMMON |= {"ROL", "PRD", "ZFD", "ZFM"}
_REF = _COMMON | {"RF1", "AUT", "PR1"}
_OMG = _COMMON | {"ORC", "TQ1"}


def ref_i12(message: Er7, header: Header) -> Referral:
    """REF_I12[Referral]: RF1, PRD, PID, NK1, GT1, IN1, DG1, AL1, PR1, OBX, NTE, PV1. Invalid: as `person`; a date."""
    return _referral(message, header, demand(message), providers(message), unread(message, _REF))


def omg_o19(message: Er7, header: Header) -> Referral:
    """OMG_O19[Referral]: ORC, TQ1, OBR, then as REF_I12. Invalid: ORC-1 cancels; as `person`; a date."""
    professionals = requesters(message) + providers(message)
    places = unread(message, _OMG) + further_orders(message)
    return _referral(message, header, order(message), professionals, places)


def unread(message: Er7, known: set[str]) -> tuple[str, ...]:
    """Names of the segments of a message that are not in `known`, once each, in order: never what they hold."""
    return tuple(dict.fromkeys(segment.name for segment in message.segments if segment.name not in known))


def _referral(
    message: Er7, header: Header, asked: Demand, professionals: tuple[Professional, ...], places: tuple[str, ...]
) -> Referral:
    who = person(message)
    if not who.names:
        raise Invalid("required-missing", where="PID-5")
    seen = observed(message)
    return Referral(
        header=header,
        person=who,
        **{field.name: getattr(asked, field.name) for field in fields(asked)},
        notes=seen.notes,
        relatives=relatives(message),
        professionals=professionals + roles(message),
        diagnoses=diagnoses(message),
        allergies=allergies(message),
        procedures=procedures(message),
        measures=seen.measures,
        covers=covers(message),
        stay=stay(message) if message.first("PV1") else None,
        attachments=seen.attachments,
        unread=places + unknown_roles(message),
    )
