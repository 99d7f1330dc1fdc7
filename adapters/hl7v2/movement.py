"""ADT → Movement.

Source: HL7 v2.5 §3.3 (events), IHE PAM France (ZBE, event Z99); docs/domain.md §5.2.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.referral import list_unread
from adapters.hl7v2.segments.pid import read_person
from adapters.hl7v2.segments.prd import read_roles
from adapters.hl7v2.segments.pv1 import read_stay
from adapters.hl7v2.syntax.er7 import Er7
from hub.domain.errors import Invalid
from hub.domain.referral.clinical import Stay
from hub.domain.referral.message import Header, Movement

_EVENTS = {"A01": "admit", "A11": "admit", "A03": "discharge", "A13": "discharge"}
_CANCELS = ("A11", "A12", "A13", "A25", "A26", "A27", "A29", "A32", "A33", "A38", "A52", "A53", "A55")


def read_adt(message: Er7, header: Header) -> Movement:
    """Read ADT as Movement: MSH-9 event, PID, PV1, ROL, ZBE-4 action, ZBE-6 the event that a Z99 is about.

    Invalid: no PID or several; a PID with neither name nor identifier (the number alone is enough: a movement creates no
    person); an invalid date."""
    patient = read_person(message)
    if not patient.names and not patient.identifiers:
        raise Invalid("required-missing", where="PID-5")
    trigger, zbe = header.kind.partition("^")[2], message.first("ZBE")
    event = _EVENTS.get(zbe.text(6) if trigger == "Z99" else trigger, "other")
    return Movement(
        header=header,
        person=patient,
        event=event,
        stay=_add_event_time(read_stay(message), event, _read_event_time(message)),
        professionals=read_roles(message),
        cancelled=trigger in _CANCELS or zbe.text(4) == "CANCEL",
        unread=list_unread(message),
    )


def _read_event_time(message: Er7) -> str:
    """Return when it happened: ZBE-2, else EVN-6. (EVN-2 is when it was typed.)"""
    return read_datetime(message.first("ZBE").value(2)) or read_datetime(message.first("EVN").value(6))


def _add_event_time(stay: Stay, event: str, time: str) -> Stay:
    """Return the stay with the time of the event where PV1-44 or PV1-45 leave it out."""
    if event == "admit":
        return replace(stay, start=stay.start or time)
    if event == "discharge":
        return replace(stay, end=stay.end or time)
    return stay
