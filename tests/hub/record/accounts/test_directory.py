"""The entries of accounts in the directory."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hub.accounts.management.overview import list_accounts
from hub.accounts.management.people import end_role, give_role
from hub.domain.roles import load_roles
from hub.record.db.store import Store
from tests.people import OPERATOR, Somebody, enrol
from tests.territory import PARTY_OF, Territory, settle_territory

CMP = "Organization/cmp"
# The roles that read the directory, but for those at the centre.
READERS = [role for role in sorted(PARTY_OF) if load_roles()[role].directory.level != "none" and role != "psy_cmp"]


@pytest.fixture
def territory(store: Store) -> Territory:
    return settle_territory(store)


def entries(territory: Territory, role: str, kind: str = "PractitionerRole") -> list[dict[str, Any]]:
    return [msgspec.json.decode(entry.body) for entry in territory.open(role).search(kind, []).slices]


def test_each_role_at_an_organisation_is_in_the_directory(territory: Territory) -> None:
    nadia = enrol(territory.store, "nadia@dac.example", ("Organization/dac", "guichet"), ("Organization/ccas", "ccas"))
    found = entries(territory, "saad")
    assert {entry["organization"]["reference"] for entry in found} == {"Organization/dac", "Organization/ccas"}
    (practitioner,) = {entry["practitioner"]["reference"] for entry in found}
    (view,) = list_accounts(territory.store)
    assert practitioner == view.account.practitioner
    person = msgspec.json.decode(territory.open("saad").read(practitioner).body)
    assert person["name"] == [{"text": "Nadia Fictive"}]
    (code,) = [entry["code"][0] for entry in found if entry["organization"]["reference"] == "Organization/dac"]
    assert code["coding"][0]["code"] == "guichet"
    assert nadia.login not in str(found)


def test_who_works_in_a_psychiatric_centre_is_told_by_that_centre_alone(territory: Territory) -> None:
    enrol(territory.store, "psy@cmp.example", (CMP, "psy_cmp"), name="Odette Secrète")
    for role in READERS:
        assert entries(territory, role) == [], role
        assert "Odette" not in str(entries(territory, role, "Practitioner")), role
        assert "Odette" not in str(entries(territory, role, "Organization")), role
    (entry,) = entries(territory, "psy_cmp")
    assert entry["contained"][0]["name"] == [{"text": "Odette Secrète"}]
    assert entry["organization"] == {"reference": CMP}


def test_two_worlds_with_and_without_her(store: Store) -> None:
    """Who may not know gets the same bytes, and finds nothing by any parameter."""
    territory = settle_territory(store)
    territory.write({"resourceType": "PractitionerRole", "id": "r", "organization": {"reference": "Organization/saad"}})
    asked = ("", "organization=Organization/cmp", "active=true", "role=psy_cmp", "_total=accurate", "_has:x=1")

    def look() -> list[object]:
        told: list[object] = []
        for query in asked:
            pairs = [tuple(query.split("=", 1))] if query else []
            for kind in ("PractitionerRole", "Practitioner"):
                try:
                    page = territory.open("gestionnaire").search(kind, pairs)  # type: ignore[arg-type]
                    told.append(([entry.body for entry in page.slices], page.total))
                except Exception as refusal:
                    told.append(str(refusal))
        return told

    before = look()
    enrol(store, "psy@cmp.example", (CMP, "psy_cmp"), name="Odette Secrète")
    assert look() == before


def test_a_public_role_beside_one_there_tells_of_the_public_one(territory: Territory) -> None:
    enrol(territory.store, "x@y.example", ("Organization/chu", "hosp_clinicien"), (CMP, "psy_cmp"))
    assert [entry["organization"]["reference"] for entry in entries(territory, "saad")] == ["Organization/chu"]
    assert len(entries(territory, "psy_cmp")) == 2


def test_a_role_that_ended_says_so(territory: Territory) -> None:
    nadia = enrol(territory.store, "nadia@dac.example", ("Organization/dac", "guichet"))
    (view,) = list_accounts(territory.store)
    territory.pass_time()
    end_role(territory.store, OPERATOR, view.assignments[0].assignment_id)
    (entry,) = entries(territory, "saad")
    assert entry["active"] is False
    assert entry["period"]["start"] < entry["period"]["end"]
    give_role(territory.store, OPERATOR, nadia.account_id, "Organization/dac", "guichet")
    assert sorted(entry["active"] for entry in entries(territory, "saad")) == [False, True]


def test_a_role_there_that_ended_is_still_told_there_alone(territory: Territory) -> None:
    enrol(territory.store, "psy@cmp.example", (CMP, "psy_cmp"), name="Odette Secrète")
    (view,) = list_accounts(territory.store)
    territory.pass_time()
    end_role(territory.store, OPERATOR, view.assignments[0].assignment_id)
    assert entries(territory, "saad") == []
    (entry,) = entries(territory, "psy_cmp")
    assert entry["active"] is False


def test_an_entry_opens_nothing(territory: Territory) -> None:
    somebody = enrol(territory.store, "psy@cmp.example", (CMP, "psy_cmp"))
    assert isinstance(somebody, Somebody)
    assert entries(territory, "psy_cmp", "Patient") == []
