"""Who is who: owner, requester, desk, candidate, stranger."""

import pytest

from hub.domain.errors import Invalid, Refused
from hub.task_machine import check_update
from tests.hub.task_machine.tasks import HUB, PARTNER, REASON, SOURCE, STRANGER, business, refusal, task

OPEN = task(owner=None, focus=None, requester=None, authoredOn=None, **{"for": None})  # as a candidate sees it


def ask(before, party, *, desk=False, within=(), **changes):
    after = {name: value for name, value in {**before, **changes}.items() if value is not None}
    return check_update(before, after, party=party, desk=desk, within=within)


@pytest.mark.parametrize("changes", [{}, {"status": "accepted"}, {"note": [{"text": "x"}]}])
@pytest.mark.parametrize("party", [STRANGER, ""])
def test_a_stranger_does_nothing(party, changes):
    with pytest.raises(Refused) as caught:
        ask(task(), party, **changes)
    assert refusal(caught) == [("task-not-yours", "")]


def test_a_reference_without_address_is_nobody():
    with pytest.raises(Refused):
        ask(task(owner={"display": "SSIAD"}), "", status="accepted")


def test_an_open_task_is_claimed_by_accepting_it_for_oneself():
    assert ask(OPEN, STRANGER, status="accepted", owner={"reference": STRANGER}) == "T4"


def test_a_claim_says_for_whom():
    with pytest.raises(Invalid) as caught:
        ask(OPEN, STRANGER, status="accepted")
    assert refusal(caught) == [("task-required", "Task.owner")]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "accepted", "owner": {"reference": PARTNER}},
        {"status": "rejected", "statusReason": REASON},
        {"status": "received"},
        {"owner": {"reference": STRANGER}},
        {"note": [{"text": "x"}]},
        {},
    ],
)
def test_a_candidate_may_only_claim(changes):
    with pytest.raises(Refused):
        ask(OPEN, STRANGER, **changes)


def test_a_claim_changes_nothing_else():
    with pytest.raises(Invalid) as caught:
        ask(OPEN, STRANGER, status="accepted", owner={"reference": STRANGER}, **{"for": {"reference": "Patient/p"}})
    assert refusal(caught) == [("task-fixed", "Task.for")]


@pytest.mark.parametrize("status", ["draft", "received", "accepted", "in-progress", "cancelled"])
def test_only_a_requested_task_is_open(status):
    with pytest.raises(Refused):
        ask({**OPEN, "status": status}, STRANGER, status="accepted", owner={"reference": STRANGER})


@pytest.mark.parametrize("before", [task(owner=None), task(owner={"reference": HUB})], ids=["open", "its own"])
def test_the_desk_cannot_accept_in_another_s_name(before):
    with pytest.raises(Invalid) as caught:
        ask(before, HUB, desk=True, status="accepted", owner={"reference": PARTNER})
    assert {code for code, _ in refusal(caught)} <= {"task-from-requested", "task-owner"}


def test_the_desk_owns_its_intake_and_accepts_it():
    assert ask(task(owner={"reference": HUB}), HUB, desk=True, status="accepted") == "T4"


def test_a_person_of_the_house_stands_for_it():
    nurse = "PractitionerRole/infirmiere"
    before = task(owner={"reference": nurse})
    with pytest.raises(Refused):
        ask(before, PARTNER, status="accepted")
    assert ask(before, PARTNER, within=[nurse], status="accepted") == "T4"
    assert ask(task(), PARTNER, within=[nurse], owner={"reference": nurse}) == "amend"


def test_one_who_asks_and_performs_is_both():
    own = task("in-progress", requester={"reference": SOURCE}, owner={"reference": SOURCE})
    assert ask(own, SOURCE, businessStatus=business("5.2"), statusReason=REASON) == "T11"
    assert ask(own, SOURCE, priority="urgent", location={"reference": "Location/l"}) == "amend"


def test_a_draft_is_sent_whole():
    with pytest.raises(Invalid) as caught:
        ask(task("draft", focus=None, authoredOn=None), SOURCE, status="requested")
    assert refusal(caught) == [("task-required", "Task.authoredOn"), ("task-required", "Task.focus")]


def test_all_faults_of_an_update_are_said_at_once():
    with pytest.raises(Invalid) as caught:
        ask(task(), PARTNER, status="rejected", priority="stat", businessStatus=business("7.0"))
    assert {code for code, _ in refusal(caught)} == {"task-fixed", "task-business-status", "task-reason"}


def test_what_is_judged_is_left_as_it_was():
    before, after = task(), task("accepted")
    check_update(before, after, party=PARTNER, desk=False)
    assert (before, after) == (task(), task("accepted"))
