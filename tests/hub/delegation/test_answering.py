import pytest

from fhir_profiles import codes
from hub.delegation import close_parent, withdraw_children
from hub.task_machine import TERMINAL_STATUSES, check_update, derive_parent_status
from tests.hub.delegation.plans import HUB, SOURCE, assert_r4
from tests.hub.task_machine.tasks import NOW, OUTPUT, PARTNER, REASON, STATUSES, business, task

SECRET = {
    "statusReason": {"text": "Patient hospitalisé en psychiatrie"},
    "output": OUTPUT,
    "owner": {"reference": PARTNER},
}


def parent(status="in-progress", **changes):
    return task(status, id="a", requester={"reference": SOURCE}, owner={"reference": HUB}, **changes)


def children(*statuses):
    return [task(status, **SECRET) for status in statuses]


@pytest.mark.parametrize(
    ("current", "statuses", "rule"),
    [
        ("accepted", ["requested"], "T6"),
        ("in-progress", ["completed", "rejected"], "T14"),
        ("on-hold", ["completed"], "T14"),
        ("in-progress", ["rejected", "failed"], "T15"),
    ],
)
def test_the_parent_moves_as_its_owner_might(current, statuses, rule):
    before = parent(current, output=OUTPUT)
    after = close_parent(before, children(*statuses), NOW)
    assert after is not None
    assert_r4(after)
    assert check_update(before, after, party=HUB, desk=True) == rule
    assert after["lastModified"] == NOW
    assert after["status"] == derive_parent_status(current, statuses)


@pytest.mark.parametrize("statuses", [[], ["in-progress"], ["entered-in-error"]])
def test_it_stays(statuses):
    assert close_parent(parent(), children(*statuses), NOW) is None


@pytest.mark.parametrize(("current", "rule"), [("accepted", "T12"), ("in-progress", "T13"), ("on-hold", "T13")])
def test_one_whose_end_the_source_wished_ends_cancelled(current, rule):
    before = parent(current, businessStatus=business(codes.CANCELLATION_REQUESTED))
    after = close_parent(before, children("cancelled", "rejected"), NOW)
    assert check_update(before, after, party=HUB, desk=True) == rule
    assert (after["status"], after["businessStatus"]) == ("cancelled", business(codes.CANCELLED))
    assert close_parent(before, children("cancelled", "completed"), NOW)["status"] == "completed"


def test_one_that_is_closed_is_not_closed_again():
    closed = close_parent(parent(), children("completed"), NOW)
    assert close_parent(closed, children("completed"), NOW) is None


def test_the_source_learns_the_end_and_nothing_of_the_children():
    done = close_parent(parent(), children("completed", "rejected"), NOW)
    assert [output["type"]["text"] for output in done["output"]] == ["PerformedActivity"]
    assert done["output"] == close_parent(parent(), children("completed"), NOW)["output"]
    assert done["businessStatus"] == business(codes.COMPLETED)
    failed = close_parent(parent(), children("failed", "rejected"), NOW)
    assert failed["statusReason"] == close_parent(parent(), children("cancelled"), NOW)["statusReason"]
    for after in (done, failed):
        assert SECRET["statusReason"]["text"] not in str(after)
        assert PARTNER not in str(after)


@pytest.mark.parametrize("status", ["received", "accepted", "in-progress", "on-hold"])
def test_who_works_is_asked_once_to_end(status):
    before = task(status, requester={"reference": HUB})
    (asked,) = withdraw_children([before], NOW)
    assert_r4(asked)
    assert check_update(before, asked, party=HUB, desk=True) == "T11"
    assert (asked["status"], asked["businessStatus"]) == (status, business(codes.CANCELLATION_REQUESTED))
    assert withdraw_children([asked], NOW) == ()


def test_what_nobody_read_is_cancelled():
    before = task(requester={"reference": HUB})
    (cancelled,) = withdraw_children([before], NOW)
    assert check_update(before, cancelled, party=HUB, desk=True) == "T12"
    assert cancelled["businessStatus"] == business(codes.CANCELLED)


def test_what_is_closed_stays():
    left = [*TERMINAL_STATUSES, "entered-in-error", "draft"]
    assert withdraw_children([task(status, statusReason=REASON) for status in left], NOW) == ()
    assert len(withdraw_children([task(status) for status in STATUSES], NOW)) == len(STATUSES) - len(left)
