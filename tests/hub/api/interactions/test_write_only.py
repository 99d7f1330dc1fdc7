"""Who has the scope `u` and not `r` changes what it names and learns nothing of it (`docs/security.md` RS-4)."""

from __future__ import annotations

from base64 import b64encode
from json import dumps

import pytest

from hub.record.repository import writes
from tests.hub.api.bundle.test_transaction import bundle, post
from tests.hub.api.conftest import told
from tests.hub.api.interactions.test_patch import FORMS, JSON_PATCH, PARAMETERS, RECEIVED


@pytest.fixture
def writer(world, join):
    """The owner of the Task, with a scope that changes and does not read."""
    return join("ccas", world.soc.party, "system/Task.cu", lenient_update=True)


def patch(caller, name, body, form=JSON_PATCH, **headers):
    return caller.ask("PATCH", f"/{name}", body=body, **{"content-type": form}, **headers)


@pytest.mark.parametrize(("body", "form"), FORMS)
@pytest.mark.parametrize("prefer", ["return=representation", ""])
def test_a_10_a_patch_is_done_and_answers_nothing(world, writer, body, form, prefer):
    answer = patch(writer, world.task, body, form, prefer=prefer)
    assert (answer.status_code, answer.data) == (200, b"")
    assert not {"ETag", "Last-Modified"} & set(answer.headers.keys())
    assert world.soc.get(f"/{world.task}").json["status"] == "received"


def test_a_10_an_update_is_done_and_answers_nothing(world, writer):
    task = world.soc.get(f"/{world.task}").json | {"status": "received"}
    answer = writer.ask("PUT", f"/{world.task}", body=task)
    assert (answer.status_code, answer.data, answer.headers.get("ETag")) == (200, b"", None)
    assert world.soc.get(f"/{world.task}").json["status"] == "received"


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_a_10_an_entry_of_a_bundle_answers_nothing(world, writer, kind):
    entry = {"request": {"method": "PATCH", "url": world.task}, "resource": PARAMETERS}
    answer = writer.ask("POST", "/", body=bundle(entry, kind=kind), prefer="return=representation")
    assert answer.status_code == 200
    (made,) = answer.json["entry"]
    assert "resource" not in made
    assert made["response"]["status"] == "200"
    assert "etag" not in made["response"]


def ask_by_json(path, value):
    return [{"op": "test", "path": path, "value": value}, *RECEIVED], JSON_PATCH


def ask_by_path(criterion):
    operation = PARAMETERS["parameter"][0]
    path = {"name": "path", "valueString": f"Task.identifier.where({criterion}).value"}
    parts = [part if part["name"] != "path" else path for part in operation["part"]]
    return {"resourceType": "Parameters", "parameter": [operation | {"part": parts}]}, "application/fhir+json"


QUESTIONS = [
    [ask_by_json("/status", "requested"), ask_by_json("/status", "completed")],
    [ask_by_json("/for/reference", "Patient/x"), ask_by_json("/absent", 1)],
    [ask_by_path("system = 'urn:x'"), ask_by_path("value = 'x'")],
]


@pytest.mark.parametrize("pair", QUESTIONS, ids=["right or wrong", "a reference or nothing", "FHIRPath"])
def test_a_10_a_patch_asks_nothing(world, writer, pair):
    before = told(world.soc.get(f"/{world.task}"))
    answers = [told(patch(writer, world.task, *question)) for question in pair]
    assert answers[0] == answers[1]
    assert answers[0][0] == 403
    assert told(world.soc.get(f"/{world.task}")) == before


def test_a_10_nor_does_a_patch_in_a_binary(world, writer):
    body, _ = ask_by_json("/status", "requested")
    data = b64encode(dumps(body).encode()).decode()
    binary = {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}
    entry = {"request": {"method": "PATCH", "url": world.task}, "resource": binary}
    assert writer.ask("POST", "/", body=bundle(entry)).status_code == 403


def test_a_10_whether_a_value_was_there_already_is_not_told(world, writer):
    same, other = ([{"op": "replace", "path": "/status", "value": status}] for status in ("requested", "received"))
    assert told(patch(writer, world.task, same)) == told(patch(writer, world.task, other))


def test_a_10_who_may_read_asks_as_before(world):
    etag = world.soc.get(f"/{world.task}").headers["ETag"]
    body, form = ask_by_json("/status", "requested")
    answer = patch(world.soc, world.task, body, form, if_match=etag)
    assert (answer.status_code, answer.json["status"]) == (200, "received")


def test_what_one_created_is_answered(world, writer):
    task = world.soc.get(f"/{world.task}").json
    answer = writer.ask("POST", "/", body=bundle(post(_made_of(task, world))), prefer="return=representation")
    assert answer.status_code == 200, answer.text
    assert answer.json["entry"][0]["resource"]["description"] == "de soi"


def _made_of(task, world):
    kept = ("resourceType", "status", "intent", "code", "focus", "for", "authoredOn")
    party = {"reference": world.soc.party}
    return {name: task[name] for name in kept} | {"requester": party, "owner": party, "description": "de soi"}


def test_a_10_put_back_is_noticed(world, writer, monkeypatch):
    monkeypatch.setattr(writes, "may_read", lambda _actor, _type: True)
    with pytest.raises(AssertionError):
        test_a_10_an_update_is_done_and_answers_nothing(world, writer)


def test_a_10_a_test_put_back_is_noticed(world, writer, monkeypatch):
    monkeypatch.setattr("hub.api.interactions.patch.covers", lambda *_: True)
    for pair in QUESTIONS:
        with pytest.raises(AssertionError):
            test_a_10_a_patch_asks_nothing(world, writer, pair)
