"""What is not offered, decided from the token and the template alone (`docs/leaks.md` L10, L37, L60, L72, L86)."""

import pytest

from tests.hub.api.conftest import ABSENT, NOT_FOUND, told

SYSTEM_WIDE = [
    "",
    "/",
    "?_type=Condition,Task&_lastUpdated=gt2026-01-01",
    "/_history?_since=2026-01-01",
    "/Patient/a/*",
]


def test_l10_l37_the_whole_system_is_refused_to_all_alike(world):
    answers = [caller.get(path) for path in SYSTEM_WIDE for caller in (world.soc, world.desk, world.out)]
    answers.append(world.soc.ask("POST", "/_search", body="_type=Task"))
    assert {answer.status_code for answer in answers} == {403}
    assert all(told(answer) == told(answers[0]) for answer in answers)
    assert answers[0].json["issue"][0]["code"] == "forbidden"


@pytest.mark.parametrize("path", SYSTEM_WIDE)
def test_what_is_refused_still_asks_who_asks(world, http, path):
    assert http.get(f"/fhir{path}").status_code == 401


def test_l60_l72_nothing_of_a_person_is_deleted(world):
    one = [world.soc.ask("DELETE", f"/{name}") for name in (world.task, world.condition, f"Condition/{ABSENT}")]
    many = [world.soc.ask("DELETE", f"/{query}") for query in ("Condition?code=F20.0", f"Task?patient={world.patient}")]
    for answers, allowed in ((one, "GET, HEAD, PATCH, PUT"), (many, "GET, HEAD, PATCH, POST, PUT")):
        assert {(answer.status_code, answer.headers["Allow"]) for answer in answers} == {(405, allowed)}
        assert all(told(answer) == told(answers[0]) for answer in answers)
    assert world.gp.get(f"/{world.condition}").status_code == 200


@pytest.mark.parametrize("path", ["/$meta", "/Task/$lastn", "/Patient/$member-match", f"/Task/{ABSENT}/$diff"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_l86_an_unknown_operation_is_absent_everywhere(world, method, path):
    answer = world.soc.ask(method, path, body=None if method == "GET" else {})
    assert (answer.status_code, answer.data) == (404, NOT_FOUND)
