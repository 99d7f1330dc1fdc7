"""Names and towns as French people type them (https://hl7.org/fhir/R4/search.html#string)."""

import pytest

from tests.territory import PERSON, settle_territory


@pytest.fixture
def here(store):
    territory = settle_territory(store)
    territory.join_circle("gestionnaire")
    names = [
        {"use": "official", "family": "Lebœuf", "given": ["Jean-Éric", "Marie"]},
        {"use": "usual", "family": "Dupont-L’Hôpital", "given": ["Jean-Éric"]},
    ]
    address = [{"line": ["1 rue Inventée"], "city": "Saint-Étienne", "postalCode": "42000"}]
    territory.change(PERSON, lambda patient: patient.update(name=names, address=address))
    territory.pass_time()
    return territory


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("family", "Leboeuf"),
        ("family", "LEBŒUF"),
        ("family", "dupont l'hopital"),
        ("family", "hopital"),
        ("family", "Dupont  L’Hô"),
        ("given", "Jean Eric"),
        ("given", "éric"),
        ("address-city", "Saint Etienne"),
        ("address-city", "etienne"),
        ("name", "leboeuf"),
        ("family:contains", "ont l'hop"),
        ("family:exact", "Lebœuf"),
    ],
)
def test_c_1_it_is_found(here, name, value):
    found = here.open("gestionnaire").search("Patient", [(name, value)])
    assert [item.name for item in found.slices] == [PERSON]


@pytest.mark.parametrize(
    ("name", "value"), [("family", "eboeuf"), ("family", "opital"), ("family:exact", "Leboeuf"), ("given", "ric")]
)
def test_what_is_no_beginning_of_a_word_is_not(here, name, value):
    assert here.open("gestionnaire").search("Patient", [(name, value)]).slices == []


def test_a_sort_goes_by_the_whole_name(here):
    here.write({"resourceType": "Patient", "id": "b", "name": [{"family": "Moulin-Abel"}]}, by="Organization/dac")
    here.write({"resourceType": "Patient", "id": "c", "name": [{"family": "Faure"}]}, by="Organization/dac")
    here.pass_time()
    found = here.open("gestionnaire").search("Patient", [("_sort", "family")])
    order = [item.name for item in found.slices]
    assert order.index("Patient/c") < order.index("Patient/b")
