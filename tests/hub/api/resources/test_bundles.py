"""Bundles joined as bytes: valid R4, whatever they hold."""

import json

from hub.api.http.response import Answer
from hub.api.resources import bundles
from hub.record.read.slice import Slice
from hub.record.repository.record import Page
from tests import r4
from tests.hub.api.bundle.test_transaction import bundle, post, request_about

BASE = "https://hub.example/fhir"
TASK = Slice("Task/t", b'{"resourceType":"Task","id":"t","status":"draft","intent":"order"}', "v1", 1_000_000)
GOAL = Slice("Goal/g", b'{"resourceType":"Goal","id":"g"}', "v2", 2_000_000)


def test_a_page_keeps_the_bytes_of_its_slices():
    asked = [("status", 'a"b\\ é|&='), ("owner", "Organization/o"), ("_count", "2")]
    page = Page([TASK], [GOAL], 7, "sealed", asked)
    found = bundles.write_searchset(f"{BASE}/Task", BASE, page)
    assert TASK.body in found
    assert json.loads(found) == {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 7,
        "link": [
            {
                "relation": "self",
                "url": f"{BASE}/Task?status=a%22b%5C%20%C3%A9%7C%26%3D&owner=Organization/o&_count=2",
            },
            {"relation": "next", "url": f"{BASE}/Task?_cursor=sealed&_count=2"},
        ],
        "entry": [
            {"fullUrl": f"{BASE}/Task/t", "resource": json.loads(TASK.body), "search": {"mode": "match"}},
            {"fullUrl": f"{BASE}/Goal/g", "resource": json.loads(GOAL.body), "search": {"mode": "include"}},
        ],
    }


def test_an_empty_page_has_no_entry():
    found = json.loads(bundles.write_searchset(f"{BASE}/Task", BASE, Page([], [], 0, None, [])))
    assert (found["total"], "entry" in found) == (0, False)


def test_what_became_of_entries():
    answers = [
        Answer(201, b"", "v1", 1_000_000, f"{BASE}/Task/t/_history/v1"),
        Answer(200, b'{"resourceType":"Goal","id":"g"}', "v2", 2_000_000),
        Answer(404, b'{"resourceType":"OperationOutcome"}'),
        Answer(304, b"", "v2", 2_000_000),
    ]
    found = json.loads(bundles.write_responses("batch", BASE, answers))["entry"]
    assert found == [
        {
            "response": {
                "status": "201",
                "location": f"{BASE}/Task/t/_history/v1",
                "etag": 'W/"v1"',
                "lastModified": "1970-01-01T00:00:01.000000Z",
            }
        },
        {
            "fullUrl": f"{BASE}/Goal/g",
            "resource": {"resourceType": "Goal", "id": "g"},
            "response": {"status": "200", "etag": 'W/"v2"', "lastModified": "1970-01-01T00:00:02.000000Z"},
        },
        {"response": {"status": "404", "outcome": {"resourceType": "OperationOutcome"}}},
        {"response": {"status": "304", "etag": 'W/"v2"', "lastModified": "1970-01-01T00:00:02.000000Z"}},
    ]


@r4.needs_data
def test_all_kinds_keep_the_invariants_of_r4(world):
    asked = bundle(post(request_about(world.patient, world.soc.party)))
    answers = [
        world.soc.get("/Task?_include=Task:focus&_total=accurate"),
        world.out.get("/Task"),
        world.soc.get(f"/{world.task}/_history"),
        world.soc.ask("POST", "", body=asked),
        world.soc.ask("POST", "", body=asked, prefer="return=representation"),
        world.soc.ask("POST", "", body=asked | {"type": "batch"}),
        world.soc.get("/Task?ownerr=x"),
        world.soc.get(f"/{world.condition}"),
    ]
    assert [list(r4.violations(answer.json)) for answer in answers] == [[]] * len(answers)
