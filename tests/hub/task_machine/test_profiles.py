"""Where the guides differ (docs/loop.md D7)."""

import pytest

from hub.domain.errors import Invalid
from hub.task_machine import translate_inward, translate_outward
from tests.hub.task_machine.tasks import STATUSES, refusal


def test_gravity_sees_neither_received_nor_a_late_refusal():
    assert translate_outward("received", "gravity") == "requested"
    assert translate_outward("rejected", "gravity") == "rejected"
    assert translate_outward("rejected", "gravity", was_accepted=True) == "cancelled"


def test_bser_calls_a_new_request_received():
    assert translate_outward("requested", "bser") == translate_outward("received", "bser") == "received"
    assert translate_inward("received", "bser") == "requested"


def test_the_hub_speaks_plainly():
    assert [translate_outward(status, "hub", was_accepted=True) for status in STATUSES] == list(STATUSES)
    assert [translate_inward(status, "hub", stored="draft") for status in STATUSES] == list(STATUSES)


@pytest.mark.parametrize("guide", ["hub", "gravity", "bser"])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("was_accepted", [False, True])
def test_what_was_shown_comes_back_as_no_change(status, guide, was_accepted):
    shown = translate_outward(status, guide, was_accepted=was_accepted)
    assert translate_inward(shown, guide, stored=status, was_accepted=was_accepted) == status


@pytest.mark.parametrize("status", ["received", "ready"])
def test_gravity_may_not_say_these(status):
    for stored in ("", "requested", "received"):
        with pytest.raises(Invalid) as caught:
            translate_inward(status, "gravity", stored=stored)
        assert refusal(caught) == [("task-transition", "Task.status")]
