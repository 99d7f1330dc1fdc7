"""Every real message at hand: none may do anything but be read or refused, and each is answered."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from adapters.hl7v2.ack import write_answer
from adapters.hl7v2.adapter import read
from adapters.hl7v2.err import Verdict, build_refusal
from adapters.hl7v2.syntax.parser import parse, parse_envelope
from hub.domain.errors import HubError

ROOT = Path(__file__).parents[3]
MESSAGES = Path(os.environ.get("HUB_SHARED_DATA", ROOT.parent / "shared" / "data")) / "hl7v2"
# The only reasons for which a referral, an admission or a discharge may be refused: nothing tells it apart from another
# (MSH-10), or it is about nobody or about several people.
ACCEPTABLE = {
    ("required-missing", "MSH-10"),
    ("required-missing", "PID"),
    ("required-missing", "PID-5"),
    ("several-persons", "PID[2]"),
}
BROKEN = {
    "derived/bad-binary.hl7": "malformed@MSH",
    "derived/bad-no-pid.hl7": "required-missing@PID",
    "derived/bad-two-pid.hl7": "several-persons@PID[2]",
    "derived/bad-version-99.hl7": "hl7-version@MSH-12",
    "derived/enc-latin1-declared-UNICODE-UTF-8-LIE.hl7": "hl7-charset@MSH-18",
    "derived/mllp-garbage-between.bin": "hl7-several-messages",
    "derived/odd-null-fields.hl7": "required-missing@PID-5",
}
WANTED = {"REF^I12", "OMG^O19", "ADT^A01", "ADT^A03"}


@pytest.fixture(scope="module")
def messages() -> dict[str, bytes]:
    if not MESSAGES.is_dir():
        pytest.skip("no shared messages: set HUB_SHARED_DATA to try the reader on real ones")
    files = (file for file in sorted(MESSAGES.rglob("*")) if file.is_file() and file.suffix != ".json")
    return {str(file.relative_to(MESSAGES)): file.read_bytes() for file in files}


def outcome(raw: bytes) -> HubError | None:
    try:
        read(raw)
    except HubError as error:
        return error
    return None


def kind(raw: bytes) -> str:
    asked = parse_envelope(raw)
    said = asked.first("MSH").value(9) if asked else None
    return f"{said.part(1)}^{said.part(2)}" if said else ""


def test_i07_each_is_read_or_refused_and_answered_by_its_own_name(messages: dict[str, bytes]) -> None:
    for name, raw in messages.items():
        error, asked = outcome(raw), parse_envelope(raw)
        verdict = build_refusal(error) if error else Verdict("AA", reference="Task/1", referral_status="P")
        answered = parse(write_answer(raw, verdict, now="20261121", control_id="HUB-1", hub=("MAILLAGE", "DAC")))
        msa = answered.first("MSA")
        assert msa.raw(1) == verdict.code, name
        assert msa.raw(2) == (asked.first("MSH").raw(10) if asked else ""), name


def test_good_referrals_admissions_and_discharges_are_read(messages: dict[str, bytes]) -> None:
    read_of: Counter[str] = Counter()
    for name, raw in messages.items():
        if name in BROKEN or kind(raw) not in WANTED:
            continue
        error = outcome(raw)
        if error is None:
            read_of[kind(raw)] += 1
        else:
            assert {(problem.code, problem.where) for problem in error.problems} <= ACCEPTABLE, name
    assert read_of["REF^I12"] >= 8
    assert read_of["OMG^O19"] >= 1
    assert read_of["ADT^A01"] >= 30
    assert read_of["ADT^A03"] >= 4


@pytest.mark.parametrize(("name", "reason"), BROKEN.items())
def test_broken_ones_are_refused_for_the_right_reason(messages: dict[str, bytes], name: str, reason: str) -> None:
    assert str(outcome(messages[name])) == reason
