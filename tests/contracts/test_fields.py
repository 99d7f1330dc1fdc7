"""B1, B2: what a message says is read by the holder of the intake Task, or named in the answer (`docs/ledger-hl7.md`)."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.hl7v2.adapter import read
from adapters.hl7v2.syntax.parser import parse
from hub.domain.errors import HubError
from hub.domain.referral.message import Referral
from hub.fhir import loads
from hub.mapping import to_fhir
from tests.contracts.fields import NEVER_BY_ANSWER_ALONE, find, fold, list_notes, list_texts, list_values
from tests.hub.intake.conftest import Intake, task_in
from tests.hub.mapping.cases import context
from tests.territory import settle_territory

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("HUB_SHARED_DATA", ROOT.parent / "shared" / "data")) / "hl7v2"
DEMO = ROOT / "config" / "demo" / "demande.hl7"
OWN = [*sorted((ROOT / "tests" / "adapters" / "hl7v2" / "golden").glob("*/in.hl7")), DEMO]
_HANDED = ("Binary", "Provenance", "CarePlan", "CareTeam", "MedicationStatement")
MOST_BY_ANSWER_ALONE = 0.1


def list_referrals() -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of every message at hand, sent as a referral with a number of its own."""
    files = OWN + sorted(file for file in SHARED.rglob("*") if file.is_file() and file.suffix != ".json")
    for number, file in enumerate(files):
        raw = file.read_bytes().lstrip(b"\x0b\xef\xbb\xbf")
        header, _, rest = raw.replace(b"\r\n", b"\r").replace(b"\n", b"\r").partition(b"\r")
        fields = header.split(header[3:4]) if header.startswith(b"MSH") else []
        if len(fields) < 9:
            continue
        fields += [b""] * (12 - len(fields))
        fields[8:11] = [fields[1][:1].join((b"REF", b"I12")), b"N-%d" % number, b"P"]
        if not re.fullmatch(rb"2(\.[0-9]+){0,2}", fields[11]):
            fields[11] = b"2.5"
        made = header[3:4].join(fields) + b"\r" + rest
        try:
            if isinstance(read(made), Referral):
                yield str(file.name), made
        except HubError:
            continue


def count(raw: bytes, resources: list[dict], answer: frozenset[str]) -> tuple[Counter, list[str]]:
    """Return (how many values are where, the places of those that are not where they must be)."""
    texts = frozenset(map(fold, list_texts(resources)))
    notes = "\n".join(map(fold, list_notes(resources)))
    places, amiss = Counter(), []
    for segment, number, value in list_values(parse(raw)):
        place = find(segment, number, value, texts, notes, answer)
        places[place] += 1
        if place == "nowhere" or (place == "answer" and segment.name in NEVER_BY_ANSWER_ALONE):
            amiss.append(f"{value.place} {value.raw}")
    return places, amiss


def test_each_value_becomes_an_element_or_a_note_or_is_named_in_the_answer() -> None:
    total, amiss = Counter(), []
    for name, raw in list_referrals():
        referral = read(raw)
        made = [r for r in to_fhir(referral, context()).resources if r["resourceType"] not in _HANDED]
        places, left = count(raw, made, frozenset(problem.where for problem in referral.warnings))
        total += places
        amiss += [f"{name}: {place}" for place in left]
    print(dict(total))
    assert not amiss, "\n".join(amiss)
    assert total["answer"] <= MOST_BY_ANSWER_ALONE * total.total()


@pytest.mark.parametrize(
    "reader",
    [
        "adapters.hl7v2.referral.list_all_remarks",
        "adapters.hl7v2.referral.list_warnings",
        "adapters.hl7v2.segments.obx.list_remarks",
        "hub.mapping.clinical.build_reference_range",
    ],
)
def test_the_measure_notices_what_is_left_out(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault of B1 and B2 put back: one part of what is kept is dropped."""
    monkeypatch.setattr(reader, lambda *_: ())
    amiss = []
    for file in OWN:
        try:
            referral = read(file.read_bytes())
        except HubError:
            continue
        if isinstance(referral, Referral):
            made = [r for r in to_fhir(referral, context()).resources if r["resourceType"] not in _HANDED]
            places = frozenset(problem.where for problem in referral.warnings)
            amiss += count(file.read_bytes(), made, places)[1]
    assert amiss


@pytest.fixture
def intake(store, settings) -> Intake:
    return Intake(store, settings, settle_territory(store))


def test_the_desk_reads_them(intake: Intake) -> None:
    """Through the record: the desk reads the Task, then what it leads to."""
    total, amiss = Counter(), []
    # The demo's demand is that of a message before it, and so no new one (`docs/parts.md` 24).
    messages = [message for message in list_referrals() if message[0] != DEMO.name]
    for name, raw in messages[: len(OWN)] + messages[len(OWN) :: 9]:
        answer = intake.send("hosp_clinicien", raw)
        desk = intake.territory.open("guichet")
        task = loads(desk.read(task_in(answer)).body)
        names = {task["focus"]["reference"], task["for"]["reference"]}
        names |= {entry["valueReference"]["reference"] for entry in task["input"] if "valueReference" in entry}
        resources = [task, *(loads(desk.read(name).body) for name in sorted(names) if "Binary" not in name)]
        places, left = count(raw, resources, frozenset(_list_named(answer.body)))
        total += places
        amiss += [f"{name}: {place}" for place in left]
    print(dict(total))
    assert not amiss, "\n".join(amiss)
    assert total["answer"] <= MOST_BY_ANSWER_ALONE * total.total()


def _list_named(answer: bytes) -> Iterator[str]:
    """Yield the places that the ERR segments of an answer name."""
    message = parse(answer)
    for err in message.all("ERR"):
        for value in (*err.values(2), *err.values(1)):
            name, rank, field = value.part(1), value.part(2), value.part(3)
            place = name if rank in ("", "1") else f"{name}[{rank}]"
            yield f"{place}-{field}" if field else place
