"""B2, B5, B9: what cannot be used is said, and refuses nothing."""

from __future__ import annotations

import pytest

from adapters.adapter import Result
from adapters.hl7v2.ack import write_answer
from adapters.hl7v2.adapter import build_verdict, read
from hub.domain.errors import Conflict, Problem
from hub.domain.referral.message import Referral

HEAD = "MSH|^~\\&|A|B|C|D|{sent}||REF^I12|1|P|2.5\r"
PERSON = "PID|1||7^^^B^PI||EXEMPLE^ALIX||{birth}|F\r"


def referral(*segments: str, sent: str = "20261101", birth: str = "19400301", urgency: dict | None = None) -> Referral:
    text = HEAD.format(sent=sent) + "".join(f"{segment}\r" for segment in segments) + PERSON.format(birth=birth)
    return read(text.encode(), urgency=urgency or {})


@pytest.mark.parametrize(
    ("segment", "code", "place"),
    [
        ("OBX|1|ST|x||y||||||F|||20261", "bad-date", "OBX-14"),
        ("DG1|1||I10||mars 2026", "bad-date", "DG1-5"),
        ("OBX|1|ED|x||^AP^PDF^Base64^%%%||||||F", "bad-attachment", "OBX-5"),
        ("RF1|Q|U", "unknown-code", "RF1-1"),
        ("RF1|P|URG", "unknown-code", "RF1-2"),
        ("ZZZ|1|word", "unread", "ZZZ"),
        ("PV1|7|I", "kept-in-message", "PV1-1"),
    ],
)
def test_b_9_a_bad_detail_is_a_warning(segment: str, code: str, place: str) -> None:
    assert Problem(code, place) in referral(segment).warnings


@pytest.mark.parametrize(
    ("birth", "kept", "code"),
    [
        ("19410000", "1941", "bad-date"),
        ("00000000", "", "bad-date"),
        ("18991231", "", "implausible-date"),
        ("20270101", "", "implausible-date"),
        ("20261101", "2026-11-01", ""),
    ],
)
def test_b_9_a_birth_that_cannot_be_is_said_and_left_out(birth: str, kept: str, code: str) -> None:
    made = referral(birth=birth)
    assert made.person.birth_date == kept
    assert [problem.code for problem in made.warnings if problem.where == "PID-7"] == ([code] if code else [])
    assert any(remark.startswith("PID-7 ") for remark in made.remarks) == bool(code)


def test_b_5_the_words_of_the_source_say_how_urgent() -> None:
    made = referral("RF1|P|URG^Urgent", urgency={"urg": "urgent"})
    assert made.priority == "urgent"
    assert "RF1-2" not in {problem.where for problem in made.warnings}
    assert "RF1-2 priorité : URG, Urgent" in made.remarks
    assert referral("RF1|P|URG^Urgent").priority == "routine"


@pytest.mark.parametrize(("sent", "said"), [("P", "P"), ("A", "P"), ("R", "R"), ("E", "E"), ("Q", "P"), ("", "P")])
def test_b_5_the_answer_says_what_was_kept(sent: str, said: str) -> None:
    raw = (HEAD.format(sent="20261101") + f"RF1|{sent}\r" + PERSON.format(birth="1940")).encode()
    answer = write_answer(raw, build_verdict(Result("Task/1")), now="2026", control_id="1", hub=("M", "D")).decode()
    assert f"RF1|{said}^" in answer


def test_b_5_of_a_known_message_id_nothing_is_said_of_its_demand() -> None:
    raw = (HEAD.format(sent="20261101") + "RF1|P\r" + PERSON.format(birth="1940")).encode()
    verdict = build_verdict(Result(error=Conflict("message-id-reused")))
    answer = write_answer(raw, verdict, now="2026", control_id="1", hub=("M", "D")).decode()
    assert "MSA|AR|1" in answer
    assert "R^Rejected" not in answer


def test_b_2_warnings_are_in_the_answer_with_their_place() -> None:
    raw = (HEAD.format(sent="20261101") + "ZZZ|1\r" + PERSON.format(birth="1940")).encode()
    verdict = build_verdict(Result("Task/1", warnings=read(raw).warnings))
    answer = write_answer(raw, verdict, now="2026", control_id="1", hub=("M", "D")).decode()
    assert "MSA|AA|1" in answer
    assert "ERR||ZZZ^1|0^Message accepted^HL70357|W|unread|" in answer


def test_b_10_the_offset_of_the_header_is_that_of_the_message() -> None:
    made = referral("OBX|1|ST|x||y||||||F|||202611010930", sent="20261101080000+0400")
    assert made.measures[0].at == "2026-11-01T09:30:00+04:00"


def test_b_8_one_doctor_said_twice_is_one() -> None:
    doctor = "899999999999^MARTIN^ANNE^^^^^^P&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    made = referral(f"PD1||||{doctor}", f"ROL|1|AD|ODRP|{doctor}||||||||^WPN^PH^^^^^^^^^0199000001")
    [primary] = [professional for professional in made.professionals if professional.function == "primary"]
    assert primary.telecoms


def test_b_8_an_association_and_the_roles_that_the_hub_does_not_act_on() -> None:
    made = referral("NK1|1||GRD||||||||||Association Tutélaire", "PRD|IR|DURAND^PAUL||||||R1^L")
    assert made.relatives[0].organisation == "Association Tutélaire"
    assert made.professionals[0].function == "other"
    assert "PRD-1 fonction : IR" in made.remarks
