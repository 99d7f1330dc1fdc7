"""The adapter of HL7 v2: REF^I12, OMG^O19 and ADT in, ACK or RRI^I12 out.

    bytes ──read──▶ Referral | Movement                  (or Malformed, Invalid)
    bytes + Result ──answer──▶ ACK or RRI^I12

Source: HL7 v2.5 chapters 2, 3, 4 and 11; IHE PAM France; `docs/domain.md` §5.1, §5.2, §5.7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from marshmallow import validate
from marshmallow.fields import Field

from adapters.adapter import Adapter, ReceivedMessage, Reply, Result, Source
from adapters.fields import Table, Text
from adapters.hl7v2.ack import write_answer
from adapters.hl7v2.err import Verdict, build_refusal
from adapters.hl7v2.header import read_header, read_message_type
from adapters.hl7v2.hidden import refuse_hidden
from adapters.hl7v2.movement import read_adt
from adapters.hl7v2.referral import read_omg_o19, read_ref_i12
from adapters.hl7v2.segments.rf1 import NO_WORDS
from adapters.hl7v2.syntax.er7 import Er7
from adapters.hl7v2.syntax.parser import parse
from hub.domain.errors import HubError
from hub.domain.referral.message import Header, Message

_READERS: dict[str, Callable[[Er7, Header, Mapping[str, str]], Message]] = {
    "REF": read_ref_i12,
    "OMG": read_omg_o19,
    "ADT": lambda message, header, _: read_adt(message, header),
}
_PRIORITIES = ("routine", "urgent", "asap", "stat")
_HUB = ("MAILLAGE", "")  # application and facility, for a message that does not name its receiver
_CONTROL_ID_LENGTH = 20  # of MSH-10 in v2.5
_DESCRIPTION: dict[str, Any] = {
    "messages": ["REF^I12", "OMG^O19", "ADT^A01", "ADT^A03"],
    "required": ["MSH-10", "PID-5"],
    "example": "MSH|^~\\&|DPI|CHU|MAILLAGE|DAC|20260301101500||REF^I12^REF_I12|M-0001|P|2.5\r"
    "RF1|P|R||||D-0001\rPID|||0000001^^^CHU^PI||EXEMPLE^Alix^^^^^D||19420315|F\r",
}


class Hl7v2Adapter(Adapter):
    """HL7 v2 in ER7. An answer is HTTP 200 whatever it says: MSA-1 says whether the message was accepted."""

    media_types = ("application/hl7-v2", "x-application/hl7-v2+er7")
    identifiers_place = "PID-3"
    settings: Mapping[str, Field[Any]] = MappingProxyType(
        {"urgency": Table(keys=Text(), values=Text(validate=validate.OneOf(_PRIORITIES, error="unknown-code")))}
    )

    def describe(self, source: Source) -> dict[str, Any]:
        """Return the message types taken, the required fields, and a referral."""
        return _DESCRIPTION

    def read(self, body: bytes, source: Source) -> Message:
        """Read one referral or movement; see `read`."""
        urgency = {word.casefold(): priority for word, priority in source.settings.get("urgency", {}).items()}
        return read(body, zone=source.zone, urgency=urgency)

    def answer(self, message: ReceivedMessage, results: Sequence[Result]) -> Reply:
        """Write the ACK or RRI^I12 in the media type of the message. Its date is when the message first came."""
        [result] = results
        body = write_answer(
            message.body,
            build_verdict(result),
            now=message.time.strftime("%Y%m%d%H%M%S+0000"),
            control_id=message.id[:_CONTROL_ID_LENGTH],
            hub=_HUB,
        )
        return Reply(body, message.media_type)

    def get_status(self, error: HubError | None) -> int:
        """Return 200."""
        return 200


def read(body: bytes, *, zone: str = "", urgency: Mapping[str, str] = NO_WORDS) -> Message:
    """Read one message. `zone`: the source's, given to local times of a message whose MSH-7 has no offset; `urgency`: its own
    words of urgency, folded → priority.

    Malformed: the bytes are not one readable message. Invalid: its type is not taken here (MSH-9), something required is
    missing, it has a document that its sender hides, or it is about nobody or about several people. Places are as `PID-3`."""
    message = parse(body, zone)
    heading = read_header(message)  # checks the message type first
    refuse_hidden(message)
    return _READERS[read_message_type(message)[0]](message, heading, urgency)


def build_verdict(result: Result) -> Verdict:
    """Return what MSA, ERR and RF1 say of a result. A demand that was accepted is pending (RF1-1 `P`) at the desk,
    unless its sender itself takes it back (`write_answer`)."""
    if result.error is not None:
        return build_refusal(result.error)
    return Verdict("AA", result.warnings, reference=result.task, referral_status="P" if result.task else "")
