"""RXO, RXE, RXA, RXD and RXG → Treatment.

Source: HL7 v2.5 §4.14.1 (RXO), §4.14.4 (RXE), §4.14.5 (RXD), §4.14.6 (RXG), §4.14.7 (RXA).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.fields import list_remarks
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.referral.clinical import Treatment
from hub.domain.referral.datatypes import Code


@dataclass(frozen=True)
class _Fields:
    """The fields of one segment: the medicine, its dose, the unit, the time; 0 for a field that it lacks."""

    code: int
    dose: int
    unit: int
    start: int = 0
    end: int = 0


_FIELDS: Mapping[str, _Fields] = MappingProxyType(
    {
        "RXO": _Fields(1, 2, 4),
        "RXE": _Fields(2, 3, 5),
        "RXD": _Fields(2, 4, 5, start=3),
        "RXG": _Fields(4, 5, 7),
        "RXA": _Fields(5, 6, 7, start=3, end=4),
    }
)


def read_treatments(message: Er7) -> tuple[Treatment, ...]:
    """Read one treatment for each segment, with what it says besides as notes."""
    return tuple(_read_treatment(segment) for segment in message.segments if segment.name in _FIELDS)


def _read_treatment(segment: Segment) -> Treatment:
    fields = _FIELDS[segment.name]
    unit = read_code(segment.value(fields.unit))
    words = (segment.value(fields.dose).words, (unit.text or unit.code) if unit else "")
    return Treatment(
        code=read_code(segment.value(fields.code)) or Code(),
        dose=" ".join(word for word in words if word),
        start=read_datetime(segment.value(fields.start)) if fields.start else "",
        end=read_datetime(segment.value(fields.end)) if fields.end else "",
        notes=list_remarks(segment),
    )
