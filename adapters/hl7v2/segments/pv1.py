"""PV1, PV2, PID-18, ZBE and ZFM → Stay.

Source: HL7 v2.5 §3.4.3 (PV1), §3.4.4 (PV2); IHE PAM (ZBE), IHE PAM France (ZFM); docs/domain.md §5.2.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.hl7v2.datatypes.codes import read_code, read_codes
from adapters.hl7v2.datatypes.dates import read_datetime
from adapters.hl7v2.datatypes.identifiers import read_cx
from adapters.hl7v2.datatypes.people import read_xcns
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.referral.clinical import Stay
from hub.domain.referral.datatypes import Code

_PROFESSIONALS = {7: "attending", 8: "referring", 9: "consulting", 17: "admitting", 52: "other"}


def read_stay(message: Er7) -> Stay:
    """Read PV1 as Stay: 2 class, 3 location, 4 and 18 kinds, 5 and 50 further numbers, 6, 11, 42 and 43 further locations, 7,
    8, 9, 17 and 52 professionals, 10 service, 13 readmission, 14 source, 15 arrangements, 16 courtesy, 19 number, 36 (else
    ZFM-2) discharge, 37 destination, 38 diet, 44 start, 45 end; PV2 as Stay: 3 and 12 reason, 9 expected end; PID as Stay: 18
    account."""
    pv1, pv2 = message.first("PV1"), message.first("PV2")
    return Stay(
        patient_class=pv1.text(2),
        number=read_cx(pv1.value(19), default="VN"),
        account=read_cx(message.first("PID").value(18), default="AN"),
        location=pv1.value(3).words,
        start=read_datetime(pv1.value(44)),
        end=read_datetime(pv1.value(45)),
        expected_end=read_datetime(pv2.value(9)),
        reason=_choose_reason(read_code(pv2.value(3)), pv2.value(12).whole),
        professionals=tuple(
            professional
            for number, function in _PROFESSIONALS.items()
            for professional in read_xcns(pv1, number, function)
        ),
        discharge_to=pv1.value(36).words or message.first("ZFM").text(2),
        kinds=_read_each(pv1, {4: "0007", 18: ""}),
        service=read_code(pv1.value(10), own_table="0069"),
        source=read_code(pv1.value(14), own_table="0023"),
        readmission=read_code(pv1.value(13), own_table="0092"),
        diets=read_codes(pv1, 38, own_table="0114"),
        courtesies=_read_each(pv1, {16: "0099"}),
        arrangements=read_codes(pv1, 15, own_table="0009"),
        destination=pv1.value(37).words,
        other_locations=tuple(words for number in (6, 11, 42, 43) if (words := pv1.value(number).words)),
        identifiers=tuple(number for value in (pv1.value(5), pv1.value(50)) if (number := read_cx(value))),
    )


def _read_each(pv1: Segment, tables: Mapping[int, str]) -> tuple[Code, ...]:
    """Return the code of each field, by number, with the HL7 table that is bound to it."""
    codes = (read_code(pv1.value(number), own_table=table) for number, table in tables.items())
    return tuple(code for code in codes if code)


def _choose_reason(code: Code | None, description: str) -> Code | None:
    return code or (Code(text=description) if description else None)
