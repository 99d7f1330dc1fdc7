"""A hospital stay: its window, and the situation on hold while it lasts."""

from __future__ import annotations

from typing import Any

import pytest

from hub.record.reactions.stays import get_window
from hub.record.tables.base import EVER
from tests.territory import PERSON, Territory, at, stay

CHU = "Organization/chu"


def test_the_window_is_from_the_day_before_to_thirty_days_after() -> None:
    assert get_window(stay("e", "2026-11-10", "2026-11-20")) == (CHU, at("2026-11-09"), at("2026-12-21"))
    assert get_window(stay("e", "2026-11-10")) == (CHU, at("2026-11-09"), EVER)


@pytest.mark.parametrize(
    "elements",
    [
        {"status": "planned"},
        {"status": "cancelled"},
        {"status": "entered-in-error"},
        {"class": {"code": "AMB"}},
        {"serviceProvider": {"display": "x"}},
        {"serviceProvider": {"reference": "Practitioner/dr"}},
    ],
)
def test_what_is_no_stay_has_no_window(elements: dict[str, Any]) -> None:
    assert get_window(stay("e", "2026-11-10", **elements)) is None
    assert get_window({}) is None


def test_the_situation_is_on_hold_while_the_person_is_in(here: Territory) -> None:
    episode = {"resourceType": "EpisodeOfCare", "status": "active", "patient": {"reference": PERSON}}
    here.write(episode | {"id": "ep"}, episode | {"id": "done", "status": "finished"})
    here.write(stay("e", "2026-11-20"))
    assert here.whole("EpisodeOfCare/ep")["status"] == "onhold"
    here.pass_time()
    here.change("Encounter/e", status="onleave")
    assert here.whole("EpisodeOfCare/ep")["status"] == "onhold"
    here.change("Encounter/e", status="finished", period={"start": "2026-11-20", "end": "2026-11-21"})
    assert here.whole("EpisodeOfCare/ep")["status"] == "active"
    assert here.whole("EpisodeOfCare/done")["status"] == "finished"


def test_a_visit_holds_nothing(here: Territory) -> None:
    here.write({"resourceType": "EpisodeOfCare", "id": "ep", "status": "active", "patient": {"reference": PERSON}})
    here.write(stay("e", "2026-11-20", **{"class": {"code": "AMB"}}))
    assert here.whole("EpisodeOfCare/ep")["status"] == "active"
