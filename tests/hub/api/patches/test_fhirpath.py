"""FHIRPath Patch. The cases that R4 has official ones for are named as there (r4/patch of HL7's test cases)."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from hub.api.patches import parse_fhirpath_patch
from hub.domain.errors import Invalid

Json = dict[str, Any]


def part(name: str, **value: Any) -> Json:
    return {"name": name, **value}


def operation(kind: str, path: str, *parts: Json, **numbers: int) -> Json:
    said = [part("type", valueCode=kind), part("path", valueString=path), *parts]
    return part("operation", part=said + [part(name, valueInteger=number) for name, number in numbers.items()])


def parameters(*operations: Json) -> Json:
    return {"resourceType": "Parameters", **({"parameter": list(operations)} if operations else {})}


def add(path: str, name: str, **value: Any) -> Json:
    return operation("add", path, part("name", valueString=name), part("value", **value))


def replace(path: str, **value: Any) -> Json:
    return operation("replace", path, part("value", **value))


def delete(path: str) -> Json:
    return operation("delete", path)


def insert(path: str, index: int, **value: Any) -> Json:
    return operation("insert", path, part("value", **value), index=index)


def move(path: str, source: int, destination: int) -> Json:
    return operation("move", path, source=source, destination=destination)


def person(**elements: Any) -> Json:
    return {"resourceType": "Patient", **elements}


def numbered(*values: int) -> list[Json]:
    return [{"system": "http://example.org", "value": f"value {value}"} for value in values]


def one_contact(**elements: Any) -> Json:
    return person(contact=[elements])


NAMED = {"text": "a name"}
CASES = {
    "No Difference": ([], person(birthDate="1920-01-01"), person(birthDate="1920-01-01")),
    "Replace Primitive": (
        [replace("Patient.birthDate", valueDate="1930-01-01")],
        person(birthDate="1920-01-01"),
        person(birthDate="1930-01-01"),
    ),
    "Delete Primitive": ([delete("Patient.birthDate")], person(birthDate="1920-01-01"), person()),
    "Delete what is not there": ([delete("Patient.birthDate")], person(active=True), person(active=True)),
    "Add Primitive": (
        [add("Patient", "birthDate", valueDate="1930-01-01")],
        person(),
        person(birthDate="1930-01-01"),
    ),
    "Replace Nested Primitive #1": (
        [replace("Patient.contact[0].gender", valueCode="female")],
        one_contact(name=NAMED, gender="male"),
        one_contact(name=NAMED, gender="female"),
    ),
    "Replace Nested Primitive #2": (
        [replace("Patient.contact[0].name.text", valueString="the name")],
        one_contact(name=NAMED, gender="male"),
        one_contact(name={"text": "the name"}, gender="male"),
    ),
    "Delete Nested Primitive #1": (
        [delete("Patient.contact[0].gender")],
        one_contact(name=NAMED, gender="male"),
        one_contact(name=NAMED),
    ),
    "Delete Nested Primitive #2": (
        [delete("Patient.contact[0].name.text")],
        one_contact(name=NAMED, gender="male"),
        one_contact(gender="male"),
    ),
    "Add Nested Primitive": (
        [add("Patient.contact[0]", "gender", valueCode="male")],
        one_contact(name=NAMED),
        one_contact(name=NAMED, gender="male"),
    ),
    "Add Complex": (
        [add("Patient", "maritalStatus", valueCodeableConcept={"text": "married"})],
        person(),
        person(maritalStatus={"text": "married"}),
    ),
    "Replace Complex": (
        [replace("Patient.maritalStatus", valueCodeableConcept={"id": "2", "text": "not married"})],
        person(maritalStatus={"id": "1", "text": "married"}),
        person(maritalStatus={"id": "2", "text": "not married"}),
    ),
    "Delete Complex": ([delete("Patient.maritalStatus")], person(maritalStatus={"text": "married"}), person()),
    "Add Anonymous Type": (
        [add("Patient", "contact", part=[part("name", valueHumanName=NAMED)])],
        person(),
        one_contact(name=NAMED),
    ),
    "Delete Anonymous Type": ([delete("Patient.contact[0]")], one_contact(name=NAMED), person()),
    "List unchanged, contents changed": (
        [
            replace("Patient.identifier[0].value", valueString="value 2"),
            replace("Patient.identifier[1].value", valueString="value 1"),
        ],
        person(identifier=numbered(1, 2)),
        person(identifier=numbered(2, 1)),
    ),
    "Add to list": (
        [insert("Patient.identifier", 2, valueIdentifier=numbered(3)[0])],
        person(identifier=numbered(1, 2)),
        person(identifier=numbered(1, 2, 3)),
    ),
    "Insert in list #1": (
        [insert("Patient.identifier", 1, valueIdentifier=numbered(3)[0])],
        person(identifier=numbered(1, 2)),
        person(identifier=numbered(1, 3, 2)),
    ),
    "Insert in list #2": (
        [insert("Patient.identifier", 0, valueIdentifier=numbered(3)[0])],
        person(identifier=numbered(1, 2)),
        person(identifier=numbered(3, 1, 2)),
    ),
    "Delete from List #1": (
        [delete("Patient.identifier[0]")],
        person(identifier=numbered(1, 2, 3)),
        person(identifier=numbered(2, 3)),
    ),
    "Delete from List #3": (
        [delete("Patient.identifier[2]")],
        person(identifier=numbered(1, 2, 3)),
        person(identifier=numbered(1, 2)),
    ),
    "Reorder List #1": (
        [move("Patient.identifier", 3, 1)],
        person(identifier=numbered(1, 2, 3, 4)),
        person(identifier=numbered(1, 4, 2, 3)),
    ),
    "Reorder List #4": (
        [move("Patient.identifier", 0, 3)],
        person(identifier=numbered(1, 2, 3, 4)),
        person(identifier=numbered(2, 3, 4, 1)),
    ),
    "Reorder List #5": (
        [move("Patient.identifier", 1, 0), move("Patient.identifier", 2, 1)],
        person(identifier=numbered(1, 2, 3, 4)),
        person(identifier=numbered(2, 3, 1, 4)),
    ),
    "Reorder List #6": (
        [move("Patient.identifier", 3, 0), move("Patient.identifier", 3, 1), move("Patient.identifier", 3, 2)],
        person(identifier=numbered(1, 2, 3, 4)),
        person(identifier=numbered(4, 3, 2, 1)),
    ),
    "Operation on missing element #2": (
        [add("Patient", "identifier", valueIdentifier=numbered(3)[0])],
        person(),
        person(identifier=numbered(3)),
    ),
    # What FHIR's JSON makes of primitives and choices.
    "a choice takes another type": (
        [replace("Observation.value", valueString="rien")],
        {"resourceType": "Observation", "valueInteger": 3},
        {"resourceType": "Observation", "valueString": "rien"},
    ),
    "a choice is added by its name": (
        [add("Observation", "value", valueInteger=3)],
        {"resourceType": "Observation"},
        {"resourceType": "Observation", "valueInteger": 3},
    ),
    "what stands beside a primitive goes with it": (
        [delete("Patient.name.given[0]"), delete("Patient.birthDate")],
        person(
            name=[{"given": ["A", "B"], "_given": [None, {"id": "b"}]}], birthDate="1920", _birthDate={"id": "x"}
        ),
        person(name=[{"given": ["B"], "_given": [{"id": "b"}]}]),
    ),
    "a list of nothing but what stands beside": (
        [insert("Patient.name[0].given", 0, valueString="A")],
        person(name=[{"_given": [{"id": "b"}]}]),
        person(name=[{"given": ["A", None], "_given": [None, {"id": "b"}]}]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_patch_makes_of_a_resource_what_it_says(name):
    operations, before, after = CASES[name]
    assert parse_fhirpath_patch(parameters(*operations))(deepcopy(before)) == after


PHONES = [{"system": "phone", "value": "1", "rank": 1}, {"system": "phone", "use": "home", "value": "2"}]
LEADING = {
    "Patient.telecom.where(system = 'phone' and use='home').value": "2",
    "Patient.telecom.where(rank = 1).value": "1",
    "Patient.telecom.last().value": "2",
    "Patient.telecom.first().value": "1",
    "telecom[1].value": "2",
    "Patient.name.where(text = 'it\\'s (not) and').family": "F",
    "Patient.extension('http://x.example/y').value.ofType(string)": "E",
}
PLACES = person(
    telecom=PHONES,
    name=[{"text": "it's (not) and", "family": "F"}, {"text": "other"}],
    extension=[{"url": "http://x.example/y", "valueString": "E"}, {"url": "http://x.example/z", "valueString": "Z"}],
)


@pytest.mark.parametrize("path", LEADING)
def test_a_path_leads_to_one_place(path):
    patched = parse_fhirpath_patch(parameters(replace(path, valueString="new")))(deepcopy(PLACES))
    assert patched == json.loads(json.dumps(PLACES).replace(f'"{LEADING[path]}"', '"new"'))


MISFITS = {
    "Operation on missing element": add(
        "Patient.identifier.where(use = 'official').period", "end", valueDate="2021-12-01"
    ),
    "replaces what is not there": replace("Patient.birthDate", valueDate="1930-01-01"),
    "replaces several": replace("Patient.telecom", valueContactPoint={"system": "phone", "value": "1"}),
    "deletes several": delete("Patient.telecom"),
    "replaces the whole": replace("Patient", valueString="x"),
    "deletes the whole": delete("Patient"),
    "is of another type": delete("Task") | {"part": replace("Task.status", valueCode="x")["part"]},
    "adds what is there": add("Patient", "gender", valueCode="female"),
    "adds an element that the type has not": add("Patient", "status", valueCode="x"),
    "adds a type that the choice has not": add("Patient", "deceased", valueString="x"),
    "adds a second type of a choice": add("Patient", "deceased", valueDateTime="2020"),
    "adds below a primitive": add("Patient.gender", "value", valueString="x"),
    "adds a part that the type has not": add("Patient", "contact", part=[part("nome", valueString="x")]),
    "inserts beyond the end": insert("Patient.telecom", 3, valueContactPoint={"system": "phone", "value": "1"}),
    "inserts where there is no list": insert("Patient.gender", 0, valueCode="female"),
    "moves from beyond the end": move("Patient.telecom", 2, 0),
    "moves to beyond the end": move("Patient.telecom", 0, 2),
}


@pytest.mark.parametrize("name", MISFITS)
def test_what_does_not_fit_is_told_by_its_place_alone(name):
    before = person(telecom=PHONES, gender="male", deceasedBoolean=False, identifier=[{"use": "official"}])
    patch = parse_fhirpath_patch(parameters(delete("Patient.birthDate"), MISFITS[name]))
    with pytest.raises(Invalid) as refusal:
        patch(deepcopy(before))
    [problem] = refusal.value.problems
    assert (problem.code, problem.where) == ("patch-failed", "Parameters.parameter[1]")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "Patient.",
        "Patient.name.given.first().lower()",
        "Patient.name | Patient.contact",
        "Patient.name.where($this.text = 'x')",
        "Patient.name.where(text = 'x' or text = 'y')",
        "Patient.name.where(text = 'x' and)",
        "Patient.name.where(text.matches('(a+)+'))",
        "Patient.name.repeat(name)",
        "Patient.generalPractitioner.resolve().name",
        "%context.name",
        "Patient.name[-1]",
        "Patient" + ".name" * 100,
    ],
)
def test_a_path_of_more_than_the_subset_is_refused_before_anything_is_read(path):
    with pytest.raises(Invalid) as refusal:
        parse_fhirpath_patch(parameters(delete(path or "%")))
    assert [(one.code, one.where) for one in refusal.value.problems] == [("patch-path", "Parameters.parameter[0]")]


@pytest.mark.parametrize(
    "wrong",
    [
        part("operation"),
        part("op", part=delete("Patient.gender")["part"]),
        operation("upsert", "Patient.gender"),
        operation("add", "Patient", part("value", valueString="x")),
        operation("replace", "Patient.gender"),
        operation("insert", "Patient.name", part("value", valueHumanName={})) | {"part": []},
        operation("move", "Patient.name", source=0),
        operation("move", "Patient.name", source=-1, destination=0),
        part("operation", part=[part("type", valueCode="delete"), part("path", valueInteger=1)]),
        operation("add", "Patient", part("value", valueString="x"), part("name", valueInteger=1)),
    ],
)
def test_what_is_no_operation_is_told_by_its_place(wrong):
    with pytest.raises(Invalid) as refusal:
        parse_fhirpath_patch(parameters(delete("Patient.gender"), wrong))
    assert {one.where.partition("]")[0] for one in refusal.value.problems} == {"Parameters.parameter[1"}


def test_a_patch_has_an_end():
    with pytest.raises(Invalid) as refusal:
        parse_fhirpath_patch(parameters(*[delete("Patient.gender")] * 101))
    assert [one.code for one in refusal.value.problems] == ["patch-too-long"]
