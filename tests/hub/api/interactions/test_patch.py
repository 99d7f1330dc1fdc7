"""PATCH of one resource, in its three forms (`docs/leaks.md` L63–L65; `docs/security.md` AC14, AC19)."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from tests.hub.api.bundle.test_transaction import bundle
from tests.hub.api.conftest import ABSENT, told

JSON_PATCH = "application/json-patch+json"
RECEIVED = [{"op": "replace", "path": "/status", "value": "received"}]
PARAMETERS = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "operation",
            "part": [
                {"name": "type", "valueCode": "replace"},
                {"name": "path", "valueString": "Task.status"},
                {"name": "value", "valueCode": "received"},
            ],
        }
    ],
}
BINARY = {
    "resourceType": "Binary",
    "contentType": JSON_PATCH,
    "data": b64encode(json.dumps(RECEIVED).encode()).decode(),
}
FORMS = [
    (RECEIVED, JSON_PATCH),
    (RECEIVED, f"{JSON_PATCH}; charset=UTF-8"),
    (PARAMETERS, "application/fhir+json"),
    (PARAMETERS, "application/json"),
    ({"status": "received"}, "application/merge-patch+json"),
    ({"status": "received"}, "application/json"),
]


@pytest.fixture
def held(world, clock):
    """The Task as its owner read it, a while ago."""
    answer = world.soc.get(f"/{world.task}")
    clock.tick(1000)
    return answer


@pytest.mark.parametrize(("body", "form"), FORMS)
def test_each_form_changes_what_it_says(world, held, body, form):
    answer = world.soc.ask(
        "PATCH", f"/{world.task}", body=body, **{"content-type": form, "if_match": held.headers["ETag"]}
    )
    assert (answer.status_code, answer.json["status"]) == (200, "received"), answer.text
    assert answer.headers["ETag"] != held.headers["ETag"]
    assert world.soc.get(f"/{world.task}").data == answer.data


@pytest.mark.parametrize("resource", [BINARY, PARAMETERS])
@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_bundle_carries_patches(world, held, kind, resource):
    asked = {"method": "PATCH", "url": world.task, "ifMatch": held.headers["ETag"]}
    answer = world.soc.ask("POST", "", body=bundle({"request": asked, "resource": resource}, kind=kind))
    assert [entry["response"]["status"] for entry in answer.json["entry"]] == ["200"], answer.text
    assert world.soc.get(f"/{world.task}").json["status"] == "received"


@pytest.mark.parametrize(("if_match", "status"), [(None, 428), ("*", 428), ('W/"x"', 412), ("x", 400)])
def test_r01_a_version_is_named(world, held, if_match, status):
    headers = {"if_match": if_match} if if_match else {}
    answer = world.soc.ask("PATCH", f"/{world.task}", body=RECEIVED, **{"content-type": JSON_PATCH}, **headers)
    assert answer.status_code == status
    assert told(world.soc.get(f"/{world.task}")) == told(held)


def test_a_client_registered_as_lenient_need_not_name_it(world, held, join):
    lenient = join("ccas", world.soc.party, "system/*.ru", lenient_update=True)
    body = {"status": "received"}
    assert lenient.ask("PATCH", f"/{world.task}", body=body, **{"content-type": "application/json"}).status_code == 200


@pytest.mark.parametrize("path", ["/id", "/resourceType", "/meta/versionId", "/meta/lastUpdated", "/meta/security/0"])
def test_ac14_what_is_the_hubs_own_is_not_touched(world, held, path):
    operation = {"op": "replace", "path": path, "value": {"code": "x"} if path.endswith("0") else "x"}
    answer = world.soc.ask(
        "PATCH", f"/{world.task}", body=[operation], **{"content-type": JSON_PATCH, "if_match": held.headers["ETag"]}
    )
    assert answer.status_code == 422
    assert answer.json["issue"][0]["expression"] == [f"Task.{path.split('/')[1]}"]
    assert told(world.soc.get(f"/{world.task}")) == told(held)


def test_a_test_of_ones_own_version_is_taken(world, held):
    operations = [{"op": "test", "path": "/meta/versionId", "value": held.json["meta"]["versionId"]}, *RECEIVED]
    answer = world.soc.ask(
        "PATCH", f"/{world.task}", body=operations, **{"content-type": JSON_PATCH, "if_match": held.headers["ETag"]}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "form", "status"),
    [
        ({}, JSON_PATCH, 400),
        ([{"op": "remove"}], JSON_PATCH, 400),
        ([{"op": "test", "path": "/note/0/text", "value": "psy"}], JSON_PATCH, 422),
        ({"status": "received"}, "application/fhir+json", 400),
        (b"<x/>", "application/xml-patch+xml", 415),
        ([{"op": "replace", "path": "/status", "value": "nonsense"}], JSON_PATCH, 422),
        ([{"op": "add", "path": "/zz", "value": 1}], JSON_PATCH, 422),
    ],
)
def test_what_is_no_patch_or_makes_no_resource(world, held, body, form, status):
    answer = world.soc.ask(
        "PATCH", f"/{world.task}", body=body, **{"content-type": form, "if_match": held.headers["ETag"]}
    )
    assert answer.status_code == status, answer.text
    assert told(world.soc.get(f"/{world.task}")) == told(held)


def test_l65_the_hidden_is_patched_as_the_absent(world):
    answers = [
        world.soc.ask("PATCH", f"/{name}", body=RECEIVED, **{"content-type": JSON_PATCH}, **headers)
        for name in (world.condition, f"Condition/{ABSENT}")
        for headers in ({}, {"if_match": 'W/"1"'})
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert all(told(answer) == told(answers[0]) for answer in answers)


def test_ac19_a_patch_needs_its_scope(world, held, join):
    reader = join("ccas", world.soc.party, "system/*.crs")
    headers = {"content-type": JSON_PATCH, "if_match": held.headers["ETag"]}
    answer = reader.ask("PATCH", f"/{world.task}", body=RECEIVED, **headers)
    assert (answer.status_code, "insufficient_scope" in answer.headers["WWW-Authenticate"]) == (403, True)


def test_r07_a_claim_by_patch_is_won_once(world, clock, join):
    """`docs/loop.md` D4: one wins, the rest get 412; they see the Task."""
    version = world.soc.get(f"/{world.task}").headers["ETag"]
    clock.tick(1000)
    headers = {"content-type": JSON_PATCH, "if_match": version}
    statuses = [world.soc.ask("PATCH", f"/{world.task}", body=RECEIVED, **headers).status_code for _ in range(3)]
    assert statuses == [200, 412, 412]
