"""GET of the versions of one resource (`docs/leaks.md` L09)."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.hub.api.conftest import ABSENT, told


@pytest.fixture
def moved(world, clock):
    """The Task, received by its owner: two versions."""
    before = world.soc.get(f"/{world.task}")
    clock.tick(1000)
    answer = world.soc.ask(
        "PUT", f"/{world.task}", body={**before.json, "status": "received"}, if_match=before.headers["ETag"]
    )
    assert answer.status_code == 200, answer.text
    return world.task


def test_each_version_is_told_with_how_it_came(world, moved):
    bundle = world.soc.get(f"/{moved}/_history").json
    assert (bundle["type"], bundle["total"]) == ("history", 2)
    assert bundle["link"] == [{"relation": "self", "url": f"http://127.0.0.1:8000/fhir/{moved}/_history"}]
    assert [entry["request"] for entry in bundle["entry"]] == [
        {"method": "PUT", "url": moved},
        {"method": "POST", "url": "Task"},
    ]
    for entry in bundle["entry"]:
        meta = entry["resource"]["meta"]
        assert entry["fullUrl"] == f"http://127.0.0.1:8000/fhir/{moved}"
        assert entry["response"]["etag"] == f'W/"{meta["versionId"]}"'
        assert entry["response"]["lastModified"] == meta["lastUpdated"]
    assert [entry["resource"]["status"] for entry in bundle["entry"]] == ["received", "requested"]


def test_each_version_that_is_told_can_be_read(world, moved):
    for entry in world.soc.get(f"/{moved}/_history").json["entry"]:
        version = entry["resource"]["meta"]["versionId"]
        answer = world.soc.get(f"/{moved}/_history/{version}")
        assert (answer.status_code, answer.json) == (200, entry["resource"])


def test_l09_the_hidden_has_no_history(world):
    answers = [world.soc.get(f"/{name}/_history") for name in (world.condition, f"Condition/{ABSENT}", "Condition/%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert all(told(answer) == told(answers[0]) for answer in answers)


def versions(answer):
    return [entry["resource"]["meta"]["versionId"] for entry in answer.json.get("entry", [])]


def test_it_is_told_page_by_page(world, moved):
    whole = world.soc.get(f"/{moved}/_history")
    first = world.soc.get(f"/{moved}/_history?_count=1")
    links = {link["relation"]: link["url"] for link in first.json["link"]}
    assert links["self"] == f"http://127.0.0.1:8000/fhir/{moved}/_history?_count=1"
    assert [name for name, _ in parse_qsl(urlsplit(links["next"]).query)] == ["_cursor", "_count"]
    second = world.soc.get(links["next"].removeprefix("http://127.0.0.1:8000/fhir"))
    assert versions(first) + versions(second) == versions(whole)
    assert first.json["total"] == second.json["total"] == 2
    assert [one.json["entry"][0]["request"]["method"] for one in (first, second)] == ["PUT", "POST"]
    assert second.json["link"] == [{"relation": "self", "url": links["next"]}]
    stranger = world.desk.get(links["next"].removeprefix("http://127.0.0.1:8000/fhir"))
    assert stranger.status_code == 400


@pytest.mark.parametrize("of", ["{task}", "Task"])
def test_a_page_goes_on_in_the_form_that_was_asked_first(world, moved, of):
    path = f"/{of.format(task=moved)}/_history?_since=2026&_elements=status"
    whole, first = world.soc.get(path).json["entry"], world.soc.get(f"{path}&_count=1").json
    links = {link["relation"]: link["url"] for link in first["link"]}
    cursor = dict(parse_qsl(urlsplit(links["next"]).query))["_cursor"]
    further = f"{path.partition('?')[0]}?_cursor={cursor}"
    assert first["entry"] + world.soc.get(further).json["entry"] == whole
    for beside in ("_elements=status", "_since=2026", "status=x"):
        assert world.soc.get(f"{further}&{beside}").status_code == 400


@pytest.mark.parametrize("of", ["{task}", "Task"])
def test_since_leaves_out_what_was_before(world, moved, of):
    newest = world.soc.get(f"/{moved}").json["meta"]
    path = f"/{of.format(task=moved)}/_history"
    assert versions(world.soc.get(f"{path}?_since={newest['lastUpdated']}")) == [newest["versionId"]]
    assert versions(world.soc.get(f"{path}?_since=2030-01-01")) == []


def test_at_finds_the_version_that_stood_then(world, moved):
    newest, oldest = versions(world.soc.get(f"/{moved}/_history"))
    for at, found in (("2026-11-21T08:00:01Z", [oldest]), ("2027-01-01", [newest]), ("2026-11-21", [newest, oldest])):
        assert versions(world.soc.get(f"/{moved}/_history?_at={at}")) == found, at
    assert versions(world.soc.get(f"/{moved}/_history?_at=2020")) == []


@pytest.mark.parametrize(
    "query", ["_since=x", "_count=-1", "_count=a", "_at=yesterday", "status=x", "_since=2026&_since=2027"]
)
def test_another_parameter_or_value_is_400(world, moved, query):
    assert world.soc.get(f"/{moved}/_history?{query}").status_code == 400
    assert world.soc.get(f"/Task/_history?{query}").status_code == 400


def test_that_of_a_type_is_of_what_is_seen(world, moved):
    bundle = world.soc.get("/Task/_history").json
    assert bundle["type"] == "history"
    assert versions(world.soc.get("/Task/_history")) == versions(world.soc.get(f"/{moved}/_history"))
    assert [entry["request"]["method"] for entry in bundle["entry"]] == ["PUT", "POST"]
    assert "total" not in bundle
    assert world.out.get("/Task/_history").json.get("entry") is None
    assert world.soc.get("/Task/_history?_at=2026").status_code == 400


def test_that_of_a_type_is_told_page_by_page(world, moved):
    whole = versions(world.desk.get("/Task/_history"))
    path, found = "/Task/_history?_count=1", []
    while path:
        answer = world.desk.get(path)
        found += versions(answer)
        links = {link["relation"]: link["url"] for link in answer.json["link"]}
        path = links.get("next", "").removeprefix("http://127.0.0.1:8000/fhir")
    assert found == whole
    assert len(found) == 3
