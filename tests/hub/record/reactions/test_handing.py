"""One hands on only what one has a hand in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.domain.errors import NotFound
from hub.record.db.store import Store
from tests.territory import PARTY_OF, Territory, request, settle_territory, task

CHU, SSIAD, SAAD = PARTY_OF["hosp_ass"], PARTY_OF["ssiad"], PARTY_OF["saad"]


@pytest.fixture
def here(store: Store) -> Territory:
    """The hospital's demand in its own words, and a home nursing service that sees its title."""
    found = settle_territory(store)
    found.join_circle("ssiad")
    found.write(request("demande"), by=CHU)
    return found


def own_words(here: Territory, role: str) -> bool:
    return "reasonCode" in json.loads(here.open(role).read("ServiceRequest/demande").body)


def by_itself(party: str, **elements: Any) -> dict[str, Any]:
    made = task("t", party, "ServiceRequest/demande", party, **elements)
    return {name: value for name, value in made.items() if name != "id"}


def test_a_task_for_oneself_opens_nothing_more(here: Territory) -> None:
    assert not own_words(here, "ssiad")
    here.open("ssiad").create(by_itself(SSIAD))
    assert not own_words(here, "ssiad")


def test_nor_does_one_that_was_offered_and_then_taken(here: Territory) -> None:
    offer = {name: value for name, value in by_itself(SSIAD).items() if name != "owner"}
    made = here.open("ssiad").create(offer)
    taken = json.loads(made.body) | {"status": "accepted", "owner": {"reference": SSIAD}}
    here.open("ssiad").edit(made.name, taken, made.version)
    assert not own_words(here, "ssiad")


def test_nor_what_its_owner_puts_out_itself(here: Territory) -> None:
    here.write(request("autre", requester="Organization/dac"), by="Organization/dac")
    here.write(task("t", SSIAD, "ServiceRequest/autre", status="in-progress"), by="Organization/dac")
    mine = here.open("ssiad").read("Task/t")
    output = [{"type": {"text": "suite"}, "valueReference": {"reference": "ServiceRequest/demande"}}]
    here.open("ssiad").edit("Task/t", json.loads(mine.body) | {"output": output}, mine.version)
    assert not own_words(here, "ssiad")


def test_whoever_asked_hands_what_it_asked(here: Territory) -> None:
    with pytest.raises(NotFound):
        here.open("saad").read("ServiceRequest/demande")
    here.open("hosp_ass").create(by_itself(CHU) | {"owner": {"reference": SAAD}})
    assert own_words(here, "saad")


def test_what_it_offers_is_handed_to_who_takes_it(here: Territory) -> None:
    here.write({name: value for name, value in by_itself(CHU).items() if name != "owner"} | {"id": "o"}, by=CHU)
    offered = here.open("saad").read("Task/o")
    here.open("saad").edit(
        "Task/o", json.loads(offered.body) | {"status": "accepted"} | {"owner": {"reference": SAAD}}, offered.version
    )
    assert own_words(here, "saad")
