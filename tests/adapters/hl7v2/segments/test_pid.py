from __future__ import annotations

import pytest

from adapters.hl7v2.segments.pid import read_person
from adapters.hl7v2.syntax.parser import parse
from hub.domain.errors import Invalid
from hub.domain.referral.people import Person

MSH = "MSH|^~\\&|APP|FAC|||20260115||ADT^A01|ID-1|P|2.5\r"


def pid(fields: dict[int, str], after: str = "") -> Person:
    written = "|".join(["PID", *(fields.get(number, "") for number in range(1, 40))])
    return read_person(parse((MSH + written + "\r" + after).encode()))


@pytest.mark.parametrize(
    ("said", "after", "status"),
    [
        ("", "", ""),
        ("", "ZFD|||Y|N|INSI", ""),
        ("PROV", "ZFD|||Y|N|INSI", "PROV"),
        ("VALI", "", "VALI"),
        ("VALI", "ZFD|||Y|N|SM", "VALI"),
        ("VALI", "ZFD|||Y|N|INSI", "QUAL"),
        ("QUAL", "", "QUAL"),
        ("RECUP", "", "RECUP"),
        ("AL", "", ""),
    ],
)
def test_an_identity_is_qualified_only_when_validated_and_found(said: str, after: str, status: str) -> None:
    assert pid({32: said}, after).identity_status == status


@pytest.mark.parametrize(
    ("said", "gender"),
    [("F", "female"), ("male", "male"), ("O", "other"), ("A", "other"), ("U", "unknown"), ("I", "unknown"), ("", "")],
)
def test_a_gender_is_fhirs(said: str, gender: str) -> None:
    assert pid({8: said}).gender == gender


def test_an_ins_that_is_not_qualified_is_kept_and_its_status_says_so() -> None:
    who = pid({3: "141039935012345^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS", 32: "PROV"})
    assert (who.identifiers[0].kind, who.identity_status) == ("INS", "PROV")


def test_old_messages_have_the_number_in_the_second_field() -> None:
    assert pid({2: "77"}).identifiers[0].value == "77"
    assert [identifier.value for identifier in pid({2: "77", 3: "78", 4: "79"}).identifiers] == ["78", "77", "79"]
    assert [identifier.kind for identifier in pid({2: "77", 3: "78", 4: "79"}).identifiers] == ["PI", "XX", "XX"]


@pytest.mark.parametrize(
    ("time", "flag", "deceased"), [("20260101", "Y", "2026-01-01"), ("", "Y", "true"), ("", "N", "false"), ("", "", "")]
)
def test_a_death_is_its_time_or_the_bare_fact(time: str, flag: str, deceased: str) -> None:
    assert pid({29: time, 30: flag}).deceased == deceased


@pytest.mark.parametrize(
    ("written", "error"), [("", "required-missing@PID"), ("PID|1\rPID|2", "several-persons@PID[2]")]
)
def test_a_message_is_about_one_person(written: str, error: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_person(parse((MSH + written).encode()))
    assert str(refused.value) == error
