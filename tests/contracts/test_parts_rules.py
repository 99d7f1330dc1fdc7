"""The rules by which each actor sees only its slice, by their numbers in `docs/parts.md`, with what breaks without each.

Each has its cases in the tests of the module that keeps it. Elsewhere: 19 (two worlds) and 24 (`tests/hub/intake`).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from msgspec.json import decode
from sqlalchemy import insert, select

from fhir_profiles import codes
from hub.domain.errors import Conflict, Invalid, NotFound
from hub.domain.policy import compute_rights
from hub.domain.roles import load_roles, read_roles
from hub.domain.sections import ALONE, load_sections
from hub.fhir import loads
from hub.record.db.clock import instant
from hub.record.db.store import Store
from hub.record.reactions import DECLASSIFIED, REACTIONS
from hub.record.read.slice import Slice
from hub.record.tables import index_token, trace, trace_beside, withheld, worklist
from hub.record.tables.base import EVER
from hub.slices import Target, embed_core, get_reference_rid, join, split
from tests.sights import sees as sight_of
from tests.territory import (
    DAY,
    PERSON,
    Territory,
    condition,
    observation,
    of_domain,
    person,
    request,
    settle_territory,
    statements,
    task,
)
from tests.traces import traces

Json = dict[str, Any]
PLACES = load_sections()


@pytest.fixture
def here(store: Store) -> Territory:
    return settle_territory(store)


@pytest.fixture
def circle(here: Territory) -> Territory:
    """Everybody is in Jeanne's circle."""
    here.join_circle("saad", "ssiad", "psy_cmp", "ccas", "ems_apa", "medecin_traitant", "gestionnaire")
    here.pass_time()
    return here


def what(one: Slice) -> Json:
    return {name: value for name, value in loads(one.body).items() if name != "meta"}


def sees(here: Territory, role: str, name: str) -> bool:
    try:
        here.open(role).read(name)
    except NotFound:
        return False
    return True


# --- Places, needs, masks --------------------------------------------------------------------------------------------


def test_rule_01_each_summary_has_extracts_of_its_own(circle: Territory) -> None:
    """Two depths would not do: the home help sees needs, the social service the GIR number, the desk neither's detail."""
    gir = observation("gir", "x") | {"code": {"coding": [{"system": codes.MED, "code": codes.GIR_QUESTION}]}}
    circle.write(gir, observation("need", "autonomy-need"))
    seen = {
        role: [name for name in ("gir", "need") if sees(circle, role, f"Observation/{name}")]
        for role in ("saad", "ccas")
    }
    assert seen == {"saad": ["need"], "ccas": ["gir"]}


def test_rule_01_a_summary_without_extracts_stops_start_up() -> None:
    text = '[x]\ntitle = ""\ndescribes = ""\nrelations = []\ndomains = []\n[x.sections]\nmedical = "summary"\n'
    with pytest.raises(ValueError, match="a summary names the extracts"):
        read_roles(text, PLACES)


def test_rule_02_a_part_needs_all_of_its_places_and_there_is_room_for_them() -> None:
    assert len(PLACES.bits) < 62
    both = PLACES.place("medical.titles") | PLACES.place("psychiatric.safety")
    granted = compute_rights(load_roles()["ssiad"], frozenset({"circle"})).sees
    assert granted & both
    assert granted & both != both
    assert not any(
        compute_rights(role, frozenset({"circle", "stay", "desk", "self", "close"})).sees & ALONE
        for role in load_roles().values()
    )


def test_rule_03_a_reference_is_seen_by_who_sees_its_place_and_its_target(circle: Territory) -> None:
    members = {role: what(circle.open(role).read("CareTeam/cercle"))["participant"] for role in ("saad", "psy_cmp")}
    named = {role: {one["member"]["reference"] for one in found} for role, found in members.items()}
    assert named["psy_cmp"] - named["saad"] == {"Organization/cmp"}


def test_rule_03_where_r4_requires_the_reference_the_resource_needs_its_target(circle: Territory) -> None:
    """A Coverage is nothing without its payor: who may not see the relative sees no Coverage."""
    cover = {"resourceType": "Coverage", "id": "c", "status": "active", "beneficiary": {"reference": PERSON}}
    circle.write(cover | {"payor": [{"reference": "RelatedPerson/fille"}]}, by="Organization/chu")
    assert sees(circle, "ems_apa", "Coverage/c")
    assert not sees(circle, "m2m_orienteur", "Coverage/c")


def test_rule_03_relabelling_a_target_moves_what_points_to_it_in_every_version(circle: Territory) -> None:
    circle.change("Organization/ems", type=[{"coding": [{"system": "urn:oid:1.2.250.1.213.3.3.39", "code": "10"}]}])
    for version in circle.open("saad").history("CareTeam/cercle").slices:
        assert b"Organization/ems" not in version.body


def test_rule_04_what_bears_a_name_that_reveals_is_of_that_section_but_for_its_parties(circle: Territory) -> None:
    circle.write(request("r", requester="Organization/dac", performer=[{"reference": "Organization/cmp"}]))
    circle.write(task("t", owner="Organization/cmp", focus="ServiceRequest/r"))
    for name in ("Task/t", "ServiceRequest/r"):
        assert [role for role in ("ssiad", "psy_cmp", "gestionnaire") if sees(circle, role, name)] == ["psy_cmp"] + (
            ["gestionnaire"] if name == "Task/t" else []  # the hub asked for it
        )


def test_rule_04_an_action_also_needs_the_section_that_its_domain_speaks_of(circle: Territory) -> None:
    circle.write(request("r", requester="Organization/dac"))
    for name, domain in (("p", "psy"), ("l", "logement")):
        circle.write(task(name, owner="Organization/ems", focus="ServiceRequest/r", extension=[of_domain(domain)]))
    assert [name for name in "pl" if sees(circle, "ssiad", f"Task/{name}")] == ["l"]


def test_rule_05_a_domain_limits_what_a_role_sees_of_goals_activities_and_assessments(circle: Territory) -> None:
    goal = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "x"},
        "subject": {"reference": PERSON},
    }
    circle.write(*(goal | {"id": name, "extension": [of_domain(name)]} for name in ("psy", "logement")))
    assert [name for name in ("psy", "logement") if sees(circle, "ccas", f"Goal/{name}")] == ["logement"]
    assert [name for name in ("psy", "logement") if sees(circle, "gestionnaire", f"Goal/{name}")] == ["psy", "logement"]


def test_rule_06_a_local_number_is_seen_by_who_gave_it(here: Territory) -> None:
    numbers = {}
    here.join_circle("saad", "ccas")
    here.change(PERSON, lambda patient: patient["identifier"].append(
        {"system": "urn:oid:1.2.3.6", "value": "SAAD-1", "assigner": {"reference": "Organization/saad"}}
    ))  # fmt: skip
    for role in ("saad", "ccas"):
        numbers[role] = [one["value"] for one in what(here.open(role).read(PERSON)).get("identifier", ())]
    assert numbers["saad"] == ["SAAD-1"]
    assert set(numbers["ccas"]) > {"SAAD-1", "IPP-1"}  # identity is read whole


def test_rule_07_what_is_withheld_is_absent_everywhere(circle: Territory) -> None:
    circle.write(condition("c"))
    with circle.unit() as unit:
        rid, about = get_reference_rid("Condition/c"), get_reference_rid(PERSON)
        row = {
            "rid": rid,
            "party": "",
            "role": "ssiad",
            "since": unit.time,
            "until": EVER,
            "person": about,
            "why": "test",
        }
        unit.connection.execute(insert(withheld).values(row))
        unit.facts.persons.add(about)
    assert not sees(circle, "ssiad", "Condition/c")
    assert circle.open("ssiad").search("Condition", [("_total", "accurate")]).total == 0
    assert sees(circle, "medecin_traitant", "Condition/c")


def test_rule_08_a_container_without_anything_visible_does_not_come_out(circle: Territory) -> None:
    circle.change("CareTeam/cercle", participant=[{"member": {"reference": "Organization/cmp"}}])
    circle.write({"resourceType": "CareTeam", "id": "t", "status": "active", "subject": {"reference": PERSON}})
    circle.join_circle("saad", "psy_cmp")
    seen = circle.open("saad").read("CareTeam/cercle").body
    assert b"{}" not in seen
    assert b"[]" not in seen


def test_rule_08_a_hidden_value_makes_no_write_fail(circle: Territory) -> None:
    """Written under a slice, judged as the writer sees it: what is hidden is neither checked nor lost."""
    circle.change(PERSON, lambda patient: patient["identifier"].append({"assigner": {"reference": "Organization/cmp"}}))
    found = circle.open("ccas").read(PERSON)
    circle.open("ccas").edit(PERSON, what(found) | {"contact": [{"name": {"text": "x"}}]}, found.version)
    assert {"assigner": {"reference": "Organization/cmp"}} in circle.whole(PERSON)["identifier"]


def test_rule_09_the_spine_opens_nothing(circle: Territory) -> None:
    """A goal of another domain: its status alone would tell that it is there."""
    goal = {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "subject": {"reference": PERSON}}
    circle.write(goal | {"description": {"text": "x"}, "extension": [of_domain("psy")]})
    assert not sees(circle, "ccas", "Goal/g")
    assert circle.open("ccas").search("Goal", [("lifecycle-status", "active"), ("_total", "accurate")]).total == 0


def test_rule_10_numbers_keep_their_digits_and_hidden_items_their_ranks(circle: Territory) -> None:
    exact = observation("o", "past-procedure") | {"valueQuantity": {"value": Decimal("72.50"), "unit": "kg"}}
    del exact["valueBoolean"]
    circle.write(exact)
    assert b'"value":72.50' in circle.open("ssiad").read("Observation/o").body
    team = [{"member": {"reference": f"Organization/{name}"}} for name in ("ccas", "cmp", "saad", "dac")]
    circle.change("CareTeam/cercle", participant=team)
    found = circle.open("gestionnaire").read("CareTeam/cercle")
    ccas, saad, dac = what(found)["participant"]
    circle.open("gestionnaire").edit("CareTeam/cercle", what(found) | {"participant": [saad, dac, ccas]}, found.version)
    kept = [
        one["member"]["reference"].removeprefix("Organization/")
        for one in circle.whole("CareTeam/cercle")["participant"]
    ]
    assert kept == ["saad", "cmp", "dac", "ccas"]


def test_rule_10_split_and_join_are_inverse() -> None:
    whole = {name: value for name, value in person().items() if name not in ("resourceType", "id")}
    assert join(split(person(), {})) == whole


def test_rule_11_the_label_is_constant_and_a_clients_meta_is_not_looked_at(circle: Territory) -> None:
    labels = {
        decode(circle.open(role).read(PERSON).body)["meta"]["security"][0]["code"] for role in ("saad", "personne")
    }
    assert labels == {"REDACTED"}
    found = circle.open("ccas").read(PERSON)
    lie = {"versionId": "1", "security": [{"code": "R"}], "tag": [{"code": "x"}]}
    assert circle.open("ccas").edit(PERSON, what(found) | {"meta": lie}, found.version) == found


# --- Who -------------------------------------------------------------------------------------------------------------


def test_rule_12_who_registers_a_person_sees_it(here: Territory) -> None:
    made = here.open("guichet").create({"resourceType": "Patient", "name": [{"family": "Exemple"}]})
    assert here.open("guichet").read(made.name) == made


def test_rule_12_the_desk_is_reduced_thirty_days_after_orientation(here: Territory) -> None:
    intake = {"coding": [{"system": codes.HUB_TASK, "code": "intake"}]}
    here.write(request("r"), observation("o", "ald"))
    here.write(task("t", owner="Organization/dac", requester="Organization/chu", code=intake, focus="ServiceRequest/r"))
    here.change("Task/t", status="rejected", statusReason={"text": "x"})
    here.pass_time(30 * DAY + 1_000_000)
    assert [sees(here, "guichet", name) for name in (PERSON, "RelatedPerson/ami", "Observation/o")] == [
        True,
        True,
        False,
    ]


def test_rule_13_a_stake_comes_from_making_and_ends_with_its_task(here: Territory) -> None:
    here.write(condition("c"), request("r", requester="Organization/dac"), by="Organization/dac")
    here.change("Condition/c", onsetString="hier", by="Organization/ccas")
    assert not sees(here, "ccas", "Condition/c")  # adding is not authoring
    here.write(task("t", owner="Organization/saad", focus="ServiceRequest/r"))
    assert sees(here, "saad", "ServiceRequest/r")
    here.pass_time()
    here.change("Task/t", status="cancelled", statusReason={"text": "x"})
    assert not sees(here, "saad", "ServiceRequest/r")


def test_rule_13_there_is_no_stake_on_a_person(here: Territory) -> None:
    here.write(request("r"), by="Organization/chu")
    assert what(here.open("m2m_orienteur").read(PERSON)) == {
        "resourceType": "Patient", "id": "jeanne", "identifier": [person()["identifier"][1]],
    }  # fmt: skip


def test_rule_13_history_by_a_stake_begins_with_it(here: Territory) -> None:
    here.write(request("r", requester="Organization/dac"))
    here.pass_time()
    here.change("ServiceRequest/r", priority="urgent")
    begun = here.pass_time()
    here.write(task("t", owner="Organization/saad", focus="ServiceRequest/r"))
    assert [one.updated for one in here.open("saad").history("ServiceRequest/r").slices] == [begun]


def test_rule_14_who_is_asked_sees_the_identity_extract_and_an_open_task_names_nobody(here: Territory) -> None:
    here.write(
        request("r", requester="Organization/dac"), task("t", owner="Organization/ssiad", focus="ServiceRequest/r")
    )
    asked = what(here.open("ssiad").read(PERSON))
    assert "telecom" in asked
    assert not {"birthDate", "identifier", "contact"} & asked.keys()
    here.write(task("offer", focus="ServiceRequest/r", extension=[of_domain("logement")]))
    offered = what(here.open("ccas").read("Task/offer"))
    assert {"status", "intent", "code", "extension"} <= offered.keys()
    assert not {"for", "focus", "description", "requester"} & offered.keys()


def test_rule_15_reactions_are_a_closed_list_and_what_they_let_through_is_named() -> None:
    assert {name for found in REACTIONS.values() for name in (one.__name__ for one in found)} == {
        "on_patient", "on_relative", "on_task_stakes", "on_intake_task", "on_task_membership", "on_accepted_intake",
        "on_message", "on_answered_question",
        "on_request_followed", "on_child_task", "on_care_team", "on_consent", "on_encounter", "on_recorded",
        "on_observation", "on_decided_intake", "on_plan_author", "on_professional_opposed",
    }  # fmt: skip
    assert all(DECLASSIFIED.values())


def test_rule_15_the_parent_follows_children_that_its_requester_does_not_see(here: Territory) -> None:
    here.write(request("r"), by="Organization/chu")
    here.write(
        task(
            "parent",
            owner="Organization/dac",
            requester="Organization/chu",
            focus="ServiceRequest/r",
            status="accepted",
        )
    )
    here.write(task("child", owner="Organization/cmp", focus="ServiceRequest/r", partOf=[{"reference": "Task/parent"}]))
    here.change("Task/child", status="accepted")
    assert what(here.open("m2m_orienteur").read("Task/parent"))["status"] == "in-progress"
    assert not sees(here, "m2m_orienteur", "Task/child")


# --- Clocks and versions ---------------------------------------------------------------------------------------------


def test_rule_16_a_places_time_grows_by_a_microsecond_at_least_and_never_back(circle: Territory) -> None:
    circle.write(condition("c"))
    times = [circle.open("ssiad").read("Condition/c").updated]
    for step in (0, -1_000_000, 0):
        circle.pass_time(step)
        circle.change("Condition/c", onsetString=str(len(times)))
        times.append(circle.open("medecin_traitant").history("Condition/c").slices[0].updated)
    assert times == sorted(set(times))


def test_rule_16_a_hidden_change_moves_no_time_and_a_change_of_rights_does(circle: Territory) -> None:
    circle.write(condition("c"))
    circle.pass_time()
    before = circle.open("ems_apa").read("Condition/c")
    circle.change("Condition/c", note=[{"text": "autre"}])
    assert circle.open("ems_apa").read("Condition/c") == before
    now = circle.pass_time()
    circle.consent("deny", "Organization/ems", "social")
    assert circle.open("ems_apa").read("Condition/c").updated == now


def test_rule_17_a_version_is_legal_sealed_and_ones_own(circle: Territory) -> None:
    circle.write(condition("c"))
    whole, titles = (circle.open(role).read("Condition/c") for role in ("ssiad", "ems_apa"))
    for one in (whole, titles):
        assert re.fullmatch(r"[a-z2-7]{52}", one.version)
    assert whole.version != titles.version
    with pytest.raises(NotFound):
        circle.open("ems_apa").vread("Condition/c", whole.version)
    with pytest.raises(Conflict):
        circle.open("medecin_traitant").edit("Condition/c", what(whole), titles.version)


def test_rule_18_bytes_differ_etags_differ_and_last_updated_finds_it(circle: Territory) -> None:
    circle.write(condition("c"), condition("p", "F20"))
    then = circle.store.now()
    before = circle.open("gestionnaire").read(PERSON)
    circle.pass_time()
    circle.consent("permit", "Organization/dac", "psychiatric")
    after = circle.open("gestionnaire").read(PERSON)
    assert after.version != before.version
    assert after.updated > before.updated
    found = circle.open("gestionnaire").search("Condition", [("_lastUpdated", f"gt{instant(then)}")])
    assert {one.name for one in found.slices} == {"Condition/c", "Condition/p"}


# --- Storage ---------------------------------------------------------------------------------------------------------


def test_rule_20_a_readers_trace_meets_no_snapshot_of_its_own(circle: Territory) -> None:
    """Someone writes while the reader reads: on SQLite an insert in the reader's own transaction would fail."""
    record = circle.open("ssiad")
    with circle.store.read() as connection:
        connection.execute(select(trace)).all()
        if not circle.store.on_postgres:
            connection.execute(select(trace_beside)).all()
        circle.write(condition("c"))
        assert record.read("Condition/c")
    assert [(row.action, row.shown) for row in traces(circle.store)] == [("read", "Condition/c")]


def test_rule_21_index_rows_and_typed_columns_say_where_they_stand(circle: Territory) -> None:
    circle.write(
        request("r", requester="Organization/dac"), task("t", owner="Organization/cmp", focus="ServiceRequest/r")
    )
    with circle.store.write() as connection:
        row = connection.execute(select(worklist).where(worklist.c.id == "t", worklist.c.name == "owner")).one()
        codes_of = connection.execute(
            select(index_token).where(index_token.c.type == "Task", index_token.c.name == "owner")
        )
        for found in (row, *codes_of):
            assert found.needs == PLACES.place("tasks.titles") | PLACES.entry("psychiatric")
    for asked in ([("owner", "Organization/cmp")], [("owner", "Organization/cmp"), ("status", "requested")], []):
        assert circle.open("ssiad").search("Task", asked).slices == []


def test_rule_22_no_total_unless_asked_and_cost_is_told_by_the_question(circle: Territory) -> None:
    assert circle.open("ssiad").search("Condition", []).total is None
    deep = "focus:ServiceRequest.requester:Organization.partof:Organization.name"
    with statements(circle.store) as said, pytest.raises(Invalid):
        circle.open("ssiad").search("Task", [(deep, "x")])
    assert said == []


def test_rule_22_labels_come_from_codes_and_bearers_never_from_other_references() -> None:
    told = condition("c") | {"evidence": [{"detail": [{"reference": "Observation/o"}]}]}
    psychiatric = {"Observation/o": Target(PLACES.place("psychiatric"))}
    seen = sight_of("ssiad", "circle").slice_of(told, split(told, psychiatric))
    assert seen == condition("c")


def test_rule_23_parts_are_few() -> None:
    everything = {
        "Task": task(
            "t", owner="Organization/saad", focus="ServiceRequest/r", note=[{"text": "x"}], input=[{"valueString": "x"}]
        ),
        "Condition": condition("c", onsetString="x", evidence=[{"code": [{"text": "x"}]}]),
        "ServiceRequest": request("r", note=[{"text": "x"}], priority="urgent"),
    }
    assert {kind: len(split(resource, {})) for kind, resource in everything.items()} == {
        "Task": 3, "Condition": 3, "ServiceRequest": 3,
    }  # fmt: skip
    # Stored, the spine has no row of its own.
    assert {kind: len(embed_core(split(resource, {}))) for kind, resource in everything.items()} == {
        "Task": 2, "Condition": 2, "ServiceRequest": 2,
    }  # fmt: skip
    # A Patient: two of identity, one for each local number, contacts, social.
    assert len(split(person(), {})) == 6
