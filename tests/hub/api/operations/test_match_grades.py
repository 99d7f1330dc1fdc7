"""Grades and sameness of candidates, without a record."""

import json

import pytest

from hub.api.operations.match_grades import find_same, grade_candidates, keep_only_certain, list_birth_places
from hub.intake.persons import get_patient_traits
from hub.record.read.slice import Slice

INS = "urn:oid:1.2.250.1.213.1.4.8"
INSEE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"


def patient(id="x", **elements):
    found = {
        "resourceType": "Patient",
        "id": id,
        "name": [{"family": "Inventée", "given": ["Zoé"]}],
        "birthDate": "1940-05-06",
        "gender": "female",
        **elements,
    }
    return {name: value for name, value in found.items() if value is not None}


def number(value="279035121518989"):
    return [{"system": INS, "value": value}]


def born(city="", insee=""):
    code = [{"url": INSEE, "valueCoding": {"code": insee}}]
    place = {"city": city} if city else {}
    return [{"url": BIRTH_PLACE, "valueAddress": place | ({"extension": code} if insee else {})}]


def slices(*patients):
    return [Slice(f"Patient/{one['id']}", json.dumps(one).encode(), "v", 0) for one in patients]


def grades(sought, *patients):
    return [(one.patient.name, one.grade) for one in grade_candidates(slices(*patients), get_patient_traits(sought))]


def test_the_best_comes_first_and_the_impossible_not_at_all():
    others = [
        patient("close", birthDate="1940-06-05", name=[{"family": "Inventee", "given": ["Chloé"]}]),
        patient("same"),
        patient("number", name=[{"family": "Inventée"}], identifier=number()),
        patient("other", birthDate="1955-01-01", name=[{"family": "Tout", "given": ["Autre"]}]),
    ]
    found = grades(patient(identifier=number()), *others)
    assert found == [("Patient/number", "certain"), ("Patient/same", "probable"), ("Patient/close", "possible")]


def test_a_number_that_the_rest_contradicts_makes_nobody_certain():
    other = patient(identifier=number(), birthDate="1999-12-31")
    assert grades(patient(identifier=number()), other) == [("Patient/x", "probable")]


def test_two_who_are_certain_leave_nobody():
    sought = get_patient_traits(patient(identifier=number()))
    both = grade_candidates(slices(patient("a", identifier=number()), patient("b", identifier=number())), sought)
    assert keep_only_certain(both) == []
    assert [one.patient.name for one in keep_only_certain(both[:1])] == ["Patient/a"]


@pytest.mark.parametrize(
    ("sought", "other", "is_same"),
    [
        ({"identifier": number()}, {"identifier": number()}, True),
        ({"identifier": number()}, {"identifier": number("1")}, False),
        ({"identifier": number(), "extension": born("Fictiville")}, {"extension": born("Fictiville")}, False),
        ({"extension": born("FICTIVILLE")}, {"extension": born("Fictiville", "99999")}, True),
        ({"extension": born(insee="99999")}, {"extension": born("Fictiville", "99999")}, True),
        ({"extension": born("Fictiville")}, {"extension": born("Ailleurs")}, False),
        ({"identifier": number()}, {"identifier": number(), "gender": None}, False),
        ({"identifier": number()}, {"identifier": number(), "birthDate": "1940"}, False),
        ({"identifier": number()}, {"identifier": number(), "name": None}, False),
    ],
)
def test_who_is_the_same(sought, other, is_same):
    assert bool(find_same(slices(patient(**other)), patient(**sought))) == is_same


def test_places_of_birth():
    assert list_birth_places(patient(extension=born("Fictiville", "99999"))) == {"fictiville", "99999"}
    assert list_birth_places(patient()) == frozenset()
