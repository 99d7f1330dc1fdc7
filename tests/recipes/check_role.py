"""A client in the role `kine` reads its slice: titles of problems and the name in use, and nothing that the role does not see."""

from __future__ import annotations

from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from tests.outside import EVERY
from tests.recipes.patched_hub import PatchedHub, open_patched_hub
from tests.territory import PERSON, Territory, circle_member

PARTY = "Organization/kine"


def join_circle(hub: PatchedHub) -> None:
    """Register the client, and let its organisation into the person's circle."""
    territory = Territory(hub.store)
    territory.write({"resourceType": "Organization", "id": "kine", "name": "Cabinet fictif de kinésithérapie"})
    register(hub.store, Partner("kine", "Cabinet fictif", PARTY, "kine", EVERY))
    hub.tokens["kine"] = issue_token(hub.store, "kine", EVERY)
    member = circle_member(PARTY, hub.store.now())
    territory.change("CareTeam/cercle", lambda team: team["participant"].append(member))
    territory.pass_time()


with open_patched_hub() as hub:
    join_circle(hub)
    problem = hub.get("kine", "/Condition/v")
    assert problem["code"]["coding"][0]["code"] == "I10"
    assert "note" in hub.get("gestionnaire", "/Condition/v")
    assert "note" not in problem
    person = hub.get("kine", f"/{PERSON}")
    assert [name["use"] for name in person["name"]] == ["usual"]
    assert "birthDate" not in person
    assert hub.ask("kine", "GET", "/fhir/MedicationStatement").json["resourceType"] == "Bundle"
