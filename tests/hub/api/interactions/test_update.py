"""PUT of one resource (`docs/leaks.md` L62, L66, L70; `docs/security.md` R01)."""

import pytest

from tests.hub.api.conftest import ABSENT, told


@pytest.fixture
def held(world):
    """The Task as its owner read it."""
    return world.soc.get(f"/{world.task}")


def received(held):
    return {**held.json, "status": "received"}


def test_a_change_against_ones_own_version(world, held, clock):
    clock.tick(1000)
    answer = world.soc.ask("PUT", f"/{world.task}", body=received(held), if_match=held.headers["ETag"])
    assert (answer.status_code, answer.json["status"]) == (200, "received")
    assert answer.headers["ETag"] != held.headers["ETag"]
    assert "Location" not in answer.headers
    assert world.soc.get(f"/{world.task}").data == answer.data


def test_no_change_makes_no_version(world, held, clock):
    clock.tick(1000)
    answer = world.soc.ask("PUT", f"/{world.task}", body=held.json, if_match=held.headers["ETag"])
    assert told(answer) == told(held)


def test_a_version_that_is_past_is_412(world, held, clock):
    clock.tick(1000)
    world.soc.ask("PUT", f"/{world.task}", body=received(held), if_match=held.headers["ETag"])
    stale = world.soc.ask("PUT", f"/{world.task}", body=received(held), if_match=held.headers["ETag"])
    assert (stale.status_code, stale.json["issue"][0]["code"]) == (412, "conflict")
    assert "ETag" not in stale.headers


@pytest.mark.parametrize(("if_match", "status"), [(None, 428), ("*", 428), ('W/"x"', 412), ("x", 400), ('""', 400)])
def test_r01_a_version_is_named(world, held, if_match, status):
    headers = {} if if_match is None else {"if_match": if_match}
    assert world.soc.ask("PUT", f"/{world.task}", body=received(held), **headers).status_code == status
    assert world.soc.get(f"/{world.task}").headers["ETag"] == held.headers["ETag"]


def test_a_client_registered_as_lenient_need_not_name_it(world, held, join):
    lenient = join("ccas", world.soc.party, "system/*.ru", lenient_update=True)
    assert lenient.ask("PUT", f"/{world.task}", body=received(held)).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"if_match": 'W/"1"'}, {"if_match": "*"}])
def test_l62_ac12_a_put_makes_nothing_and_asks_nothing(world, headers):
    hidden = world.gp.get(f"/{world.condition}").json
    absent = {**hidden, "id": ABSENT}
    answers = [
        world.soc.ask("PUT", f"/{world.condition}", body=hidden, **headers),
        world.soc.ask("PUT", f"/Condition/{ABSENT}", body=absent, **headers),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert told(answers[0]) == told(answers[1])
    assert world.gp.get(f"/{world.condition}").json == hidden


@pytest.mark.parametrize("change", [{"id": ABSENT}, {"resourceType": "ServiceRequest"}])
def test_the_url_and_the_body_name_the_same(world, held, change):
    answer = world.soc.ask("PUT", f"/{world.task}", body=held.json | change, if_match=held.headers["ETag"])
    assert answer.status_code == 400


def test_without_an_id_the_body_names_nothing(world, held):
    body = {name: value for name, value in held.json.items() if name != "id"}
    assert world.soc.ask("PUT", f"/{world.task}", body=body, if_match=held.headers["ETag"]).status_code == 400


def test_the_caller_prefers_what_is_returned(world, held):
    answer = world.soc.ask(
        "PUT", f"/{world.task}", body=received(held), if_match=held.headers["ETag"], prefer="return=minimal"
    )
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == world.soc.get(f"/{world.task}").headers["ETag"]


def test_a_scope_that_does_not_cover_changes_nothing(world, held, join):
    reader = join("ccas", world.soc.party, "system/*.rs", "system/Task.c")
    answer = reader.ask("PUT", f"/{world.task}", body=received(held), if_match=held.headers["ETag"])
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (
        403,
        'Bearer realm="fhir", error="insufficient_scope"',
    )
