"""GET of the versions of one resource (`leaks.md` L09)."""

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
