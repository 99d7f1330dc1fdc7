"""The ledger of elements: `docs/ledger-fhir.md` is `elements.toml` as a table, and each element goes where it says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.fhir.elements.parse import encode_canonical
from adapters.fhir.ledger import NOTED_ON_THEMSELVES, Line, find_line, load_elements
from adapters.fhir.referral import read
from hub.conformance import check
from hub.mapping import to_fhir
from tests import r4
from tests.contracts.elements import find, list_values, parse
from tests.contracts.fields import fold, list_notes, list_texts
from tests.hub.mapping.cases import context

PAGE = Path(__file__).parents[3] / "docs" / "ledger-fhir.md"
_HEAD = """# The ledger of FHIR elements

Each element of the resources that a FHIR message is read for, and where it goes. The table is `adapters/fhir/elements.toml`,
which the adapter itself uses; a test compares the two, and the elements with those of R4. A *note* is a sentence for each
repetition, `Encounter.priority urgence : programmé`: of Condition, AllergyIntolerance, Procedure, Observation and the
Medication resources on the resource that they become, of any other on the demand (`ServiceRequest.note`). What an element
cannot carry (a further repetition, an extension, an element of the datatype that the hub does not keep) is such a note too.
*As written*: the value is taken over with its codes, units and digits if it has the form of its datatype and nothing else.

A resource of a type that is not here is a note for each element as well, and the answer names it (`unread`), as it names a
second demand. Resources about somebody else, and those that the sender took back (entered in error, refuted, cancelled, not
done; of a Coverage or Consent any that is not active), are named in the answer alone. Not read at all: `id`, `meta`,
`language`, a narrative that was generated from the elements, and the envelope (Bundle but for `docs/inbound.md` §3).

| element | name | goes to |
|---|---|---|
"""
PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "EXEMPLE", "given": ["Alix"]}]}
REQUEST = {
    "resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order", "subject": {"reference": "Patient/p"},
}  # fmt: skip
_HANDED = ("Binary", "Provenance", "CarePlan", "CareTeam")
_INHERITED = ("id", "meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension")
# Elements that mean that nothing is asked, or that the resource says nothing, and those of R4 that one message cannot vary.
_LEFT_ASIDE = {
    "ServiceRequest.doNotPerform", "ServiceRequest.status", "ServiceRequest.intent", "Task.status", "Task.focus", "Task.intent",
    "Binary.contentType", "Binary.securityContext", "Binary.data", "MessageHeader.focus",
}  # fmt: skip
_STATUS = {
    "Condition": {"code": {"text": "x"}}, "AllergyIntolerance": {"code": {"text": "x"}},
    "Procedure": {"status": "completed", "code": {"text": "x"}}, "Observation": {"status": "final", "code": {"text": "x"}},
    "Coverage": {"status": "active"}, "Consent": {"status": "active", "policyRule": {"coding": [{"code": "OPTIN"}]}},
    "Encounter": {"status": "finished", "class": {"code": "AMB"}},
    "DocumentReference": {"status": "current", "content": [{"attachment": {"contentType": "text/plain", "data": "dGV4dGU="}}]},
    "Task": {"status": "requested", "intent": "order", "focus": {"reference": "ServiceRequest/s"}},
}  # fmt: skip
_PRIMITIVES = {
    "boolean": True,
    "date": "1983-04-05",
    "dateTime": "1983-04-05",
    "instant": "1983-04-05T06:07:08Z",
    "time": "06:07:08",
}
_numbers = count(1001)


def render() -> str:
    lines = [
        f"| {kind}.{name} | {line.name} | {_say(kind, line)} |"
        for kind, lines in load_elements().items()
        for name, line in lines.items()
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _say(kind: str, line: Line) -> str:
    if line.answer:
        return "kept in the message only, said in the answer"
    if line.link:
        return "says which person or resource is meant"
    if not line.to:
        return "note" if kind in NOTED_ON_THEMSELVES else "note of the demand"
    codes = f"; of {', '.join(line.codes)}" if line.codes else ""
    return f"`{line.to}`{', as written' if line.carried else ''}{codes}"


def test_the_page_is_the_ledger() -> None:
    if os.environ.get("HUB_GOLDEN") == "write":
        PAGE.write_text(render(), encoding="utf-8")
    assert render() == PAGE.read_text("utf-8")


@r4.needs_data
def test_it_has_every_element_of_r4() -> None:
    for kind, lines in load_elements().items():
        names = {
            path.partition(".")[2] for path in r4.elements() if path.startswith(f"{kind}.") and path.count(".") == 1
        }
        assert set(lines) == names - set(_INHERITED), kind


def make(path: str, type_: str, depth: int = 0) -> Any:
    """A value of a datatype that no other element has."""
    number = next(_numbers)
    word = f"mot{number}"
    if type_ in _PRIMITIVES:
        return _PRIMITIVES[type_]
    if type_ in ("integer", "positiveInt", "unsignedInt", "decimal"):
        return number
    if type_ == "code":
        return (
            r4.elements()[path].definition["short"].split("|")[0].strip().split()[0] if path in r4.elements() else word
        )
    if type_ in ("string", "markdown", "uri", "url", "canonical", "oid", "id", "uuid"):
        return f"urn:{word}" if type_ in ("uri", "url", "canonical", "oid") else word
    if type_ == "base64Binary":
        return "dGV4dGU="
    quantity = {"value": number, "unit": word}
    made = {
        "CodeableConcept": {
            "coding": [{"system": "urn:x", "code": word, "display": f"{word} dit"}],
            "text": f"{word} écrit",
        },
        "Coding": {"system": "urn:x", "code": word},
        "Reference": {"display": word},
        "Identifier": {"value": word},
        "HumanName": {"family": word, "given": [f"{word}g"], "suffix": [f"{word}s"]},
        "Annotation": {"text": word, "authorString": f"{word}a"},
        "Address": {"line": [word], "city": f"{word}v", "district": f"{word}d"},
        "ContactPoint": {"system": "phone", "value": word, "rank": 2},
        "Period": {"start": "1984-05-06", "end": "1985-06-07"},
        "Timing": {"code": {"text": word}},
        "Dosage": {"text": word},
        "Attachment": {"contentType": "text/plain", "title": word, "data": "dGV4dGU="},
        "Signature": {"data": "dGV4dGU="},
        "Age": {"value": number, "unit": "ans", "system": "http://unitsofmeasure.org", "code": "a"},
        "Range": {"low": quantity, "high": {"value": number + 50_000, "unit": word}},
        "Ratio": {"numerator": {"value": number}, "denominator": {"value": number + 50_000}},
        "SampledData": {"origin": {"value": number}, "period": 1, "dimensions": 1, "data": word},
        "Money": {"value": number},
        "Quantity": quantity,
        "SimpleQuantity": quantity,
        "Duration": quantity,
    }.get(type_)
    return made if made is not None else _make_backbone(path, depth)


def _make_backbone(path: str, depth: int) -> dict[str, Any]:
    made = {}
    for name, value in list_elements(path, depth + 1) if depth < 2 else ():
        made.setdefault(name, value)
    return made


def list_elements(path: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield (name in JSON, value) of each element below a path, of a choice each kind."""
    for inner, element in r4.elements().items():
        if not inner.startswith(f"{path}.") or inner.count(".") != path.count(".") + 1:
            continue
        name = inner.rpartition(".")[2]
        if name in _INHERITED:
            continue
        is_list = element.definition["max"] != "1"
        # Inside a group a choice has its first kind: it can have only one.
        for type_ in element.types if name.endswith("[x]") and not depth else element.types[:1] or ("BackboneElement",):
            key = name.replace("[x]", type_[:1].upper() + type_[1:])
            value = make(inner, type_, depth)
            if value not in ({}, None):
                yield key, [value] if is_list else value


@r4.needs_data
@pytest.mark.parametrize("kind", list(load_elements()))
def test_each_element_goes_where_it_says(kind: str) -> None:
    """Every element of R4, one at a time, through the real adapter: in an element, in a note, or named in the answer."""
    amiss = []
    for key, value in list_elements(kind):
        if f"{kind}.{key}" in _LEFT_ASIDE or find_line(kind, key).link:
            continue
        raw = _send(kind, key, value)
        referral = read(raw)
        everything = to_fhir(referral, context()).resources
        for resource in everything:
            check(resource)
        made = [resource for resource in everything if resource["resourceType"] not in _HANDED]
        texts, notes = frozenset(map(fold, list_texts(made))), "\n".join(map(fold, list_notes(made)))
        answer = frozenset(problem.where for problem in referral.warnings)
        data = frozenset(resource["data"] for resource in everything if resource["resourceType"] == "Binary")
        for item in list_values(parse(raw)):
            if find(item, texts, notes, answer, data) == "nowhere":
                amiss.append(f"{item.place} = {item.value}")
    assert not amiss, "\n".join(amiss)


def _send(kind: str, key: str, value: Any) -> bytes:
    base = {**_STATUS.get(kind, {}), key: value}
    if kind in ("Patient", "ServiceRequest"):
        patient = {**PATIENT, **base} if kind == "Patient" else PATIENT
        resources = [patient, {**REQUEST, **base} if kind == "ServiceRequest" else REQUEST]
    else:
        links = {
            name: {"reference": "Patient/p"}
            for name in ("subject", "patient", "beneficiary", "for")
            if find_line(kind, name).link
        }
        resources = [PATIENT, REQUEST, {"resourceType": kind, "id": "x", **links, **base}]
    entries = [{"fullUrl": f"https://a.example/{r['resourceType']}/{r['id']}", "resource": r} for r in resources]
    return encode_canonical({"resourceType": "Bundle", "type": "collection", "entry": entries})
