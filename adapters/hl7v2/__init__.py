"""HL7 v2: REF^I12 and OMG^O19 are referrals, ADT are movements; each has its answer.

    raw bytes ──read──▶ Referral | Movement        (or Malformed, Invalid)
    raw bytes + Verdict ──answer──▶ ACK or RRI^I12

Source: HL7 v2.5 chapters 2, 3, 4 and 11; IHE PAM France; domain.md §5.1, 5.2, 5.7.
"""

from __future__ import annotations

from collections.abc import Callable

from adapters.hl7v2.ack import answer
from adapters.hl7v2.admission import adt
from adapters.hl7v2.er7 import Er7
from adapters.hl7v2.err import Verdict, refusal
from adapters.hl7v2.header import header, kind
from adapters.hl7v2.parser import parse
from adapters.hl7v2.referral import omg_o19, ref_i12
from hub.domain.referral import Header, Message

__all__ = ["Verdict", "answer", "read", "refusal"]

_READERS: dict[str, Callable[[Er7, Header], Message]] = {"REF": ref_i12, "OMG": omg_o19, "ADT": adt}


def read(raw: bytes, *, zone: str = "Europe/Paris") -> Message:
    """What an HL7 v2 message says. `zone`: the territory's, given to local times.

    Malformed: the bytes are not one readable message. Invalid: its type is not taken here (MSH-9), something that the
    hub needs is missing, a date is none, or it is about nobody or about several people. Problems name places."""
    message = parse(raw, zone)
    heading = header(message)
    return _READERS[kind(message)[0]](message, heading)
