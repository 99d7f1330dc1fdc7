from contextlib import contextmanager

import pytest

from fhir_profiles import codes
from hub.record.admission.lookup import MAX_LOOKALIKES, Lookup
from hub.record.unit_of_work.unit import UnitOfWork
from tests.territory import PERSON, settle_territory, task


@pytest.fixture
def territory(store):
    return settle_territory(store)


@contextmanager
def open_lookup(store, party="Organization/chu"):
    with store.write() as connection:
        yield Lookup(connection, UnitOfWork(connection, 0, store.new_id), party, store.seal_keys)


def test_the_desk_is_the_organisation_with_a_guichet(store):
    with open_lookup(store) as lookup:
        assert lookup.find_desk() == ""
    settle_territory(store)
    with open_lookup(store) as lookup:
        assert lookup.find_desk() == "Organization/dac"


def test_a_person_by_ins_exactly(store, territory):
    with open_lookup(store) as lookup:
        assert lookup.find_by_ins(codes.OID_INS_DEMO, "000000000000097") == [PERSON]
        assert lookup.find_by_ins(codes.OID_INS_NIR, "000000000000097") == []
        assert lookup.find_by_ins(codes.OID_INS_DEMO, "00000000000009") == []


def test_a_person_by_the_senders_own_number_alone(store, territory):
    with open_lookup(store) as lookup:
        assert lookup.find_by_own_number("urn:oid:1.2.3.4", "IPP-1") == [PERSON]
    with open_lookup(store, "Organization/ccas") as lookup:
        assert lookup.find_by_own_number("urn:oid:1.2.3.4", "IPP-1") == []


def test_the_directory_by_national_number(store, territory):
    territory.change("Organization/ssiad", identifier=[{"system": codes.FINESS, "value": "990001234"}])
    with open_lookup(store) as lookup:
        asked = [(codes.FINESS, "990001234"), (codes.SIRET, "990001234"), (codes.RPPS, "1")]
        assert lookup.find_directory(asked) == {f"{codes.FINESS}|990001234": "Organization/ssiad"}
        assert lookup.find_directory([]) == {}


@pytest.mark.parametrize(("status", "followed"), [("requested", True), ("in-progress", True), ("completed", False)])
def test_who_has_an_open_action_is_followed(store, territory, status, followed):
    territory.write(task("t", "Organization/ssiad", status=status))
    with open_lookup(store) as lookup:
        assert lookup.is_followed(PERSON) is followed
        assert lookup.list_resources(PERSON, "Task", status) == ["Task/t"]
        assert lookup.list_resources("Patient/nobody", "Task", status) == []


def test_a_stay_by_its_number_in_ones_own_house(store, territory):
    stay = {"resourceType": "Encounter", "id": "e", "status": "in-progress", "subject": {"reference": PERSON}}
    stay |= {"class": {"system": codes.ACT_CODE, "code": "IMP"}, "identifier": [{"system": "urn:x", "value": "V-9"}]}
    territory.write(stay | {"serviceProvider": {"reference": "Organization/chu"}})
    with open_lookup(store) as lookup:
        assert lookup.find_stay(PERSON, "urn:x", "V-9", is_written=False) == "Encounter/e"
        assert lookup.find_stay(PERSON, "urn:x", "V-9", is_written=True) == ""
        assert lookup.find_stay(PERSON, "urn:y", "V-9", is_written=False) == ""
        assert lookup.find_stay("Patient/other", "urn:x", "V-9", is_written=False) == ""
    with open_lookup(store, "Organization/cabinet") as lookup:
        assert lookup.find_stay(PERSON, "urn:x", "V-9", is_written=False) == ""


@pytest.mark.parametrize(
    ("families", "birth_date", "numbers"),
    [
        (["NAÏSSANCE"], "", []),
        (["fictive"], "", []),
        ([], "1938-02-03", []),
        ([], "1938-03-02", []),
        ([], "", ["0000000001"]),
        ([], "", ["CCAS-1"]),
    ],
)
def test_lookalikes_share_a_name_a_date_or_a_number(store, territory, families, birth_date, numbers):
    with open_lookup(store) as lookup:
        assert [patient["id"] for patient in lookup.find_lookalikes(families, birth_date, numbers)] == ["jeanne"]


def test_who_shares_nothing_or_is_merged_away_is_no_lookalike(store, territory):
    with open_lookup(store) as lookup:
        assert lookup.find_lookalikes(["Autre", " "], "1970-01-01", [""]) == []
        assert lookup.find_lookalikes([], "1938", []) == []
    territory.change(PERSON, active=False)
    with open_lookup(store) as lookup:
        assert lookup.find_lookalikes(["Fictive"], "", []) == []


def test_lookalikes_are_bounded_and_those_who_share_most_come_first(store, territory):
    crowd = [
        {"resourceType": "Patient", "id": f"p{n}", "name": [{"family": "Fictive"}], "birthDate": "1950-01-01"}
        for n in range(MAX_LOOKALIKES + 5)
    ]
    territory.write(*crowd)
    with open_lookup(store) as lookup:
        alike = lookup.find_lookalikes(["Fictive"], "1938-02-03", [])
    assert len(alike) == MAX_LOOKALIKES
    assert "jeanne" in {patient["id"] for patient in alike}
