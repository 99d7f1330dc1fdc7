"""B1, B2: what a FHIR message says is read by the holder of the intake Task, or named in the answer (`docs/ledger-fhir.md`)."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.fhir.elements.parse import encode_canonical
from adapters.fhir.ledger import find_line, load_elements
from adapters.fhir.referral import read
from hub.conformance import check
from hub.domain.errors import HubError
from hub.domain.referral.message import Referral
from hub.fhir import loads
from hub.mapping import to_fhir
from tests import r4
from tests.contracts.elements import find, list_resources, list_values, parse
from tests.contracts.fields import fold, list_notes, list_texts
from tests.hub.intake import letters
from tests.hub.intake.conftest import Intake, task_in
from tests.hub.mapping.cases import context
from tests.territory import settle_territory

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "adapters" / "fhir" / "golden"
FRENCH = ("fr", "referral_igs")
MOST_BY_ANSWER_ALONE = 0.1
_HANDED = ("Binary", "Provenance", "CarePlan", "CareTeam")
_ABOUT = ("subject", "patient", "beneficiary", "for")
PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "EXEMPLE", "given": ["Alix"]}]}
REQUEST = {
    "resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order", "subject": {"reference": "Patient/p"},
}  # fmt: skip


def wrap(number: int, *resources: dict) -> bytes:
    """A transaction that asks for something for one person, with these resources about her."""
    entries = [{"fullUrl": f"https://cabinet.example/{r['resourceType']}/{r['id']}", "resource": r} for r in resources]
    whole = {"resourceType": "Bundle", "type": "collection", "identifier": {"value": f"N-{number}"}, "entry": entries}
    return encode_canonical(whole)


def point_to_person(resource: dict) -> dict:
    """The resource, about the person of `wrap`, with an id of its own."""
    made = {**copy.deepcopy(resource), "id": f"r-{resource.get('id', 'x')}"[:64]}
    for key in _ABOUT:
        if isinstance(made.get(key), dict):
            made[key] = {"reference": "Patient/p"}
    return made


def list_own() -> Iterator[tuple[str, bytes]]:
    yield "letter", letters.bundle()
    for file in sorted(GOLDEN.glob("*/in.json")):
        yield file.parent.name, file.read_bytes()


def list_real() -> Iterator[tuple[str, bytes]]:
    """Yield each published example of a type that the door takes, and each resource of the French guides, sent with a demand."""
    taken = frozenset(load_elements()) - {"Patient", "ServiceRequest", "Task", "MessageHeader", "Binary"}
    for number, (path, resource) in enumerate(r4.r4_examples(taken)):
        yield path.name, wrap(number, PATIENT, REQUEST, point_to_person(resource))
    folder = r4.shared_data()
    files = sorted(file for name in FRENCH for file in (folder / name).rglob("*.json")) if folder else []
    for number, path in enumerate(files, start=100_000):
        if "profiles" in path.parts or path.stat().st_size > 100_000:
            continue
        resource = r4.read(path)
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if kind in taken or kind in (
            "QuestionnaireResponse",
            "Flag",
            "Composition",
            "Device",
            "Immunization",
            "CarePlan",
            "Goal",
        ):
            yield path.name, wrap(number, PATIENT, REQUEST, point_to_person(resource))
        elif kind == "Bundle":
            yield path.name, path.read_bytes()


def read_all(messages: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes, Referral]]:
    for name, raw in messages:
        try:
            referral = read(raw)
        except HubError:
            continue
        yield name, raw, referral


def count(raw: bytes, resources: list[dict], answer: frozenset[str], data: frozenset[str]) -> tuple[Counter, list[str]]:
    """Return (how many values are where, the places of those that are nowhere)."""
    texts = frozenset(map(fold, list_texts(resources)))
    notes = "\n".join(map(fold, list_notes(resources)))
    places, amiss = Counter(), []
    for value in list_values(parse(raw)):
        place = find(value, texts, notes, answer, data)
        places[place] += 1
        if place == "nowhere":
            amiss.append(f"{value.place} = {value.value!r}")
    return places, amiss


def measure(raw: bytes, referral: Referral) -> tuple[Counter, list[str]]:
    everything = to_fhir(referral, context()).resources
    made = [json.loads(json.dumps(r, default=str)) for r in everything if r["resourceType"] not in _HANDED]
    data = frozenset(r["data"] for r in everything if r["resourceType"] == "Binary")
    return count(raw, made, frozenset(problem.where for problem in referral.warnings), data)


@pytest.mark.parametrize("messages", [list_own, pytest.param(list_real, marks=r4.needs_data)])
def test_each_value_becomes_an_element_or_a_note_or_is_named_in_the_answer(messages) -> None:
    total, amiss, number = Counter(), [], 0
    for name, raw, referral in read_all(messages()):
        places, left = measure(raw, referral)
        total += places
        number += 1
        amiss += [f"{name}: {place}" for place in left]
    print(number, dict(total))
    assert not amiss, "\n".join(amiss[:200])
    assert total["answer"] <= MOST_BY_ANSWER_ALONE * total.total()


FUZZED = (
    "Condition", "AllergyIntolerance", "Observation", "MedicationStatement", "Encounter", "Coverage", "RelatedPerson",
    "DocumentReference", "QuestionnaireResponse",
)  # fmt: skip


@pytest.mark.parametrize("kind", FUZZED)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_r4_allows_is_read_and_written_as_r4(kind: str, data: st.DataObject) -> None:
    resource = _without_modifiers(copy.deepcopy(data.draw(r4.generated(kind))))
    links = {key: {"reference": "Patient/p"} for key in _ABOUT if find_line(kind, key).link}
    raw = wrap(1, PATIENT, REQUEST, {**resource, **links, "resourceType": kind, "id": "x"})
    referral = read(raw)
    for written in to_fhir(referral, context()).resources:
        check(written)
    assert not measure(raw, referral)[1]


def _without_modifiers(value: Any) -> Any:
    """A JSON value without the elements that a letter may not have."""
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if key not in ("modifierExtension", "implicitRules")}
        return {key: _without_modifiers(inner) for key, inner in kept.items()}
    return [_without_modifiers(item) for item in value] if isinstance(value, list) else value


@r4.needs_data
def test_what_is_taken_over_is_r4() -> None:
    for name, _, referral in read_all(list_real()):
        for resource in to_fhir(referral, context()).resources:
            try:
                check(resource)
            except HubError as error:
                raise AssertionError(f"{name}: {resource['resourceType']}: {error}") from error


@pytest.mark.parametrize(
    "reader",
    [
        "adapters.fhir.referral.remarks.list_all_remarks",
        "adapters.fhir.resources.clinical.list_own_remarks",
        "adapters.fhir.resources.medication.list_own_remarks",
    ],
)
def test_the_measure_notices_what_is_left_out(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The faults put back: one part of what is kept is dropped."""
    monkeypatch.setattr(reader, lambda *_: ())
    resources = [
        {"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "Chien méchant"}},
        {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Pouls"}, "valueQuantity": {"value": 71},
         "device": {"display": "Oxymètre"}},
        {"resourceType": "MedicationStatement", "id": "m", "status": "active", "medicationCodeableConcept": {"text": "Aspirine"},
         "dosage": [{"text": "75 mg le matin"}], "informationSource": {"display": "sa fille"}},
    ]  # fmt: skip
    raw = wrap(1, PATIENT, REQUEST, *({**r, "subject": {"reference": "Patient/p"}} for r in resources))
    assert measure(raw, read(raw))[1]


def _stays_in_original(raw: bytes, place: str) -> bool:
    """Return whether a value is the content of a document, or of a treatment: a section that a desk role may not read
    (`docs/parts.md` 27)."""
    kinds = {where: resource["resourceType"] for where, resource in list_resources(parse(raw), "Bundle")}
    kind = next((kind for where, kind in kinds.items() if place.startswith(f"{where}.")), "")
    return place.endswith(".data") or kind.startswith("Medication")


@pytest.fixture
def intake(store, request) -> Intake:
    return Intake(store, request.getfixturevalue("settings"), settle_territory(store))


def test_the_desk_reads_them(intake: Intake) -> None:
    """Through the record: the desk reads the Task, then what it leads to."""
    total, amiss = Counter(), []
    messages = [(name, raw) for name, raw, _ in read_all(list_own())]
    messages += [(name, raw) for name, raw, _ in read_all(list_real() if r4.shared_data() else iter(()))][::9]
    for name, raw in messages:
        answer = intake.send("medecin_traitant", raw)
        if answer.status != 201:
            continue  # of the examples of one message several may have its identifier
        desk = intake.territory.open("guichet")
        task = loads(desk.read(task_in(answer)).body)
        names = {task["focus"]["reference"], task["for"]["reference"]}
        names |= {entry["valueReference"]["reference"] for entry in task["input"] if "valueReference" in entry}
        resources = [task, *(loads(desk.read(name).body) for name in sorted(names) if "Binary" not in name)]
        issues = json.loads(answer.body)["issue"]
        named = frozenset(place for issue in issues for place in issue.get("expression", ()))
        places, left = count(raw, resources, named, frozenset())
        total += places
        amiss += [f"{name}: {place}" for place in left if not _stays_in_original(raw, place.partition(" = ")[0])]
    print(dict(total))
    assert not amiss, "\n".join(amiss[:100])
