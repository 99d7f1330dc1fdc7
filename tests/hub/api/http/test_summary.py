"""`_summary` and `_elements` on read, vread, history and search, and that a part is never written back."""

import pytest

from hub.api.http.summary import SUBSETTED, WHOLE, Subset, is_subsetted, narrow, split_subset
from hub.domain.errors import Invalid
from hub.record.read.slice import Slice
from tests.hub.api.bundle.test_transaction import bundle


def test_what_is_asked():
    assert split_subset([], "Task") == (WHOLE, [])
    assert split_subset([("status", "x")], "Task") == (WHOLE, [("status", "x")])
    assert split_subset([("_summary", "false")], "Task") == (WHOLE, [])
    assert split_subset([("a", "b"), ("_summary", "true")], "Task") == (Subset("true"), [("a", "b")])
    assert split_subset([("_elements", "status, code")], "Task") == (Subset("", frozenset({"status", "code"})), [])
    assert split_subset([("_elements", "value[x]")], "Observation")[0].elements == frozenset({"value"})
    assert split_subset([("_summary", "count")], "Task", counted=True) == (WHOLE, [])


@pytest.mark.parametrize(
    ("pairs", "problem"),
    [
        ([("_summary", "count")], "parameter-value@_summary"),
        ([("_summary", "")], "parameter-value@_summary"),
        ([("_summary", "all")], "parameter-value@_summary"),
        ([("_summary", "true"), ("_summary", "true")], "parameter-twice@_summary"),
        ([("_elements", "secret")], "parameter-value@_elements"),
        ([("_elements", "")], "parameter-value@_elements"),
        ([("_elements", "status,")], "parameter-value@_elements"),
        ([("_elements", "code.text")], "parameter-value@_elements"),
        ([("_elements", "_status")], "parameter-value@_elements"),
    ],
)
def test_what_cannot_be_asked(pairs, problem):
    with pytest.raises(Invalid) as refused:
        split_subset(pairs, "Task")
    assert str(refused.value) == problem


def test_a_slice_asked_whole_is_not_parsed():
    found = Slice("Task/t", b"no JSON", "v", 1)
    assert narrow(found, WHOLE) is found


def test_numbers_keep_their_digits():
    body = b'{"resourceType":"Observation","meta":{},"status":"final","code":{},"valueQuantity":{"value":1.50}}'
    assert b'"value":1.50}' in narrow(Slice("Observation/o", body, "v", 1), Subset("true")).body


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ("_summary=true", {"status", "intent", "focus", "for", "owner", "code"}, {"authoredOn"}),
        ("_summary=text", {"status", "intent"}, {"authoredOn", "focus", "code"}),
        ("_summary=data", {"status", "authoredOn", "focus"}, {"text"}),
        ("_elements=authoredOn,owner", {"status", "intent", "authoredOn", "owner"}, {"focus", "for"}),
        ("_elements=authoredOn,owner&_summary=true", {"status", "intent", "owner"}, {"focus", "authoredOn"}),
        ("_elements=note", {"status", "intent"}, {"note", "focus"}),
    ],
)
def test_a_part_is_read_under_the_version_of_the_slice(world, asked, there, gone):
    whole = world.soc.get(f"/{world.task}")
    version = whole.json["meta"]["versionId"]
    read, vread = (world.soc.get(f"/{world.task}{tail}?{asked}") for tail in ("", f"/_history/{version}"))
    found = world.soc.get(f"/Task?_id={world.task[5:]}&{asked}").json["entry"][0]["resource"]
    past = world.soc.get(f"/{world.task}/_history?{asked}").json["entry"][0]["resource"]
    assert read.json == vread.json == found == past
    assert there | {"resourceType", "id", "meta"} <= set(read.json) <= set(whole.json) - gone
    assert read.json["meta"] == whole.json["meta"] | {"tag": [SUBSETTED]}
    assert read.headers["ETag"] == whole.headers["ETag"]
    assert world.soc.get(f"/{world.task}?{asked}", if_none_match=whole.headers["ETag"]).status_code == 304
    url = f"{world.task}?{asked}"
    entry = world.soc.ask("POST", "", body=bundle({"request": {"method": "GET", "url": url}}, kind="batch"))
    assert entry.json["entry"][0]["resource"] == read.json


def test_the_whole_is_asked_for_by_false(world):
    assert world.soc.get(f"/{world.task}?_summary=false").data == world.soc.get(f"/{world.task}").data


def test_a_count_is_for_searches(world):
    assert world.soc.get("/Task?_summary=count").json == {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 1,
        "link": [{"relation": "self", "url": "http://127.0.0.1:8000/fhir/Task?_summary=count"}],
    }
    answer = world.soc.get(f"/{world.task}?_summary=count")
    assert (answer.status_code, answer.json["issue"][0]["expression"]) == (400, ["http._summary"])


def test_elements_are_of_the_type_that_is_searched(world):
    found = world.soc.get("/Task?_elements=owner&_include=Task:focus").json["entry"]
    parts = {entry["search"]["mode"]: "tag" in entry["resource"]["meta"] for entry in found}
    assert parts == {"match": True, "include": False}
    assert "subject" in found[1]["resource"]
    found = world.soc.get("/Task?_summary=true&_include=Task:focus").json["entry"]
    assert all("tag" in entry["resource"]["meta"] for entry in found)
    assert world.soc.get("/Task?_summary=text&_include=Task:focus").status_code == 400


def test_self_and_next_repeat_what_was_asked(world):
    [link] = world.soc.get("/Task?_summary=true&_elements=owner").json["link"]
    assert link["url"].endswith("/fhir/Task?_summary=true&_elements=owner")


def test_a_part_is_not_written_back(world):
    part = world.desk.get(f"/{world.patient}?_summary=true")
    before = world.desk.get(f"/{world.patient}")
    put = world.desk.ask("PUT", f"/{world.patient}", body=part.json, if_match=part.headers["ETag"])
    assert (put.status_code, put.json["issue"][0]["expression"]) == (422, ["Patient.meta.tag"])
    entry = {"resource": part.json, "request": {"method": "PUT", "url": world.patient, "ifMatch": part.headers["ETag"]}}
    for kind in ("batch", "transaction"):
        assert b"SUBSETTED" in world.desk.ask("POST", "", body=bundle(entry, kind=kind)).data
    assert world.desk.get(f"/{world.patient}").data == before.data


@pytest.mark.parametrize("meta", [None, [], {"tag": None}, {"tag": {}}, {"tag": ["SUBSETTED", {"code": "x"}]}])
def test_what_only_looks_like_a_part(meta):
    assert not is_subsetted({"meta": meta})
