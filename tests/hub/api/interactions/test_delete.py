"""DELETE: of one's own Subscription, and of nothing else (`docs/leaks.md` L60, L72)."""

import pytest

from tests.hub.api.conftest import ABSENT, NOT_FOUND
from tests.hub.subscriptions.conftest import build_subscription


def test_one_s_own_is_gone_at_once(world):
    name = world.soc.create(build_subscription())
    assert world.gp.ask("DELETE", f"/{name}").data == NOT_FOUND
    answer = world.soc.ask("DELETE", f"/{name}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert (world.soc.get(f"/{name}").status_code, world.soc.get(f"/{name}").data) == (404, NOT_FOUND)
    assert world.soc.ask("DELETE", f"/{name}").data == NOT_FOUND


def test_against_another_version_it_stays(world):
    name = world.soc.create(build_subscription())
    assert world.soc.ask("DELETE", f"/{name}", if_match=f'W/"{ABSENT}"').status_code == 412
    assert world.soc.ask("DELETE", f"/{name}", if_match=world.soc.get(f"/{name}").headers["ETag"]).status_code == 204


def test_the_scope_says_d(join, world):
    narrow = join("ccas", world.soc.party, "system/Subscription.crus", "system/Task.rs")
    name = narrow.create(build_subscription())
    assert narrow.ask("DELETE", f"/{name}").status_code == 403


@pytest.mark.parametrize("name", ["Task", "Patient", "Condition"])
def test_what_concerns_a_person_has_no_delete(world, name):
    answers = [world.desk.ask("DELETE", f"/{name}/{one}") for one in (ABSENT, world.task.partition("/")[2])]
    assert {answer.status_code for answer in answers} == {405}
    assert all("DELETE" not in answer.headers["Allow"] for answer in answers)


def test_in_a_batch_as_alone(world):
    name = world.soc.create(build_subscription())
    entries = [{"request": {"method": "DELETE", "url": one}} for one in (name, f"Subscription/{ABSENT}", world.task)]
    answer = world.soc.ask("POST", "", body={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert [one["response"]["status"] for one in answer.json["entry"]] == ["204", "404", "405"]
