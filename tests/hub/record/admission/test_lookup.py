from contextlib import contextmanager

import pytest

from fhir_profiles import codes
from hub.record.admission.lookup import MOST_ALIKE, Lookup
from hub.record.unit_of_work.unit import UnitOfWork
from tests.territory import PERSON, settle_territory, task


@pytest.fixture
def territory(store):
    return settle_territory(store)


@contextmanager
def lookup(store, party="Organization/chu"):
    with store.write() as connection:
        yield Lookup(connection, UnitOfWork(connection, 0, store.new_id), party)


def test_the_desk_is_the_organisation_with_a_guichet(store):
    with lookup(store) as found:
        assert found.desk() == ""
    settle_territory(store)
    with lookup(store) as found:
        assert found.desk() == "Organization/dac"


def test_a_person_by_ins_exactly(store, territory):
    with lookup(store) as found:
        assert found.by_ins(codes.OID_INS_DEMO, "000000000000097") == [PERSON]
        assert found.by_ins(codes.OID_INS_NIR, "000000000000097") == []
        assert found.by_ins(codes.OID_INS_DEMO, "00000000000009") == []


def test_a_person_by_the_senders_own_number_alone(store, territory):
    with lookup(store) as found:
        assert found.by_own_number("urn:oid:1.2.3.4", "IPP-1") == [PERSON]
    with lookup(store, "Organization/ccas") as found:
        assert found.by_own_number("urn:oid:1.2.3.4", "IPP-1") == []


def test_the_directory_by_national_number(store, territory):
    territory.change("Organization/ssiad", identifier=[{"system": codes.FINESS, "value": "990001234"}])
    with lookup(store) as found:
        asked = [(codes.FINESS, "990001234"), (codes.SIRET, "990001234"), (codes.RPPS, "1")]
        assert found.directory(asked) == {f"{codes.FINESS}|990001234": "Organization/ssiad"}
        assert found.directory([]) == {}


@pytest.mark.parametrize(("status", "followed"), [("requested", True), ("in-progress", True), ("completed", False)])
def test_who_has_an_open_action_is_followed(store, territory, status, followed):
    territory.write(task("t", "Organization/ssiad", status=status))
    with lookup(store) as found:
        assert found.is_followed(PERSON) is followed
        assert found.having(PERSON, "Task", status) == ["Task/t"]
        assert found.having("Patient/nobody", "Task", status) == []


def test_a_stay_by_its_number_in_ones_own_house(store, territory):
    stay = {"resourceType": "Encounter", "id": "e", "status": "in-progress", "subject": {"reference": PERSON}}
    stay |= {"class": {"system": codes.ACT_CODE, "code": "IMP"}, "identifier": [{"system": "urn:x", "value": "V-9"}]}
    territory.write(stay | {"serviceProvider": {"reference": "Organization/chu"}})
    with lookup(store) as found:
        assert found.stay(PERSON, "urn:x", "V-9") == "Encounter/e"
        assert found.stay(PERSON, "urn:y", "V-9") == ""
        assert found.stay("Patient/other", "urn:x", "V-9") == ""
    with lookup(store, "Organization/cabinet") as found:
        assert found.stay(PERSON, "urn:x", "V-9") == ""


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
    with lookup(store) as found:
        assert [one["id"] for one in found.lookalikes(families, birth_date, numbers)] == ["jeanne"]


def test_who_shares_nothing_or_is_merged_away_is_no_lookalike(store, territory):
    with lookup(store) as found:
        assert found.lookalikes(["Autre", " "], "1970-01-01", [""]) == []
        assert found.lookalikes([], "1938", []) == []
    territory.change(PERSON, active=False)
    with lookup(store) as found:
        assert found.lookalikes(["Fictive"], "", []) == []


def test_lookalikes_are_bounded_and_those_who_share_most_come_first(store, territory):
    crowd = [
        {"resourceType": "Patient", "id": f"p{n}", "name": [{"family": "Fictive"}], "birthDate": "1950-01-01"}
        for n in range(MOST_ALIKE + 5)
    ]
    territory.write(*crowd)
    with lookup(store) as found:
        alike = found.lookalikes(["Fictive"], "1938-02-03", [])
    assert len(alike) == MOST_ALIKE
    assert "jeanne" in {one["id"] for one in alike}
