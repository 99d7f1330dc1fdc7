"""B6, C13: the values of OBX-5."""

from __future__ import annotations

import pytest

from adapters.hl7v2.segments.obx import read_observations
from adapters.hl7v2.syntax.parser import parse
from hub.domain.referral.clinical import Measure

HEAD = "MSH|^~\\&|A|B|C|D|20260101||REF^I12|1|P|2.5\r"


def measure(kind: str, value: str, *, unit: str = "g", rest: str = "") -> Measure:
    body = f"{HEAD}OBX|1|{kind}|x^X^L||{value}|{unit}|{rest}\r"
    [only] = read_observations(parse(body.encode())).measures
    return only


@pytest.mark.parametrize(
    ("kind", "value", "number", "comparator"),
    [
        *(("NM", ".5", "0.5", ""), ("NM", "51,4", "51.4", ""), ("NM", "51.40", "51.40", ""), ("NM", "1E3", "1000", "")),
        *(("NM", ">100", "100", ">"), ("NM", "≤ 7", "7", "<="), ("NM", "-2", "-2", ""), ("SN", ">^100", "100", ">")),
        *(("SN", "<=^.5", "0.5", "<="), ("SN", "=^440", "440", ""), ("CQ", "7^mg", "7", "")),
    ],
)
def test_b_6_a_number_keeps_its_digits_and_its_comparator(kind: str, value: str, number: str, comparator: str) -> None:
    made = measure(kind, value)
    assert (made.number, made.comparator) == (number, comparator)
    assert made.unit is not None


def test_b_6_ranges_and_ratios() -> None:
    made = measure("SN", "^1^-^5")
    assert (made.number, made.high) == ("1", "5")
    made = measure("SN", "^1^:^128")
    assert (made.number, made.denominator) == ("1", "128")
    made = measure("NR", "^7")
    assert (made.number, made.high) == ("", "7")


@pytest.mark.parametrize(("kind", "value"), [("NM", "traces"), ("SN", "^2^+"), ("ST", "21"), ("NR", "a^b")])
def test_b_6_a_text_keeps_its_unit(kind: str, value: str) -> None:
    made = measure(kind, value, unit="mg/dl")
    assert made.number == ""
    assert made.value.endswith(" mg/dl")


@pytest.mark.parametrize(
    ("kind", "value", "moment", "time"),
    [
        ("DT", "20260301", "2026-03-01", ""),
        ("TM", "0930", "", "09:30:00"),
        ("DTM", "mars", "", ""),
        ("TM", "x", "", ""),
    ],
)
def test_c_13_dates_and_times_have_their_types(kind: str, value: str, moment: str, time: str) -> None:
    made = measure(kind, value, unit="")
    assert (made.moment, made.time) == (moment, time)
    assert made.value


@pytest.mark.parametrize(("code", "status"), [("F", "final"), ("N", "cancelled"), ("Z", "unknown"), ("", "final")])
def test_c_13_a_status_that_nobody_has_is_not_final(code: str, status: str) -> None:
    assert measure("ST", "x", rest=f"||||{code}").status == status


def test_b_6_range_flag_and_observer() -> None:
    made = measure("NM", "5", rest="1-4|H|||F|||20260101||12^MARTIN^ANNE")
    assert made.normal_range == "1-4"
    assert made.interpretations[0].code == "H"
    assert made.authors[0].names[0].family == "MARTIN"
