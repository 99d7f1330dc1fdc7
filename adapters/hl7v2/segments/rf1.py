"""RF1 → the status, urgency, kind, reason and dates of a demand.

Source: HL7 v2.5 §11.6.1, tables 0280 to 0284 and 0336; docs/domain.md §5.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adapters.hl7v2.datatypes.codes import read_code, read_codes
from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.datatypes.identifiers import read_ei
from adapters.hl7v2.syntax.er7 import Er7, Value
from hub.domain.referral.datatypes import Code, Identifier

STATUSES = {"P": "pending", "A": "accepted", "R": "rejected", "E": "expired"}
PRIORITIES = {"S": "stat", "A": "asap", "R": "routine", "U": "urgent"}
"""Table 0280, and `U`, which senders write there and in TQ1-9."""

NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Demand:
    """What RF1, or ORC with its OBR, gives of the demand itself; the fields are those of Referral."""

    status: str = ""
    priority: str = "routine"
    categories: tuple[Code, ...] = ()
    service: Code | None = None
    reason: str = ""
    reason_codes: tuple[Code, ...] = ()
    placer: Identifier | None = None
    filler: Identifier | None = None
    authored: str = ""
    start: str = ""
    end: str = ""


def read_demand(message: Er7, urgency: Mapping[str, str] = NO_WORDS) -> Demand:
    """Read RF1 as Demand: 1 status, 2 priority, 3 and 5 categories, 4 and 10 reason, 6 placer, 7 start, 8 end, 9 authored, 11
    filler. Without RF1 (it is optional): a routine demand of which nothing more is known. `urgency`: as `read_priority`."""
    rf1 = message.first("RF1")
    disposition, reasons = read_codes(rf1, 4, own_table="0282"), read_codes(rf1, 10, own_table="0336")
    categories = (read_code(rf1.value(3), own_table="0281"), read_code(rf1.value(5), own_table="0284"))
    return Demand(
        status=STATUSES.get(rf1.text(1), ""),
        priority=read_priority(rf1.value(2), urgency),
        categories=tuple(category for category in categories if category),
        reason=join_texts(disposition + reasons),
        reason_codes=disposition + reasons,
        placer=read_ei(rf1.value(6), "PLAC"),
        filler=read_ei(rf1.value(11), "FILL"),
        authored=read_datetime(rf1.value(9)),
        start=read_datetime(rf1.value(7)),
        end=read_datetime(rf1.value(8)),
    )


def read_priority(value: Value, urgency: Mapping[str, str]) -> str:
    """Return the priority of a code or word, routine for one that has no meaning here. Table 0280 is the sites' own, so the
    words of the source (`urgency`, folded) come first."""
    words = [value.part(component).casefold() for component in (1, 2)]
    local_priority = next((urgency[word] for word in words if word in urgency), "")
    return local_priority or PRIORITIES.get(value.part(1).upper(), "routine")


def join_texts(codes: tuple[Code, ...]) -> str:
    """Return codes as one line to read."""
    return " ; ".join(code.text or code.code for code in codes)
