import pytest

from fhir_profiles import codes
from hub.delegation import closing, withdrawing
from hub.task_machine import TERMINAL_STATUSES, check_update, parent_status
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
    after = closing(before, children(*statuses), NOW)
    assert after is not None
    assert_r4(after)
    assert check_update(before, after, party=HUB, desk=True) == rule
    assert after["lastModified"] == NOW
    assert after["status"] == parent_status(current, statuses)


@pytest.mark.parametrize("statuses", [[], ["in-progress"], ["entered-in-error"]])
def test_it_stays(statuses):
    assert closing(parent(), children(*statuses), NOW) is None


@pytest.mark.parametrize(("current", "rule"), [("accepted", "T12"), ("in-progress", "T13"), ("on-hold", "T13")])
def test_one_whose_end_the_source_wished_ends_cancelled(current, rule):
    before = parent(current, businessStatus=business(codes.CANCELLATION_REQUESTED))
    after = closing(before, children("cancelled", "rejected"), NOW)
    assert check_update(before, after, party=HUB, desk=True) == rule
    assert (after["status"], after["businessStatus"]) == ("cancelled", business(codes.CANCELLED))
    assert closing(before, children("cancelled", "completed"), NOW)["status"] == "completed"


def test_one_that_is_closed_is_not_closed_again():
    closed = closing(parent(), children("completed"), NOW)
    assert closing(closed, children("completed"), NOW) is None


def test_the_source_learns_the_end_and_nothing_of_the_children():
    done = closing(parent(), children("completed", "rejected"), NOW)
    assert [output["type"]["text"] for output in done["output"]] == ["PerformedActivity"]
    assert done["output"] == closing(parent(), children("completed"), NOW)["output"]
    assert done["businessStatus"] == business(codes.COMPLETED)
    failed = closing(parent(), children("failed", "rejected"), NOW)
    assert failed["statusReason"] == closing(parent(), children("cancelled"), NOW)["statusReason"]
    for after in (done, failed):
        assert SECRET["statusReason"]["text"] not in str(after)
        assert PARTNER not in str(after)


@pytest.mark.parametrize("status", ["received", "accepted", "in-progress", "on-hold"])
def test_who_works_is_asked_once_to_end(status):
    before = task(status, requester={"reference": HUB})
    (asked,) = withdrawing([before], NOW)
    assert_r4(asked)
    assert check_update(before, asked, party=HUB, desk=True) == "T11"
    assert (asked["status"], asked["businessStatus"]) == (status, business(codes.CANCELLATION_REQUESTED))
    assert withdrawing([asked], NOW) == ()


def test_what_nobody_read_is_cancelled():
    before = task(requester={"reference": HUB})
    (cancelled,) = withdrawing([before], NOW)
    assert check_update(before, cancelled, party=HUB, desk=True) == "T12"
    assert cancelled["businessStatus"] == business(codes.CANCELLED)


def test_what_is_closed_stays():
    left = [*TERMINAL_STATUSES, "entered-in-error", "draft"]
    assert withdrawing([task(status, statusReason=REASON) for status in left], NOW) == ()
    assert len(withdrawing([task(status) for status in STATUSES], NOW)) == len(STATUSES) - len(left)
