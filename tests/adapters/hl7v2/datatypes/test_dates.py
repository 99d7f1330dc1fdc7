from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.hl7v2.datatypes import dates
from adapters.hl7v2.datatypes.dates import is_datetime, read_date, read_datetime, read_time
from adapters.hl7v2.syntax.delimiters import Syntax
from adapters.hl7v2.syntax.er7 import Value
from hub.domain.territory import load_territory


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


def test_c_3_without_a_zone_of_the_source_it_is_of_the_territory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_datetime(value("20261120000000", "")) == "2026-11-20T00:00:00+01:00"
    monkeypatch.setattr(dates, "load_territory", lambda: replace(load_territory(), zone="Indian/Reunion"))
    assert read_datetime(value("20261120000000", "")) == "2026-11-20T00:00:00+04:00"


def test_a_day_leaves_the_hour_out() -> None:
    assert read_date(value("19380214041500")) == "1938-02-14"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        *((text, "") for text in ("31/12/1979", "0000", "00000000", "1", "20261", "mars 2026", "٢٠٢٦")),
        *(
            ("19790230", "1979-02"),
            ("19791301", "1979"),
            ("1979-12-31", "1979"),
            ("19410000", "1941"),
            ("19410500", "1941-05"),
        ),
        *(("202601142500", "2026-01-14"), ("20260114093061", "2026-01-14"), ("20260114093015+2500", "2026-01-14")),
    ],
)
def test_b_9_of_what_is_no_date_the_part_that_is_one_is_kept(written: str, kept: str) -> None:
    assert read_datetime(value(written)) == kept
    assert not is_datetime(value(written))


@pytest.mark.parametrize(
    ("written", "time"), [("0930", "09:30:00"), ("093015.5", "09:30:15.5"), ("09", "09:00:00"), ("2561", ""), ("x", "")]
)
def test_c_13_a_time_of_day_has_its_seconds(written: str, time: str) -> None:
    assert read_time(value(written)) == time


def test_b_10_an_offset_is_a_zone_too() -> None:
    assert read_datetime(value("202601140930", "+0400")) == "2026-01-14T09:30:00+04:00"
