from __future__ import annotations

import pytest

from adapters.hl7v2.ack import write_answer
from adapters.hl7v2.err import CONDITIONS, Verdict, build_refusal
from adapters.hl7v2.syntax.er7 import Er7
from adapters.hl7v2.syntax.parser import parse
from hub.domain.errors import Invalid, Malformed, Problem
from hub.domain.messages import TEXTS

REF = (
    "MSH|^~\\&|APP|FAC^1.2^ISO|TO|THERE|20260115||{kind}|ID-7|T|{version}||||||{charset}\r"
    "RF1|P|R||||D-1^APP\r"
    "PID|1||9^^^FAC^PI~141039935012345^^^A&1.2.250.1.213.1.4.8&ISO^INS||Exemple^Zoé||19410305|F|||12 Rue A\r"
    "NTE|1||said in confidence\r"
)


def ask(kind: str = "REF^I12^REF_I12", version: str = "2.5", charset: str = "UNICODE UTF-8") -> bytes:
    return REF.format(kind=kind, version=version, charset=charset).encode()


def answered(raw: bytes, verdict: Verdict) -> Er7:
    return parse(write_answer(raw, verdict, now="20261121100000", control_id="HUB-1", hub=("MAILLAGE", "DAC")))


def test_an_answer_goes_back_where_the_message_came_from() -> None:
    msh = answered(ask(), Verdict("AA")).first("MSH")
    assert [msh.raw(number) for number in (3, 4, 5, 6)] == ["TO", "THERE", "APP", "FAC^1.2^ISO"]
    assert [msh.raw(number) for number in (7, 10, 11, 12, 18)] == [
        "20261121100000",
        "HUB-1",
        "T",
        "2.5",
        "UNICODE UTF-8",
    ]


def test_a_referral_is_answered_with_both_identifiers_and_its_status() -> None:
    message = answered(ask(), Verdict("AA", reference="Task/42", referral_status="A"))
    rf1 = message.first("RF1")
    assert message.first("MSH").raw(9) == "RRI^I12^RRI_I12"
    assert (message.first("MSA").raw(1), message.first("MSA").raw(2)) == ("AA", "ID-7")
    assert (rf1.text(1), rf1.raw(6), rf1.raw(11)) == ("A", "D-1^APP", "Task/42")


def test_an_answer_carries_nothing_of_the_person_but_the_senders_own_number() -> None:
    raw = write_answer(
        ask(), Verdict("AA", reference="Task/42", referral_status="P"), now="2026", control_id="1", hub=("", "")
    )
    assert parse(raw).first("PID").raw(3) == "9^^^FAC^PI"
    for secret in ("Exemple", "Zoé", "141039935012345", "19410305", "Rue", "confidence"):
        assert secret.encode() not in raw


@pytest.mark.parametrize(
    ("kind", "version", "type_"),
    [
        ("ADT^A01^ADT_A01", "2.5", "ACK^A01^ACK"),
        ("ADT^A03", "2.3", "ACK^A03"),
        ("REF^I12", "2.3.1", "RRI^I12"),
        ("OMG^O19^OMG_O19", "2.8", "ACK^O19^ACK"),
        ("REF^I14^REF_I12", "2.5", "ACK^I14^ACK"),
        ("XYZ", "2.5", "ACK"),
        ("ADT^not an event", "2.5", "ACK"),
    ],
)
def test_the_type_of_the_answer_follows_the_type_of_the_message(kind: str, version: str, type_: str) -> None:
    assert answered(ask(kind, version), Verdict("AA")).first("MSH").raw(9) == type_


def test_what_is_wrong_is_said_with_place_condition_and_text() -> None:
    problems = (Problem("bad-date", "DG1[2]-5"), Problem("required-missing", "PID-5"))
    first, second = answered(ask(), Verdict("AE", problems)).all("ERR")
    assert [first.raw(number) for number in (2, 3, 4, 5)] == [
        "DG1^2^5",
        "102^Data type error^HL70357",
        "E",
        "bad-date",
    ]
    assert first.text(8) == TEXTS["bad-date"][0]
    assert (second.raw(2), second.text(3)) == ("PID^1^5", "101")


def test_before_version_2_5_the_place_and_the_condition_are_one_field() -> None:
    problems = (Problem("bad-date", "PID-7"), Problem("required-missing", "PID-5"))
    (err,) = answered(ask(version="2.4"), Verdict("AE", problems)).all("ERR")
    assert err.raw(1) == "PID^1^7^102&Data type error&HL70357~PID^1^5^101&Required field missing&HL70357"


def test_a_french_sender_reads_french_in_its_own_charset() -> None:
    raw = ask(charset="8859/1|FR").decode().encode("cp1252")
    written = write_answer(raw, Verdict("AR", (Problem("hl7-too-large"),)), now="2026", control_id="1", hub=("", ""))
    assert TEXTS["hl7-too-large"][1] in written.decode("cp1252")


def test_a_problem_without_place_in_the_message_has_no_location() -> None:
    (err,) = answered(ask(), Verdict("AR", (Problem("hl7-too-large"),))).all("ERR")
    assert (err.raw(2), err.text(3)) == ("", "207")


@pytest.mark.parametrize("raw", [b"", b"nothing", b"\x00\xff", b"PID|1", b"MSH"])
def test_bytes_without_header_get_an_answer_of_our_own(raw: bytes) -> None:
    message = answered(raw, build_refusal(Malformed("malformed", where="MSH")))
    assert [message.first("MSH").raw(number) for number in (3, 4, 9)] == ["MAILLAGE", "DAC", "ACK"]
    assert (message.first("MSA").raw(1), message.first("MSA").raw(2)) == ("AR", "")
    assert message.first("ERR").raw(5) == "malformed"


def test_what_we_say_of_ourselves_cannot_break_the_answer() -> None:
    raw = write_answer(ask(), Verdict("AA", reference="a|b\rMSA|AE"), now="2026", control_id="1^2", hub=("|", "\r"))
    message = parse(raw)
    assert len(message.all("MSA")) == 1
    assert (message.first("RF1").text(11), message.first("MSH").text(10)) == ("a|b\rMSA|AE", "1^2")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Malformed("malformed"), "AR"),
        (Invalid("unsupported-type", where="MSH-9"), "AR"),
        (Invalid("hl7-version", where="MSH-12"), "AR"),
        (Invalid("hl7-processing-id", where="MSH-11"), "AE"),
        (Invalid("required-missing", where="PID-5"), "AE"),
    ],
)
def test_a_refusal_is_ar_for_what_cannot_be_taken_and_ae_for_what_can_be_corrected(error: Invalid, code: str) -> None:
    assert build_refusal(error).code == code
    assert build_refusal(error).problems == error.problems


def test_every_condition_is_of_a_code_of_the_catalogue() -> None:
    assert CONDITIONS.keys() <= TEXTS.keys()
