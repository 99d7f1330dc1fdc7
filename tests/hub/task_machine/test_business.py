import pytest

from fhir_profiles import codes
from hub.task_machine import TRANSITIONS, stamp
from tests.hub.task_machine.tasks import NOW, business, task


def test_the_time_is_the_hub_s():
    sent = task(lastModified="2031-01-01T00:00:00Z", _lastModified={"id": "x"})
    assert stamp(sent, NOW) == task(lastModified=NOW)
    assert sent["lastModified"] == "2031-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("authored", "later"),
    [
        ("2026-11-21T09:00:01+01:00", True),
        ("2026-11-21T08:00:00Z", False),
        ("2026-11-21T08:59:60+01:00", False),
        ("2026-11-21", False),
        ("2026-11-22", True),
        ("2026", False),
        ("2027", True),
    ],
)
def test_it_is_not_before_the_task_was_asked(authored, later):
    assert stamp(task(authoredOn=authored), NOW)["lastModified"] == (authored if later else NOW)


def test_a_task_without_date_is_stamped_too():
    assert stamp(task(authoredOn=None), NOW)["lastModified"] == NOW


@pytest.mark.parametrize(
    "line", [line for line in TRANSITIONS if line.business], ids=lambda line: f"{line.rule}-{line.start}-{line.end}"
)
def test_a_move_brings_its_step(line):
    moved = stamp(task(line.end, businessStatus=business("9.9")), NOW, line.rule)
    assert moved["businessStatus"] == business(line.business)


@pytest.mark.parametrize("rule", ["T6", "T9", "T10", "T15", "T16", "amend", ""])
def test_other_moves_leave_it(rule):
    assert stamp(task("in-progress", businessStatus=business("3.0")), NOW, rule)["businessStatus"] == business("3.0")


def test_a_wish_to_cancel_stays_until_it_is_answered():
    assert stamp(task("accepted", businessStatus=business("5.2")), NOW, "T4")["businessStatus"] == business("5.2")
    assert stamp(task("completed", businessStatus=business("5.2")), NOW, "T14")["businessStatus"] == business("7.0")


def test_the_territory_s_own_coding_stays_beside():
    local = {"system": "https://territoire.example/etapes", "code": "visite"}
    moved = stamp(task("completed", businessStatus={"coding": [local]}), NOW, "T14")
    assert moved["businessStatus"]["coding"] == [{"system": codes.BUSINESS_STATUS, "code": "7.0"}, local]
