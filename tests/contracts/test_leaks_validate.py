"""Leak cases of `$validate` (`docs/leaks.md` L83, and of reading and errors as they touch it), over every role."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event

from fhir_profiles import codes
from tests.contracts.leak_worlds import (
    ABSENT,
    CANARY,
    HIDDEN,
    NEVER,
    ROLES,
    SECRET_PHONE,
    like_absent,
    pair_of,
    same_answers,
)
from tests.territory import PERSON

OURS = f"{codes.BASE}StructureDefinition/"
TASK = {
    "resourceType": "Task",
    "status": "requested",
    "intent": "order",
    "code": {"coding": [{"system": codes.TASK_CODE, "code": "fulfill"}]},
    "authoredOn": "2026-11-20",
    "requester": {"reference": "Organization/tiers"},
    "for": {"reference": PERSON},
}
MODES = ("", "?mode=create", "?mode=update", f"?profile={OURS}partner-task")


def task(focus):
    return {**TASK, "focus": {"reference": focus}}


@pytest.mark.parametrize("query", MODES)
def test_L83_a_reference_is_not_followed(worlds, query):
    for hidden, absent in (("ServiceRequest/h", f"ServiceRequest/{ABSENT}"), ("ServiceRequest/p", "ServiceRequest/v")):
        for actor in ROLES:
            _, having = pair_of(worlds, actor)
            one = having.ask(actor, "POST", f"/Task/$validate{query}", task(hidden))
            other = having.ask(actor, "POST", f"/Task/$validate{query}", task(absent))
            assert one == other, (actor, one, other)
            assert one.status == 200
    for _, answer in same_answers(worlds, ("POST", f"/Task/$validate{query}", task("ServiceRequest/h"))):
        assert answer.status == 200


def test_L83_an_identifier_of_somebody_hidden_is_anyones(worlds):
    def person(value):
        name = [{"use": "usual", "family": "Fictive"}]
        identifier = [{"system": "urn:oid:1.2.3", "value": value, "assigner": {"display": "x"}}]
        return {"resourceType": "Patient", "name": name, "identifier": identifier}

    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        path = f"/Patient/$validate?mode=create&profile={OURS}patient"
        assert having.ask(actor, "POST", path, person(CANARY)) == having.ask(actor, "POST", path, person("other"))


def test_L83_a_body_is_judged_without_the_record(worlds):
    having = worlds["both"]
    store = having.http.application.extensions["store"]
    said: list[str] = []

    def listen(connection, cursor, statement, *_):
        said.append(statement)

    def asked(path, body):
        said.clear()
        assert having.ask(ROLES[0], "POST", path, body).status == 200
        return list(said)

    for engine in {store.writer, store.reader}:
        event.listen(engine, "before_cursor_execute", listen)
    try:
        having.ask(ROLES[0], "GET", "/Task/$nothing")
        said.clear()
        having.ask(ROLES[0], "GET", "/Task/$nothing")
        guard = list(said)
        for path in ("/Task/$validate?mode=create", "/Task/h/$validate", f"/Task/{ABSENT}/$validate"):
            body = task("ServiceRequest/h") | ({"id": path.split("/")[2]} if path.count("/") == 3 else {})
            # What the guard asks of the token, and nothing of the record.
            assert asked(path, body) == guard, path
    finally:
        for engine in {store.writer, store.reader}:
            event.remove(engine, "before_cursor_execute", listen)


def test_L01_L83_validating_what_is_hidden_is_validating_what_is_absent(worlds):
    for method in ("GET", "POST"):
        for query in ("", "?mode=delete", f"?profile={OURS}task", "?profile=urn:x"):
            like_absent(worlds, method, f"{HIDDEN}/$validate{query}", f"{NEVER}/$validate{query}")
            like_absent(worlds, method, f"/Task/h/$validate{query}", f"/Task/{ABSENT}/$validate{query}")
    for _, answer in same_answers(worlds, ("GET", f"{HIDDEN}/$validate"), ("POST", "/Patient/h/$validate")):
        assert answer.status in (403, 404)


def test_L83_what_is_seen_is_judged_as_it_is_seen(worlds):
    requests = [
        ("GET", f"/{name}/$validate{query}")
        for name in ("Task/v", "CarePlan/v", "Condition/v", PERSON, "CareTeam/cercle")
        for query in ("", f"?profile={OURS}care-plan", f"?profile={OURS}task", f"?profile={OURS}patient")
    ]
    told = [answer.status for _, answer in same_answers(worlds, *requests)]
    assert told.count(200) > len(told) / 2


def test_every_slice_is_valid_r4(worlds):
    seen = 0
    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        for name in ("Task/v", "ServiceRequest/v", "CarePlan/v", "Condition/v", PERSON, "CareTeam/cercle"):
            answer = having.ask(actor, "GET", f"/{name}/$validate")
            if answer.status == 200:
                seen += 1
                severities = {issue["severity"] for issue in json.loads(answer.body)["issue"]}
                assert "error" not in severities, (actor, name, answer)
    assert seen > len(ROLES)


@pytest.mark.parametrize("profile", ["goal", "patient", "task", "document"])
def test_L79_a_fault_tells_no_value(worlds, profile):
    kind = {"goal": "Goal", "patient": "Patient", "task": "Task", "document": "DocumentReference"}[profile]
    wrong = {
        "resourceType": kind,
        "status": CANARY,
        "intent": CANARY,
        "lifecycleStatus": CANARY,
        CANARY: CANARY,
        "identifier": [{"system": CANARY, "value": SECRET_PHONE}],
        "extension": [{"url": codes.ACTIVITY_DOMAIN_EXTENSION, "valueCode": CANARY}],
        "code": {"coding": [{"system": codes.HUB_TASK, "code": CANARY}]},
    }
    fit = {name: value for name, value in wrong.items() if value != CANARY and name != "code"}
    for body in (wrong, fit, {"resourceType": "Parameters", "parameter": [{"name": CANARY, "valueCode": "x"}]}):
        path = f"/{kind}/$validate?mode=create&profile={OURS}{profile}"
        for _, answer in same_answers(worlds, ("POST", path, body)):
            assert CANARY.encode() not in answer.body
            assert SECRET_PHONE.encode() not in answer.body
