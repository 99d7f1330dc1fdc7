from __future__ import annotations

import pytest

from adapters.hl7v2.adapter import read
from hub.domain.errors import Invalid
from hub.domain.referral.message import Movement


def adt(event: str, *segments: str, pid: str = "PID|1||9^^^FAC^PI") -> Movement:
    msh = f"MSH|^~\\&|APP|FAC|||20260115||ADT^{event}|ID-1|P|2.5"
    message = read("\r".join([msh, pid, *segments]).encode())
    assert isinstance(message, Movement)
    return message


@pytest.mark.parametrize(
    ("event", "zbe", "kind", "cancelled"),
    [
        ("A01", "", "admit", False),
        ("A03", "", "discharge", False),
        ("A11", "", "admit", True),
        ("A13", "", "discharge", True),
        ("A12", "", "other", True),
        ("A04", "", "other", False),
        ("A40", "", "other", False),
        ("A01", "ZBE|1|20260115||CANCEL|N", "admit", True),
        ("A03", "ZBE|1|20260115||INSERT|N", "discharge", False),
        ("Z99", "ZBE|1|20260115||UPDATE|N|A01", "admit", False),
        ("Z99", "ZBE|1|20260115||CANCEL|N|A03", "discharge", True),
        ("Z99", "", "other", False),
    ],
)
def test_an_event_is_an_admission_a_discharge_or_another_and_may_be_taken_back(
    event: str, zbe: str, kind: str, cancelled: bool
) -> None:
    movement = adt(event, zbe) if zbe else adt(event)
    assert (movement.event, movement.cancelled) == (kind, cancelled)


def test_the_stay_has_the_time_of_the_event_where_it_has_none_of_its_own() -> None:
    evn, zbe = "EVN||20260114||||202601131000", "ZBE|1|202601121000"
    assert adt("A01", evn, zbe).stay.start == "2026-01-12T10:00:00+01:00"
    assert adt("A01", evn).stay.start == "2026-01-13T10:00:00+01:00"
    assert adt("A03", evn).stay.end == "2026-01-13T10:00:00+01:00"
    assert adt("A02", evn).stay.start == ""
    given = "PV1|" + "|".join(["", "I"] + [""] * 41 + ["20260110"])
    assert adt("A01", evn, given).stay.start == "2026-01-10"


def test_a_deleted_role_is_no_professional() -> None:
    doctor = "ODRP|10009999999^BIDON^MARCEL"
    assert [one.function for one in adt("A01", f"ROL||UC|{doctor}").professionals] == ["primary"]
    assert adt("A01", f"ROL||DE|{doctor}").professionals == ()


def test_a_movement_of_nobody_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        adt("A01", pid="PID|1||^^^FAC^PI||^^")
    assert str(refused.value) == "required-missing@PID-5"
