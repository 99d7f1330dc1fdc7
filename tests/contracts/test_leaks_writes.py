"""The leak cases of writing, conditions, transactions and history by their numbers, over every role (`docs/leaks.md` B1, B4).

In the worlds of `leak_writers`.
"""

from __future__ import annotations

from itertools import product

import pytest

from hub.fhir import dumps, loads
from tests.contracts.leak_worlds import ABSENT, CANARY, ROLES, SECRET_PHONE, SEES_PSYCHIATRY
from tests.contracts.leak_writers import (
    JSON_PATCH,
    alike,
    binary,
    bundle,
    entry,
    fhirpath,
    like_absent,
    pairs_in,
    same,
    without_id,
    worlds_of,
)
from tests.territory import PERSON, Json, Territory, condition, request, task


def test_L10_type_history_is_filtered_as_a_search(pairs):
    shown = 0
    for kind in ("Condition", "Task", "Patient", "CareTeam", "ServiceRequest"):
        for query in ("", "?_since=2026-11-21", "?_count=1"):
            for _, answer in same(pairs, "GET", f"/{kind}/_history{query}"):
                shown += b'"entry"' in answer.body
    assert shown > 3 * len(ROLES)
    for _, answer in same(pairs, "GET", "/_history"):
        assert answer.status == 403


def test_L42_L50_pages_of_a_history_are_as_many_in_both_worlds(pairs):
    several = 0
    for actor, kind in product(ROLES, ("Condition", "Organization")):
        path, pages = f"/{kind}/_history?_count=1", 0
        while path and pages < 20:
            answer = alike(pairs, actor, "GET", path)
            links = {} if answer.status != 200 else {one["relation"]: one["url"] for one in loads(answer.body)["link"]}
            path, pages = links.get("next", "").partition("/fhir")[2], pages + 1
        several += pages > 1
    assert several > len(ROLES) / 3


def test_L49_a_page_of_a_history_is_of_whom_it_was_given_to(pairs):
    _, having = pairs[False]
    given = {}
    for actor in ROLES:
        answer = having.ask(actor, "GET", "/Organization/_history?_count=1")
        if b'"next"' in answer.body:
            given[actor] = next(one["url"] for one in loads(answer.body)["link"] if one["relation"] == "next")
    assert len(given) > 1
    (first, url), *others = given.items()
    for actor, _ in others:
        assert having.ask(actor, "GET", url.partition("/fhir")[2]).status == 400
    assert having.ask(first, "GET", url.partition("/fhir")[2]).status == 200


def test_L58_a_conditional_create_finds_nothing_hidden(pairs):
    made = 0
    sent = without_id(condition("x", "I10"))
    for asked in ("code=F20.0", f"_id=hp,{ABSENT}", "_has:Provenance:target:agent=Organization/cmp", "code=I11"):
        for _, answer in same(pairs, "POST", "/Condition", sent, If_None_Exist=f"{asked}&recorded-date=gt2030"):
            made += answer.status == 201
    assert made >= 8
    person = {"resourceType": "Patient", "name": [{"family": "Nouvelle"}]}
    told = [
        a.status for _, a in same(pairs, "POST", "/Patient", person, If_None_Exist=f"identifier=urn:oid:1.2.3|{CANARY}")
    ]
    assert 201 in told
    assert 412 not in told


def test_L59_L61_an_update_or_a_patch_by_condition_sees_the_slice_alone(pairs):
    hidden, absent = ("?_id=hp", "?code=F20.0&_id=h"), (f"?_id={ABSENT}", f"?code=F20.0&_id={ABSENT}")
    patch = [{"op": "add", "path": "/note", "value": [{"text": "x"}]}]
    for one, other in zip(hidden, absent, strict=True):
        for actor in ROLES:
            if actor[1] in SEES_PSYCHIATRY and "code" in one:
                continue
            _, having = worlds_of(pairs, actor)
            patched = [
                having.ask(actor, "PATCH", f"/Condition{q}", dumps(patch).decode(), **JSON_PATCH) for q in (one, other)
            ]
            assert patched[0] == patched[1]
            assert patched[0].status in (403, 404)
    for _, answer in same(pairs, "PUT", "/Condition?_id=hp", condition("hp")):
        assert answer.status in (400, 403)
    told = [
        a.status for _, a in same(pairs, "PUT", "/Condition?code=F20.0&_id=h,hp", without_id(condition("x", "I10")))
    ]
    assert 201 in told
    assert 412 not in told


def test_L60_no_conditional_delete(pairs):
    for path in ("/Condition?code=F20.0", "/Condition?_id=hp", "/Task?_id=v"):
        for _, answer in same(pairs, "DELETE", path):
            assert answer.status in (403, 405)


HIDDEN_TARGETS = ("Patient/h", "Condition/hp", "ServiceRequest/h", "Task/h")


@pytest.mark.parametrize("target", HIDDEN_TARGETS)
def test_L68_L77_to_point_to_something_hidden(pairs, target):
    kind = target.partition("/")[0]
    for element in ("about", "focus", "for") if kind == "Patient" else ("about", "focus"):
        bodies = tuple(_pointing(element, name) for name in (target, f"{kind}/{ABSENT}"))
        path = f"/{bodies[0]['resourceType']}"
        like_absent(pairs, "POST", path, path, bodies)


def _pointing(element: str, name: str) -> Json:
    if element == "about":
        found = {"resourceType": "Communication", "status": "completed", "subject": {"reference": PERSON}}
        return found | {"about": [{"reference": name}]}
    made = without_id(task("x", "Organization/ccas", "ServiceRequest/v"))
    return made | {element: {"reference": name}}


def test_L69_a_reference_by_search_leads_into_the_slice_or_nowhere(pairs):
    asked = (
        f"Patient?identifier=urn:oid:1.2.3|{CANARY}",
        f"Patient?phone={SECRET_PHONE}",
        "Patient?_id=h",
        f"Patient?_id={ABSENT}",
        "Patient?_id=h,x",
        "Patient?family=N",
    )
    for actor in ROLES:
        told = set()
        for link in asked:
            about = request("x", actor[0]) | {"subject": {"reference": link}}
            sent = bundle("transaction", entry("POST", "ServiceRequest", without_id(about)))
            answer = alike(pairs, actor, "POST", "", sent)
            if answer.status == 422:
                told.add(answer.body)
        assert len(told) <= 1, actor


def test_L71_an_identifier_of_somebody_hidden_is_free(pairs):
    person = {
        "resourceType": "Patient",
        "name": [{"family": "Homonyme"}],
        "identifier": [{"system": "urn:oid:1.2.3", "value": "zq-other"}],
    }
    assert 201 in [answer.status for _, answer in same(pairs, "POST", "/Patient", person)]
    free = person | {"identifier": [{"system": "urn:oid:1.2.3", "value": CANARY}]}
    for actor in ROLES:
        pair = worlds_of(pairs, actor)
        for world in pair:
            world.asked = max(one.asked for one in pair)
        # What the caller sent itself stands in the answer, and is no news to it.
        one, other = (world.ask(actor, "POST", "/Patient", free) for world in pair)
        assert one == other
        assert one.status in (201, 403, 422)


def test_L73_a_hidden_action_holds_nothing_up(pairs):
    moved = 0
    for actor in ROLES:
        held = alike(pairs, actor, "GET", "/Task/v")
        if held.status != 200:
            continue
        resource = loads(held.body)
        for status in ("received", "accepted", "in-progress", "completed"):
            after = resource | {"status": status, "output": [{"type": {"text": "fait"}, "valueString": "fait"}]}
            answer = alike(pairs, actor, "PUT", "/Task/v", after, If_Match=held.headers["ETag"])
            moved += answer.status == 200
    assert moved


def test_L74_entries_of_a_batch_are_answered_as_alone(pairs):
    patch = binary({"op": "test", "path": "/note/0/text", "value": CANARY})
    asked = bundle(
        "batch",
        entry("GET", "Condition/hp"),
        entry("GET", "Condition?_has:Provenance:target:agent=Organization/cmp"),
        entry("GET", "Condition/_history"),
        entry("PATCH", "Condition/hp", patch, ifMatch='W/"1"'),
        entry("PATCH", "Condition?_id=hp", patch),
        entry("PUT", "Condition/hp", condition("hp"), ifMatch='W/"1"'),
    )
    for actor, answer in same(pairs, "POST", "", asked):
        for told in loads(answer.body)["entry"][3:]:
            assert told["response"]["status"] in ("403", "404"), actor


@pytest.mark.parametrize("method", ["PUT", "PATCH", "GET"])
def test_L75_ac18_a_transaction_with_something_hidden_fails_as_with_something_absent(pairs, method):
    def asked(name: str) -> Json:
        body = {
            "PUT": condition(name),
            "PATCH": binary({"op": "remove", "path": "/note"}),
            "GET": None,
        }[method]
        more = {} if method == "GET" else {"ifMatch": 'W/"1"'}
        made = {"resourceType": "Communication", "status": "completed", "subject": {"reference": PERSON}}
        return bundle(
            "transaction", entry("POST", "Communication", made), entry(method, f"Condition/{name}", body, **more)
        )

    like_absent(pairs, "POST", "", "", (asked("hp"), asked(ABSENT)))


def test_L76_no_label_widens_what_one_sees(pairs):
    label = {"system": "urn:x", "code": "PSY"}
    for path, value in (
        ("/meta/security/-", label),
        ("/meta/security/0", label),
        ("/meta/versionId", "1"),
        ("/id", "h"),
        ("/resourceType", "Condition"),
        ("/for", {"reference": "Patient/h"}),
        ("/requester", {"reference": "Organization/tiers"}),
        ("/basedOn", [{"reference": "ServiceRequest/h"}]),
    ):
        for actor in ROLES:
            held = alike(pairs, actor, "GET", "/Task/v")
            if held.status != 200:
                continue
            operation = {
                "op": "add" if path.endswith("-") or path == "/basedOn" else "replace",
                "path": path,
                "value": value,
            }
            answer = alike(
                pairs, actor, "PATCH", "/Task/v", dumps([operation]).decode(),
                If_Match=held.headers["ETag"], **JSON_PATCH,
            )  # fmt: skip
            assert answer.status in (403, 422), (actor, path)
            assert alike(pairs, actor, "GET", "/Task/v") == held


def test_L78_nobody_patches_himself_into_the_circle(pairs):
    member = {"member": {"reference": "Organization/tiers"}}
    written = []
    for actor in ROLES:
        held = alike(pairs, actor, "GET", "/CareTeam/cercle").headers.get("ETag", 'W/"x"')
        sent = dumps([{"op": "add", "path": "/participant/-", "value": member}]).decode()
        answer = alike(pairs, actor, "PATCH", "/CareTeam/cercle", sent, If_Match=held, **JSON_PATCH)
        written += [actor[1]] if answer.status == 200 else []
    assert set(written) <= {"gestionnaire", "guichet"}


def test_L79_what_is_wrong_is_told_by_place_and_rule(pairs):
    value = "zzvaleur"
    sent = [
        ("POST", "/Task", without_id(task("x", "Organization/ccas")) | {"status": value}, {}),
        ("POST", "/Task", {"resourceType": "Task", "priority": value}, {}),
        ("PATCH", "/Task/v", dumps([{"op": "replace", "path": f"/{value}", "value": value}]).decode(), JSON_PATCH),
        ("PATCH", "/Task/v", dumps([{"op": value, "path": value}]).decode(), JSON_PATCH),
        (
            "PATCH",
            "/Task/v",
            dumps(fhirpath("delete", f"Task.{value}(1)")).decode(),
            {"Content_Type": "application/json"},
        ),
        ("PATCH", f"/Task?identifier={value}", dumps({"status": value}).decode(), {"Content_Type": "application/json"}),
    ]
    for method, path, body, headers in sent:
        for _, answer in same(pairs, method, path, body, **headers):
            assert answer.status >= 400
            assert value.encode() not in answer.body


def test_L138_what_happens_beside_is_no_conflict(tmp_path):
    """The desk edits what an actor does not see; the version that it held before is still the one that it sees."""
    pairs, written = pairs_in(tmp_path), []
    for world in pairs[False]:
        store = world.http.application.extensions["store"]
        store.now.tick(1000)
        if world is pairs[False][1]:
            world.ids.request = "beside"
            Territory(store).change("Task/v", reasonReference={"reference": "Condition/h"})
        store.now.tick(1000)
    for actor in ROLES:
        held = {world.versions[actor] for world in worlds_of(pairs, actor)} - {""}
        sent = dumps([{"op": "add", "path": "/businessStatus", "value": {"text": f"Vu par {actor[1]}"}}]).decode()
        for version in held:
            answer = alike(pairs, actor, "PATCH", "/Task/v", sent, If_Match=version, **JSON_PATCH)
            written += [actor[1]] if answer.status == 200 else []
        assert len(held) < 2
    assert written
