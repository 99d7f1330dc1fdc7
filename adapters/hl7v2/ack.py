"""The answers: RRI^I12 to a referral, ACK to the rest.

Source: HL7 v2.5 §2.9.2 (original mode), §2.15.8 (MSA), table 0008; §11.5.1 (RRI). An answer uses the delimiters,
charset, version and processing id of the message, and carries nothing of it but its origin and its identifiers.
"""

from __future__ import annotations

import re

from adapters.hl7v2.datatypes.identifiers import read_cx
from adapters.hl7v2.err import Verdict, write_errs
from adapters.hl7v2.header import read_message_type, read_version
from adapters.hl7v2.syntax.delimiters import Syntax, escape
from adapters.hl7v2.syntax.er7 import Er7, Segment
from adapters.hl7v2.syntax.parser import parse_envelope

_STATUSES = {"A": "Accepted", "R": "Rejected", "P": "Pending", "E": "Expired"}
_ENDED = ("R", "E")
_EVENT = re.compile(r"[A-Z][0-9]{2}")


def write_answer(raw: bytes, verdict: Verdict, *, now: str, control_id: str, hub: tuple[str, str]) -> bytes:
    """Return the answer to the message in `raw`, whatever its state: without a readable MSH, an ACK that names no
    message.

    `now`: a DTM; `control_id`: the answer's own MSH-10; `hub`: our application and facility, where the message does not
    name its receiver. Never raises on `raw`."""
    message = parse_envelope(raw) or Er7(Syntax(), ())
    syntax = message.syntax
    lines = [_write_msh(message, now, control_id, hub), _write_msa(message, verdict), *write_errs(message, verdict)]
    if read_message_type(message) == ("REF", "I12"):
        lines += _write_response(message, verdict)
    text = "".join(syntax.field.join(line).rstrip(syntax.field) + "\r" for line in lines)
    return text.encode(syntax.codec, "replace")


def _write_msh(message: Er7, now: str, control_id: str, hub: tuple[str, str]) -> list[str]:
    """MSH: 3 and 4 from the message's 5 and 6 and the other way round; 9, 10; 11, 12 and 18 as in the message."""
    msh, syntax = message.first("MSH"), message.syntax
    ours = [escape(name, syntax) for name in hub]
    return [
        "MSH",
        syntax.msh2,
        *(msh.raw(5) or ours[0], msh.raw(6) or ours[1], msh.raw(3), msh.raw(4)),
        *(escape(now, syntax), ""),
        syntax.component.join(_get_answer_type(message)),
        *(escape(control_id, syntax), msh.raw(11) or "P", msh.raw(12) or "2.5"),
        *("", "", "", "", ""),
        msh.raw(18),
    ]


def _get_answer_type(message: Er7) -> tuple[str, ...]:
    message_type, event = read_message_type(message)
    if not _EVENT.fullmatch(event):
        return ("ACK",)
    name, structure = ("RRI", "RRI_I12") if (message_type, event) == ("REF", "I12") else ("ACK", "ACK")
    return (name, event, structure) if read_version(message) >= (2, 4) else (name, event)


def _write_msa(message: Er7, verdict: Verdict) -> list[str]:
    """MSA: 1 code, 2 the message's MSH-10, 3 our reference where no RF1 carries it."""
    reference = "" if read_message_type(message) == ("REF", "I12") else escape(verdict.reference, message.syntax)
    return ["MSA", verdict.code, message.first("MSH").raw(10), reference]


def _write_response(message: Er7, verdict: Verdict) -> list[list[str]]:
    """RF1: 1 status, 6 the sender's identifier, 11 ours; then, of a message that was read, PRD: 1 and 7, and PID: 3."""
    syntax = message.syntax
    rf1 = ["RF1", "", "", "", "", "", message.first("RF1").raw(6), "", "", "", "", escape(verdict.reference, syntax)]
    if verdict.referral_status:
        # A demand that its sender gives as rejected or expired is kept as that, and is pending nowhere.
        status_sent = message.first("RF1").text(1).upper()
        code = status_sent if verdict.referral_status == "P" and status_sent in _ENDED else verdict.referral_status
        status = (code, _STATUSES[code], "HL70283")
        rf1[1] = syntax.component.join(status)
    if not message.first("PID"):
        return [rf1]
    providers = [_write_prd(prd) for prd in message.all("PRD")]
    return [rf1, *(providers or [["PRD", "RT"]]), _write_pid(message)]


def _write_prd(prd: Segment) -> list[str]:
    return ["PRD", prd.text(1), "", "", "", "", "", prd.raw(7)]


def _write_pid(message: Er7) -> list[str]:
    """PID: 3 the sender's own numbers, no national one; 5 a name of type S (pseudonym), in place of one that is not given."""
    pid, syntax = message.first("PID"), message.syntax
    numbers = [
        value.raw for value in pid.values(3) if (identifier := read_cx(value, default="PI")) and identifier.kind == "PI"
    ]
    return ["PID", "1", "", syntax.repetition.join(numbers), "", syntax.component * 6 + "S"]
