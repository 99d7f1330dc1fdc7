"""IN1 and IN2 → Cover.

Source: HL7 v2.5 §6.5.6 and 6.5.7; docs/domain.md §5.1.
"""

from __future__ import annotations

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_date
from adapters.hl7v2.datatypes.identifiers import read_cx
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.referral.message import Cover


def read_covers(message: Er7) -> tuple[Cover, ...]:
    """Read one cover for each IN1, with the IN2 that follows it."""
    none = message.first("")
    following = (*message.segments[1:], none)
    return tuple(
        _read_cover(segment, after if after.name == "IN2" else none)
        for segment, after in zip(message.segments, following, strict=True)
        if segment.name == "IN1"
    )


def _read_cover(in1: Segment, in2: Segment) -> Cover:
    """Read IN1 as Cover: 1 rank, 2 kind, 3 identifiers, 4 payor, 8 and 9 group, 12 start, 13 end, 15 plan, 17 relationship,
    36 (else 49, IN2-61) subscriber id."""
    return Cover(
        payor=in1.text(4),
        kind=read_code(in1.value(2)),
        subscriber_id=in1.text(36) or in1.text(49) or in2.text(61),
        group=in1.text(8),
        start=read_date(in1.value(12)),
        end=read_date(in1.value(13)),
        identifiers=tuple(identifier for value in in1.values(3) if (identifier := read_cx(value))),
        group_name=in1.text(9),
        plan=read_code(in1.value(15)),
        relationship=read_code(in1.value(17), own_table="0063"),
        rank=in1.text(1).lstrip("0") if in1.text(1).isdecimal() else "",
    )
