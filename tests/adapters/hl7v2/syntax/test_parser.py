from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.hl7v2.ack import write_answer
from adapters.hl7v2.adapter import read
from adapters.hl7v2.err import Verdict, build_refusal
from adapters.hl7v2.syntax.parser import MAX_FIELDS, MAX_REPETITIONS, MAX_SEGMENTS, parse, parse_envelope
from hub.domain.errors import HubError, Malformed
from tests.adapters.hl7v2.golden import GOLDEN

MSH = b"MSH|^~\\&|APP|FAC|||20260115||REF^I12|ID-1|P|2.5\r"
GOOD = (GOLDEN / "ref-complete-v28" / "in.hl7").read_bytes()


def test_values_are_found_by_field_repetition_component_and_subcomponent() -> None:
    message = parse(MSH + b'PID|1||A^^^X&1.2&ISO~B||""^Ada|\r')
    pid = message.first("PID")
    first, second = pid.values(3)
    assert (first.part(1), first.part(4), first.part(4, 2), second.part(1)) == ("A", "X", "1.2", "B")
    assert (pid.value(5).part(1), pid.value(5).part(2), pid.text(40)) == ("", "Ada", "")
    assert message.first("MSH").text(10) == "ID-1"


def test_an_absent_segment_is_empty_and_false() -> None:
    absent = parse(MSH).first("PV1")
    assert not absent
    assert (absent.text(2), absent.values(3)) == ("", ())


def test_places_count_the_segments_of_a_name() -> None:
    message = parse(MSH + b"DG1|1\rDG1|2||x\r")
    assert [segment.place for segment in message.all("DG1")] == ["DG1", "DG1[2]"]
    assert message.all("DG1")[1].value(3).place == "DG1[2]-3"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r"])
def test_any_line_end_ends_a_segment(end: bytes) -> None:
    message = parse(MSH.strip() + end + b"PID|1" + end + end + b"  NTE|1||x")
    assert [segment.name for segment in message.segments] == ["MSH", "PID", "NTE"]


def test_a_raw_line_break_in_a_free_text_stays_in_it() -> None:
    assert parse(MSH + b"NTE|1||first\nsecond line\n").first("NTE").value(3).whole == "first\nsecond line"


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (MSH + b"PID|1\rgarbage", "hl7-not-a-segment@line 3"),
        (MSH + b"NTE|1||x\nmore|of|it", "hl7-not-a-segment@line 3"),
        (MSH + MSH, "hl7-several-messages"),
        (MSH + b"NTE|\r" * MAX_SEGMENTS, "hl7-too-many-parts"),
        (MSH + b"PID" + b"|" * MAX_FIELDS, "hl7-too-many-parts@PID"),
        (MSH + b"PID|" + b"~" * MAX_REPETITIONS, "hl7-too-many-parts"),
        (b"MSH", "hl7-delimiters@MSH-2"),
        (b"MSHA^~\\&A", "hl7-delimiters@MSH-2"),
        (b"MSH|a~\\&|", "hl7-delimiters@MSH-2"),
        (b"MSH|^^\\&|", "hl7-delimiters@MSH-2"),
        (b"MSH|^~\\|&|", ""),
    ],
)
def test_what_no_reader_can_split_is_malformed_with_its_place(raw: bytes, error: str) -> None:
    if not error:
        assert parse(raw).syntax.subcomponent == "&"
        return
    with pytest.raises(Malformed) as refused:
        parse(raw)
    assert str(refused.value) == error


def test_an_envelope_is_had_from_a_message_that_cannot_be_read() -> None:
    found = parse_envelope(b"MSH|^^^^|APP|FAC|||20260115||REF^I12|ID-1|P|2.5\rgarbage")
    assert found
    assert found.first("MSH").text(10) == "ID-1"
    assert parse_envelope(b"nothing of the kind") is None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=3)), min_size=1, max_size=8))
def test_a_damaged_message_is_read_or_refused_and_always_answered(damages: list[tuple[int, bytes]]) -> None:
    raw = bytearray(GOOD)
    for place, damage in damages:
        raw[place : place + 1] = damage
    read_or_answer(bytes(raw))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"MSH", b"MSH|^~\\&|", MSH, MSH + b"PID|1||"]))
def test_any_bytes_are_read_or_refused_and_always_answered(noise: bytes, start: bytes) -> None:
    read_or_answer(start + noise)


def read_or_answer(raw: bytes) -> None:
    try:
        read(raw)
        verdict = Verdict("AA", referral_status="P")
    except HubError as error:
        verdict = build_refusal(error)
    answered = parse(write_answer(raw, verdict, now="20261121", control_id="HUB-1", hub=("MAILLAGE", "DAC")))
    assert answered.first("MSA").text(1) == verdict.code
