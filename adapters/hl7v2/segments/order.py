"""ORC, TQ1 and OBR of an OMG^O19 → the demand and who asks for it.

Source: HL7 v2.5 §4.5.1 (ORC), §4.5.3 (OBR), §4.5.4 (TQ1); IHE 360X, which refers with this message; docs/domain.md §5.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adapters.hl7v2.datatypes.codes import read_code, read_codes
from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.datatypes.identifiers import read_ei, read_xon_id
from adapters.hl7v2.datatypes.people import read_xcns, read_xtns
from adapters.hl7v2.segments.rf1 import NO_WORDS, Demand, join_texts, read_priority
from adapters.hl7v2.syntax.er7 import Er7
from hub.domain.errors import Invalid
from hub.domain.referral.people import Professional

_CANCELS = ("CA", "DC", "OC", "OD")
"""Order control codes (table 0119) that take an order back: to read one as a demand would be its contrary."""


def read_order(message: Er7, urgency: Mapping[str, str] = NO_WORDS) -> Demand:
    """Read ORC as Demand: 2 placer, 3 filler, 9 authored; TQ1 as Demand: 7 start, 8 end, 9 priority; OBR as Demand: 2 placer,
    3 filler, 4 service, 5 priority, 31 reason. `urgency`: as `read_priority`. Invalid: ORC-1 cancels."""
    orc, tq1, obr = (message.first(name) for name in ("ORC", "TQ1", "OBR"))
    if orc.text(1) in _CANCELS:
        raise Invalid("hl7-order-control", where="ORC-1")
    reasons = read_codes(obr, 31)
    return Demand(
        priority=read_priority(tq1.value(9) or obr.value(5), urgency),
        service=read_code(obr.value(4)),
        reason=join_texts(reasons),
        reason_codes=reasons,
        placer=read_ei(orc.value(2), "PLAC") or read_ei(obr.value(2), "PLAC"),
        filler=read_ei(orc.value(3), "FILL") or read_ei(obr.value(3), "FILL"),
        authored=read_datetime(orc.value(9)),
        start=read_datetime(tq1.value(7)),
        end=read_datetime(tq1.value(8)),
    )


def read_requesters(message: Er7) -> tuple[Professional, ...]:
    """Read ORC as Professional: 12 who asks (else OBR-16), 14 telecoms, 21 organisation."""
    orc, obr = message.first("ORC"), message.first("OBR")
    organisation = orc.value(21)
    identifier, telecoms = read_xon_id(organisation), read_xtns(orc, 14, "work")
    return tuple(
        replace(
            requester,
            organisation=organisation.part(1),
            organisation_identifiers=(identifier,) if identifier else (),
            telecoms=telecoms,
        )
        for requester in read_xcns(orc, 12, "requester") or read_xcns(obr, 16, "requester")
    )


def list_further_orders(message: Er7) -> tuple[str, ...]:
    """Return the places of the orders after the first. A referral is one demand, so these are for the desk to read."""
    return tuple(orc.place for orc in message.all("ORC")[1:])
