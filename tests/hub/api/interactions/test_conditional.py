"""Conditional create, update and patch, within the slice (`docs/leaks.md` L58, L59, L61; `docs/security.md` AC16, AC17)."""

from __future__ import annotations

import pytest

from tests.hub.api.conftest import ABSENT, told

BASE = "http://127.0.0.1:8000/fhir"
MINE = "identifier=urn:x|1"


def goal(world, value="1", **more):
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "identifier": [{"system": "urn:x", "value": value}],
        "description": {"text": "Marcher"},
        "subject": {"reference": world.patient},
        **more,
    }


def create(world, asked=MINE, **headers):
    return world.gp.ask("POST", "/Goal", body=goal(world), if_none_exist=asked, **headers)


def test_the_second_create_finds_the_first(world):
    made, found = create(world), create(world, f"?{MINE}")
    assert (made.status_code, found.status_code) == (201, 200)
    assert found.json == made.json
    assert found.headers["Location"] == made.headers["Location"]
    assert found.headers["ETag"] == made.headers["ETag"]


def test_a_client_that_wants_little_is_still_told_where(world):
    made = create(world)
    found = create(world, prefer="return=minimal")
    assert (found.data, found.headers["Location"]) == (b"", made.headers["Location"])


@pytest.mark.parametrize(("asked", "status"), [("", 400), ("_count=1", 400), ("foo=bar", 400), ("?", 400)])
def test_a_condition_that_says_nothing_is_400(world, asked, status):
    assert create(world, asked).status_code == status


def test_several_are_412(world):
    for _ in range(2):
        world.gp.create(goal(world))
    answers = [create(world), world.gp.ask("PUT", f"/Goal?{MINE}", body=goal(world))]
    answers.append(world.gp.ask("PATCH", f"/Goal?{MINE}", body={}, **{"content-type": "application/json"}))
    assert {(one.status_code, one.json["issue"][0]["code"]) for one in answers} == {(412, "multiple-matches")}
    assert all(told(one) == told(answers[0]) for one in answers)


def test_ac16_ac17_what_is_hidden_matches_nothing(world):
    hidden = world.condition.partition("/")[2]
    answers = [
        world.soc.ask("PATCH", f"/Condition?_id={one}", body={}, **{"content-type": "application/json"})
        for one in (hidden, ABSENT)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert told(answers[0]) == told(answers[1])
    person = {"resourceType": "Patient", "name": [{"family": "Cachée"}]}
    made = world.desk.ask("POST", "/Patient", body=person, if_none_exist=f"_id={ABSENT}")
    assert made.status_code == 201


def test_an_update_makes_or_changes(world, clock):
    made = world.gp.ask("PUT", f"/Goal?{MINE}", body=goal(world))
    assert made.status_code == 201, made.text
    clock.tick(1000)
    body = goal(world, lifecycleStatus="completed")
    assert world.gp.ask("PUT", f"/Goal?{MINE}", body=body).status_code == 428
    changed = world.gp.ask("PUT", f"/Goal?{MINE}", body=body, if_match=made.headers["ETag"])
    assert (changed.status_code, changed.json["id"]) == (200, made.json["id"])
    assert changed.headers["Location"] == f"{BASE}/Goal/{made.json['id']}/_history/{changed.json['meta']['versionId']}"
    stale = world.gp.ask("PUT", f"/Goal?{MINE}", body=body, if_match=made.headers["ETag"])
    assert stale.status_code == 412


def test_a_patch_changes_the_one_that_is_meant(world, clock):
    made = create(world)
    clock.tick(1000)
    headers = {"content-type": "application/merge-patch+json", "if_match": made.headers["ETag"]}
    answer = world.gp.ask("PATCH", f"/Goal?{MINE}", body={"lifecycleStatus": "completed"}, **headers)
    assert (answer.status_code, answer.json["lifecycleStatus"]) == (200, "completed")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_type_without_a_condition_names_nothing(world, method):
    assert world.gp.ask(method, "/Goal", body={"resourceType": "Goal"}).status_code == 400


def test_an_id_beside_a_condition_is_400(world):
    answer = world.gp.ask("PUT", f"/Goal?{MINE}", body=goal(world, id="mine"))
    assert (answer.status_code, answer.json["issue"][0]["expression"]) == (400, ["Goal.id"])


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_entries_have_conditions_too(world, kind):
    entry = {"resource": goal(world), "request": {"method": "POST", "url": "Goal", "ifNoneExist": MINE}}
    asked = {"resourceType": "Bundle", "type": kind, "entry": [entry]}
    first, second = (world.gp.ask("POST", "", body=asked).json["entry"][0]["response"] for _ in range(2))
    assert (first["status"], second["status"]) == ("201", "200")
    assert first["location"] == second["location"]
    put = {"resource": goal(world, "2"), "request": {"method": "PUT", "url": "Goal?identifier=urn:x|2"}}
    [made] = world.gp.ask("POST", "", body=asked | {"entry": [put]}).json["entry"]
    assert made["response"]["status"] == "201"
