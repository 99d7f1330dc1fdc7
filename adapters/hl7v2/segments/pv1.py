"""PV1, PV2, PID-18, ZBE and ZFM → Stay.

Source: HL7 v2.5 §3.4.3 (PV1), §3.4.4 (PV2); IHE PAM (ZBE), IHE PAM France (ZFM); docs/domain.md §5.2.
"""

from __future__ import annotations

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.datatypes.identifiers import read_cx
from adapters.hl7v2.datatypes.people import read_xcns
from adapters.hl7v2.syntax.er7 import Er7, Value
from hub.domain.referral import Code, Stay

_PLACE = (1, 2, 3, 4, 7, 8, 9)  # PL: point of care, room, bed, facility, building, floor, description


def read_stay(message: Er7) -> Stay:
    """PV1[Stay]: 2 class, 3 location, 7 attending, 8 referring, 19 number, 36 (else ZFM-2) discharge, 44 start, 45 end;
    PV2[Stay]: 3 and 12 reason, 9 expected end; PID[Stay]: 18 account."""
    pv1, pv2 = message.first("PV1"), message.first("PV2")
    return Stay(
        patient_class=pv1.text(2),
        number=read_cx(pv1.value(19), default="VN"),
        account=read_cx(message.first("PID").value(18), default="AN"),
        location=_read_location(pv1.value(3)),
        start=read_datetime(pv1.value(44)),
        end=read_datetime(pv1.value(45)),
        expected_end=read_datetime(pv2.value(9)),
        reason=_choose_reason(read_code(pv2.value(3)), pv2.value(12).whole),
        professionals=read_xcns(pv1, 7, "attending") + read_xcns(pv1, 8, "referring"),
        discharge_to=pv1.text(36) or message.first("ZFM").text(2),
    )


def _read_location(place: Value) -> str:
    return ", ".join(part for number in _PLACE if (part := place.part(number)))


def _choose_reason(code: Code | None, description: str) -> Code | None:
    return code or (Code(text=description) if description else None)
