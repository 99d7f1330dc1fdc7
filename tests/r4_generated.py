"""Valid resources for property tests, drawn from `hub.fhir.structure`: valid for `check`, for fhir.resources and for
the published invariants. Asked for as `tests.r4.generated`.

What an object lacks to be right is put in (`SEEDS`); what breaks one of its invariants is taken out.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from hub.conformance.r4.invariants import INVARIANTS
from hub.domain.resource_types import TYPES
from hub.fhir import Element, get_structure

Draw = Callable[[st.SearchStrategy[Any]], Any]

EXTENSIONS = (
    "https://maillage.example/fhir/StructureDefinition/a",
    "https://maillage.example/fhir/StructureDefinition/b",
)
IDS = ("1", "2", "3", "a-1", "b.2")
DEPTH = 4  # objects below the resource; deeper ones hold what is required and no more
ITEMS = 4

# Elements without which an invariant asks for something else.
SEEDS = {
    "AllergyIntolerance": ["clinicalStatus"],
    "Appointment": ["start", "end"],
    "AppointmentParticipant": ["type"],
    "ConditionEvidence": ["code"],
    "ConditionStage": ["summary"],
    "Consent": ["policyRule"],
    "DataRequirementCodeFilter": ["path"],
    "DataRequirementDateFilter": ["path"],
    "Expression": ["expression"],
    "Extension": ["valueString"],
    "ObservationReferenceRange": ["text"],
    "Organization": ["name"],
    "PatientContact": ["name"],
    "Ratio": ["numerator", "denominator"],
    "TriggerDefinition": ["name"],
}  # fmt: skip
_HL7 = "http://terminology.hl7.org/CodeSystem/"
CONCEPTS = {
    ("AllergyIntolerance", "clinicalStatus"): (_HL7 + "allergyintolerance-clinical", ("active", "resolved")),
    ("AllergyIntolerance", "verificationStatus"): (_HL7 + "allergyintolerance-verification", ("confirmed", "refuted")),
    ("Condition", "clinicalStatus"): (_HL7 + "condition-clinical", ("active", "resolved", "remission", "inactive")),
    ("Condition", "verificationStatus"): (_HL7 + "condition-ver-status", ("confirmed", "entered-in-error")),
}
CODES = {
    ("TriggerDefinition", "type"): ["named-event"],
    ("QuestionnaireItem", "type"): ["boolean", "decimal", "string", "text", "choice", "date", "quantity"],
    ("Duration", "code"): ["h", "d"],
}
NEVER = {"meta", "text", "implicitRules", "modifierExtension", "contained", "language"}

_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=12)
_days = st.dates().map(lambda day: day.isoformat()).filter(lambda day: day >= "1000")
_times = st.times().map(lambda time: time.isoformat("milliseconds" if time.microsecond % 2 else "seconds"))
_instants = st.tuples(_days, _times, st.sampled_from(["Z", "+01:00", "-04:30", "+00:00"])).map(
    lambda parts: f"{parts[0]}T{parts[1]}{parts[2]}"
)
_dates = _days | _days.map(lambda day: day[:7]) | _days.map(lambda day: day[:4])
_uris = st.sampled_from(["urn:oid:1.2.250.1.213", "https://exemple.org/a?b=c%20d", "http://terminology.hl7.org/é"])
PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "base64Binary": st.binary(min_size=1, max_size=9).map(lambda data: base64.b64encode(data).decode()),
    "boolean": st.booleans(),
    "canonical": _uris,
    "code": st.sampled_from(["a", "b-1", "C 2"]),
    "date": _dates,
    "dateTime": _dates | _instants,
    "decimal": st.builds(lambda n, places: Decimal(n).scaleb(-places), st.integers(-9999, 99999), st.integers(0, 3))
    | st.integers(-9, 9),
    "id": st.sampled_from(IDS),
    "instant": _instants,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "markdown": _texts.filter(lambda text: not text.isspace()),
    "oid": st.just("urn:oid:1.2.250.1"),
    "positiveInt": st.integers(1, 99),
    "string": _texts.filter(lambda text: not text.isspace()),
    "time": _times,
    "unsignedInt": st.integers(0, 99),
    "uri": _uris,
    "url": _uris,
    "uuid": st.uuids(version=4).map(lambda value: f"urn:uuid:{value}"),
    "xhtml": st.just('<div xmlns="http://www.w3.org/1999/xhtml">x</div>'),
}


@cache
def generated(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Resources of type `name`: references among the hub's types and `IDS`, extensions from `EXTENSIONS` and rare,
    decimals with trailing zeros, now and then a contained resource."""
    return st.composite(lambda draw: _resource(draw, name))()


def _resource(draw: Draw, name: str) -> dict[str, Any]:
    links: list[tuple[dict[str, Any], list[str]]] = []
    found = {"resourceType": name, "id": draw(PRIMITIVES["id"]), **_object(draw, name, 0, links)}
    if name == "Questionnaire":
        _number(found.get("item", []), "")
    standing = [(link, types) for link, types in links if _stands(link, found)]  # others were taken out again
    if standing and "contained" in get_structure(name).elements and draw(st.integers(0, 9)) == 9:
        link, types = draw(st.sampled_from(standing))
        inner = draw(st.sampled_from(types))
        link["reference"] = "#c"
        found["contained"] = [{"resourceType": inner, "id": "c", **_object(draw, inner, DEPTH, [])}]
    return found


def _stands(link: dict[str, Any], value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is link or any(_stands(link, item) for item in inner)


def _number(items: list[dict[str, Any]], prefix: str) -> None:
    for rank, item in enumerate(items):
        item["linkId"] = f"{prefix}{rank}"
        _number(item.get("item", []), f"{prefix}{rank}.")


def _object(draw: Draw, name: str, depth: int, links: list[tuple[dict[str, Any], list[str]]]) -> dict[str, Any]:
    shape = get_structure(name)
    chosen = [*shape.required, *SEEDS.get(name, ())]
    seeded = {shape.elements[key].choice for key in chosen}
    for choice in sorted(shape.required_choices - seeded):
        chosen.append(draw(st.sampled_from([e.name for e in shape.elements.values() if e.choice == choice])))
    if depth < DEPTH and name != "Extension":
        optional = [key for key in shape.elements if key not in NEVER and key not in chosen and key != "id"]
        chosen += draw(st.lists(st.sampled_from(optional), max_size=8 if depth == 0 else 3, unique=True))
    value: dict[str, Any] = {}
    taken: set[str] = set()
    for key in chosen:
        element = shape.elements[key]
        rare = key != "extension" or draw(st.integers(0, 4)) == 4
        if rare and (not element.choice or element.choice not in taken):
            taken.add(element.choice)
            value[key] = _value(draw, name, element, depth, links)
    if name == "Reference":
        value = {"display": "x"} | value
    return _right(name, value) or {"extension": [_extension(draw)]}


def _value(draw: Draw, owner: str, element: Element, depth: int, links: list[tuple[dict[str, Any], list[str]]]) -> Any:
    count = draw(st.integers(1, ITEMS if depth == 0 else 2)) if element.many else 1
    items = [_item(draw, owner, element, depth, links) for _ in range(count)]
    return items if element.many else items[0]


def _item(draw: Draw, owner: str, element: Element, depth: int, links: list[tuple[dict[str, Any], list[str]]]) -> Any:
    key = (owner, element.name)
    if element.primitive:
        codes = CODES.get(key) or sorted(element.codes)
        return draw(st.sampled_from(codes) if codes else PRIMITIVES[element.kind])
    if element.kind == "Extension":
        return _extension(draw)
    if element.kind == "Reference":
        return _reference(draw, element, links)
    if key in CONCEPTS:
        system, codes = CONCEPTS[key]
        return {"coding": [{"system": system, "code": draw(st.sampled_from(codes))}]}
    return _object(draw, element.kind, depth + 1, links)


def _extension(draw: Draw) -> dict[str, Any]:
    return {"url": draw(st.sampled_from(EXTENSIONS)), "valueString": draw(PRIMITIVES["string"])}


def _reference(draw: Draw, element: Element, links: list[tuple[dict[str, Any], list[str]]]) -> dict[str, Any]:
    types = sorted((element.targets or TYPES) & TYPES)
    if not types:  # only types that the hub does not keep
        return {"display": draw(PRIMITIVES["string"])}
    reference = {"reference": f"{draw(st.sampled_from(types))}/{draw(PRIMITIVES['id'])}"}
    links.append((reference, types))
    return reference


def _right(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """`value` without the optional elements that break an invariant of its type."""
    shape = get_structure(name)
    if name == "Period" and {"start", "end"} <= set(value) and not INVARIANTS["Period"][0][1](value):
        value["start"], value["end"] = value["end"], value["start"]
    if name == "QuestionnaireItemEnableWhen" and "answerBoolean" not in value:
        # que-7: `exists` asks for a boolean.
        value["operator"] = "="
    fixed = {"resourceType", "id", *shape.required, *SEEDS.get(name, ())}
    fixed |= {e.name for e in shape.elements.values() if e.choice in shape.required_choices and e.choice}
    for key in [key for key in reversed(value) if key not in fixed]:
        if all(holds(value) for _, holds in INVARIANTS.get(name, ())):
            break
        del value[key]
    broken = [code for code, holds in INVARIANTS.get(name, ()) if not holds(value)]
    assert not broken, f"{name} cannot be put right: {broken}"
    return value
