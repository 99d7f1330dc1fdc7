import pytest

from hub.intake.stays import merge_encounter

IN = {"status": "in-progress", "period": {"start": "2026-11-20"}, "location": [{"location": {"display": "204"}}]}


@pytest.mark.parametrize(
    ("told", "cancelled", "status", "period"),
    [
        ({"status": "finished", "period": {"end": "2026-11-21"}}, False, "finished", {"start", "end"}),
        ({"status": "unknown"}, False, "in-progress", {"start"}),
        ({"status": "cancelled"}, True, "cancelled", {"start"}),
        ({"status": "planned", "period": {"start": "2026-11-22"}}, False, "planned", {"start"}),
    ],
)
def test_a_later_message_leaves_what_it_does_not_say(told, cancelled, status, period):
    after = merge_encounter(IN, told, cancelled)
    assert (after["status"], set(after["period"]), after["location"]) == (status, period, IN["location"])


def test_a_discharge_taken_back_reopens_the_stay():
    out = {**IN, "status": "finished", "period": {"start": "2026-11-20", "end": "2026-11-21"}}
    after = merge_encounter(out, {"status": "unknown"}, cancelled=True)
    assert (after["status"], after["period"]) == ("in-progress", {"start": "2026-11-20"})


def test_a_late_message_does_not_reopen_a_stay_that_ended():
    out = {**IN, "status": "finished", "period": {"start": "2026-11-20", "end": "2026-11-21"}}
    assert merge_encounter(out, {"status": "in-progress", "period": {"start": "2026-11-20"}})["status"] == "finished"


def test_a_stay_without_times_says_none():
    assert merge_encounter({"status": "unknown"}, {"status": "unknown"}) == {"status": "unknown"}
