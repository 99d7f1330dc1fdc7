"""The circle: who is in it, and how Tasks bring in and take out."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.json import decode

from hub.domain.errors import NotFound
from hub.record.db.clock import instant
from hub.record.reactions.circle import read_members
from hub.record.tables.base import EVER
from tests.territory import PERSON, Territory, at, circle_member, request, task

SAAD, CCAS = "Organization/saad", "Organization/ccas"


def team(status: str = "active", *participants: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "CareTeam",
        "status": status,
        "subject": {"reference": PERSON},
        "participant": list(participants),
    }


def member(name: str, **period: str) -> dict[str, Any]:
    return {"member": {"reference": name}} | ({"period": period} if period else {})


def present(here: Territory) -> list[str]:
    """The members whose time is not over."""
    whole = here.whole("CareTeam/cercle")
    return [one["member"]["reference"] for one in whole["participant"] if "end" not in one.get("period", {})]


def test_members_are_the_parties_of_an_active_team_in_their_period() -> None:
    found = read_members(
        team(
            "active",
            member(SAAD),
            member(CCAS, start="2026-01-01", end="2026-02-01"),
            member("RelatedPerson/fille", start="2026-03-01"),
            member("Practitioner/dr"),
            {"onBehalfOf": {"reference": "Organization/chu"}},
        )
    )
    assert found == {
        SAAD: (0, EVER),
        CCAS: (at("2026-01-01"), at("2026-02-02")),
        "RelatedPerson/fille": (at("2026-03-01"), EVER),
    }


@pytest.mark.parametrize("status", ["proposed", "suspended", "inactive", "entered-in-error"])
def test_a_team_that_is_not_active_has_no_members(status: str) -> None:
    assert read_members(team(status, member(SAAD))) == {}
    assert read_members({}) == {}


def test_of_two_lines_the_one_that_lasts_counts() -> None:
    short, lasting = member(SAAD, start="2026-01-01", end="2026-02-01"), member(SAAD, start="2026-05-01")
    for lines in ((short, lasting), (lasting, short)):
        assert read_members(team("active", *lines)) == {SAAD: (at("2026-05-01"), EVER)}


def test_who_accepts_founds_the_circle_of_a_person_without_one(here: Territory) -> None:
    here.write(request("r", requester="Organization/dac"), task("t", owner=SAAD, focus="ServiceRequest/r"))
    here.change("Task/t", status="accepted")
    found = here.open("saad").search("CareTeam", [("patient", PERSON)]).slices
    assert len(found) == 1
    made = decode(found[0].body)
    assert made["status"] == "active"
    assert made["participant"] == [circle_member(SAAD, here.store.get_time())]


def test_the_proposed_stay_out_until_they_accept(here: Territory) -> None:
    here.write(team("proposed", member(SAAD), member(CCAS)) | {"id": "cercle"})
    here.write(request("r", requester="Organization/dac"), task("t", owner=SAAD, focus="ServiceRequest/r"))
    here.change("Task/t", status="accepted")
    whole = here.whole("CareTeam/cercle")
    assert whole["status"] == "active"
    assert present(here) == [SAAD]
    with pytest.raises(NotFound):
        here.open("ccas").read(PERSON)


def test_a_member_is_not_entered_twice_and_comes_back_with_a_new_line(here: Territory) -> None:
    here.join_circle("saad")
    here.write(request("r", requester="Organization/dac"))
    for name in ("t", "u"):
        here.write(task(name, owner=SAAD, focus="ServiceRequest/r"))
        here.change(f"Task/{name}", status="accepted")
    assert present(here) == [SAAD]
    here.pass_time()
    here.change("Task/t", status="completed")
    assert present(here) == [SAAD]
    here.change("Task/u", status="failed")
    assert present(here) == []
    assert here.whole("CareTeam/cercle")["participant"][0]["period"]["end"] == instant(here.store.get_time())
    here.pass_time()
    here.write(task("v", owner=SAAD, focus="ServiceRequest/r"))
    here.change("Task/v", status="accepted")
    assert present(here) == [SAAD]
    assert len(here.whole("CareTeam/cercle")["participant"]) == 2
    assert here.open("saad").read(PERSON)


@pytest.mark.parametrize("status", ["rejected", "cancelled", "entered-in-error"])
def test_who_refuses_or_is_cancelled_is_not_of_the_circle(here: Territory, status: str) -> None:
    here.write(request("r", requester="Organization/dac"), task("t", owner=SAAD, focus="ServiceRequest/r"))
    here.change("Task/t", status="accepted")
    here.pass_time()
    here.change("Task/t", status=status)
    assert present_or_none(here) == []


def present_or_none(here: Territory) -> list[str]:
    found = here.open("personne").search("CareTeam", []).slices
    return [
        one["member"]["reference"]
        for found_one in found
        for one in decode(found_one.body).get("participant", ())
        if "end" not in one.get("period", {})
    ]


def test_a_change_of_period_moves_the_end(here: Territory) -> None:
    here.write(team("active", member(SAAD, start="2026-11-01", end="2026-12-01")) | {"id": "cercle"})
    later = team("active", member(SAAD, start="2026-11-01", end="2026-12-24"))["participant"]
    here.change("CareTeam/cercle", participant=later)
    here.pass_time(at("2026-12-10") - here.store.now())
    assert here.open("saad").read(PERSON)
    sooner = team("active", member(SAAD, start="2026-11-01", end="2026-12-11"))["participant"]
    here.change("CareTeam/cercle", participant=sooner)
    here.pass_time(at("2026-12-12") - here.store.now())
    with pytest.raises(NotFound):
        here.open("saad").read(PERSON)
