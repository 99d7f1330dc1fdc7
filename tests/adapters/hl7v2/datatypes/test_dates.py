from __future__ import annotations

import pytest

from adapters.hl7v2.datatypes.dates import read_date, read_datetime
from adapters.hl7v2.syntax.delimiters import Syntax
from adapters.hl7v2.syntax.er7 import Value
from hub.domain.errors import Invalid


def value(written: str, zone: str = "Europe/Paris") -> Value:
    return Value(written, "PID-7", Syntax(zone=zone))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", ""),
        ('""', ""),
        ("1938", "1938"),
        ("193802", "1938-02"),
        ("19380214", "1938-02-14"),
        ("20240229", "2024-02-29"),
        ("2026071409", "2026-07-14T09:00:00+02:00"),
        ("202601140930", "2026-01-14T09:30:00+01:00"),
        ("20260114093015.2970", "2026-01-14T09:30:15.2970+01:00"),
        ("20260114093015-0500", "2026-01-14T09:30:15-05:00"),
        ("20260114+0100", "2026-01-14"),
        ("20260114093015^D", "2026-01-14T09:30:15+01:00"),
    ],
)
def test_a_time_keeps_the_precision_of_its_sender(written: str, said: str) -> None:
    assert read_datetime(value(written)) == said


def test_a_local_time_is_of_the_territory() -> None:
    assert read_datetime(value("202601140930", "America/Cayenne")) == "2026-01-14T09:30:00-03:00"


def test_a_day_leaves_the_hour_out() -> None:
    assert read_date(value("19380214041500")) == "1938-02-14"


@pytest.mark.parametrize(
    "written",
    [
        *("31/12/1979", "1979-12-31", "19790230", "19791301", "19790000", "0000", "1", "unknown", "٢٠٢٦"),
        *("202601142500", "20260114093061", "20260114093015+2500", "201610015080000"),
    ],
)
def test_what_is_no_date_is_refused_at_its_place(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_datetime(value(written))
    assert str(refused.value) == "bad-date@PID-7"
