"""GET of one version (`docs/leaks.md` L06, L08)."""

from tests.hub.api.conftest import ABSENT, NOT_FOUND, told


def test_the_present_version_is_the_present_slice(world):
    now = world.soc.get(f"/{world.task}")
    then = world.soc.get(f"/{world.task}/_history/{now.json['meta']['versionId']}")
    assert told(then) == told(now)


def test_l06_versions_of_the_hidden_are_absent(world):
    version = world.gp.get(f"/{world.condition}").json["meta"]["versionId"]
    answers = [
        world.soc.get(f"/{world.condition}/_history/{version}"),
        world.soc.get(f"/{world.condition}/_history/1"),
        world.soc.get(f"/Condition/{ABSENT}/_history/{version}"),
        world.soc.get(f"/{world.task}/_history/{version}"),
        world.soc.get(f"/{world.task}/_history/1"),
        world.soc.get(f"/{world.task}/_history/%00"),
        world.soc.get(f"/{world.task}/_history/{'a' * 65}"),
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(404, NOT_FOUND)}
    assert all(told(answer) == told(answers[0]) for answer in answers)


def test_a_version_takes_no_parameters(world):
    assert world.soc.get(f"/{world.task}/_history/1?status=x").status_code == 400
