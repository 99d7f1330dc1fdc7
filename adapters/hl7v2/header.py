"""MSH → Header, with the checks that HL7 requires of a receiver first.

Source: HL7 v2.5 §2.9.2.1 (original mode: message type, processing id, version) and §2.15.9 (MSH).
"""

from __future__ import annotations

import re

from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.errors import Invalid, Problem
from hub.domain.referral.message import Header

TYPES = {
    "REF": re.compile(r"I12"),
    "OMG": re.compile(r"O19"),
    "ADT": re.compile(r"A(0[1-9]|[1-5][0-9]|6[0-2])|Z99"),
}
"""The message types taken here, and which trigger events of each (Z99: IHE PAM's update of a movement)."""

_PROCESSING_IDS = ("", "P", "T", "D")  # production, training, debugging; old senders leave it out
_NUMBERS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})*")
_VERSION = re.compile(r"2(\.[0-9]+){0,2}|")


def read_header(message: Er7) -> Header:
    """Read MSH as Header: 4 sender, 7 sent at, 9 kind, 10 message id.

    `message_id` is MSH-4 and MSH-10 together: the key under which a message is received once (`docs/parts.md` 24).
    Invalid, with all that is wrong: MSH-9 missing or not of `TYPES`, MSH-10 missing, MSH-11 or MSH-12 unknown; else
    MSH-7 not a date."""
    msh = message.first("MSH")
    problems = [problem for problem in _find_problems(message, msh) if problem]
    if problems:
        raise Invalid(*problems)
    facility = msh.text(4)
    return Header(
        message_id=f"{facility}|{msh.text(10)}",
        kind="^".join(read_message_type(message)),
        sent_at=read_datetime(msh.value(7)),
        sender=facility or msh.text(3),
        application=msh.text(3),
    )


def read_message_type(message: Er7) -> tuple[str, str]:
    """Return message type and trigger event (MSH-9), "" for what is not given."""
    msh9 = message.first("MSH").value(9)
    return msh9.part(1), msh9.part(2)


def read_version(message: Er7) -> tuple[int, ...]:
    """Return MSH-12 as numbers to compare; (2, 5) when it is not a version."""
    text = message.first("MSH").text(12)
    return tuple(int(part) for part in text.split(".")) if _NUMBERS.fullmatch(text) else (2, 5)


def _find_problems(message: Er7, msh: Segment) -> tuple[Problem | None, ...]:
    message_type, event = read_message_type(message)
    is_taken = message_type in TYPES and TYPES[message_type].fullmatch(event)
    return (
        None if is_taken else Problem("unsupported-type" if message_type else "required-missing", "MSH-9"),
        None if msh.text(10) else Problem("required-missing", "MSH-10"),
        None if msh.text(11) in _PROCESSING_IDS else Problem("hl7-processing-id", "MSH-11"),
        None if _VERSION.fullmatch(msh.text(12)) else Problem("hl7-version", "MSH-12"),
    )
