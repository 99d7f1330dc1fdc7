"""The answers: RRI^I12 to a referral, ACK to the rest.

Source: HL7 v2.5 §2.9.2 (original mode), §2.15.8 (MSA), table 0008; §11.5.1 (RRI). An answer speaks the
sender's delimiters, charset, version and processing id, and carries nothing of the message but where it came from and
its identifiers.
"""

from __future__ import annotations

import re

from adapters.hl7v2.er7 import Er7, Segment
from adapters.hl7v2.err import Verdict, errs
from adapters.hl7v2.header import kind, version
from adapters.hl7v2.identifiers import cx
from adapters.hl7v2.parser import envelope
from adapters.hl7v2.prd import PRD_FUNCTIONS
from adapters.hl7v2.syntax import Syntax, escape

_STATUSES = {"A": "Accepted", "R": "Rejected", "P": "Pending"}
_EVENT = re.compile(r"[A-Z][0-9]{2}")


def answer(raw: bytes, verdict: Verdict, *, now: str, control_id: str, hub: tuple[str, str]) -> bytes:
    """The answer to the message in `raw`, whatever its state: with no MSH to be read, an ACK that names no message.

    `now`: a DTM; `control_id`: the answer's own MSH-10; `hub`: our application and facility, where the message does not
    say to whom it spoke. Never raises on `raw`."""
    asked = envelope(raw) or Er7(Syntax(), ())
    syntax = asked.syntax
    lines = [_msh(asked, now, control_id, hub), _msa(asked, verdict), *errs(asked, verdict)]
    if kind(asked) == ("REF", "I12"):
        lines += _response(asked, verdict)
    written = "".join(syntax.field.join(line).rstrip(syntax.field) + "\r" for line in lines)
    return written.encode(syntax.codec, "replace")


def _msh(asked: Er7, now: str, control_id: str, hub: tuple[str, str]) -> list[str]:
    """MSH: 3 and 4 from the message's 5 and 6 and the other way round; 9, 10; 11, 12 and 18 as asked."""
    msh, syntax = asked.first("MSH"), asked.syntax
    ours = [escape(name, syntax) for name in hub]
    return [
        "MSH",
        syntax.msh2,
        *(msh.raw(5) or ours[0], msh.raw(6) or ours[1], msh.raw(3), msh.raw(4)),
        *(escape(now, syntax), ""),
        syntax.component.join(_answer_type(asked)),
        *(escape(control_id, syntax), msh.raw(11) or "P", msh.raw(12) or "2.5"),
        *("", "", "", "", ""),
        msh.raw(18),
    ]


def _answer_type(asked: Er7) -> tuple[str, ...]:
    asked_type, event = kind(asked)
    if not _EVENT.fullmatch(event):
        return ("ACK",)
    name, structure = ("RRI", "RRI_I12") if (asked_type, event) == ("REF", "I12") else ("ACK", "ACK")
    return (name, event, structure) if version(asked) >= (2, 4) else (name, event)


def _msa(asked: Er7, verdict: Verdict) -> list[str]:
    """MSA: 1 code, 2 the message's MSH-10, 3 our reference where no RF1 carries it."""
    reference = "" if kind(asked) == ("REF", "I12") else escape(verdict.reference, asked.syntax)
    return ["MSA", verdict.code, asked.first("MSH").raw(10), reference]


def _response(asked: Er7, verdict: Verdict) -> list[list[str]]:
    """RF1: 1 status, 6 the sender's identifier, 11 ours; then, of a message that was read, PRD: 1 and 7, and PID: 3."""
    syntax = asked.syntax
    rf1 = ["RF1", "", "", "", "", "", asked.first("RF1").raw(6), "", "", "", "", escape(verdict.reference, syntax)]
    if verdict.referral_status:
        status = (verdict.referral_status, _STATUSES[verdict.referral_status], "HL70283")
        rf1[1] = syntax.component.join(status)
    if not asked.first("PID"):
        return [rf1]
    providers = [_prd(prd) for prd in asked.all("PRD") if prd.text(1) in PRD_FUNCTIONS]
    return [rf1, *(providers or [["PRD", "RT"]]), _pid(asked)]


def _prd(prd: Segment) -> list[str]:
    return ["PRD", prd.text(1), "", "", "", "", "", prd.raw(7)]


def _pid(asked: Er7) -> list[str]:
    """The sender's own numbers, no national one, and a name of type S: there is one, and it is not said."""
    pid, syntax = asked.first("PID"), asked.syntax
    own = [value.raw for value in pid.values(3) if (found := cx(value, default="PI")) and found.kind == "PI"]
    return ["PID", "1", "", syntax.repetition.join(own), "", syntax.component * 6 + "S"]
