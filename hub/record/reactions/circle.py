"""The circle: who is in the CareTeam sees its role's slice; Tasks say who is in it (`docs/loop.md` D4; `docs/parts.md` 12)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from sqlalchemy import select

from hub.record.db.clock import instant, moment
from hub.record.reactions.stakes import get_party
from hub.record.tables import resource
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.task_machine import get_membership


def on_care_team(unit: UnitOfWork, change: Change) -> None:
    """Members of an active team are tied to the person in their period, never from before the hub knew of it."""
    person = unit.targets.known[change.name].person
    before, after = members(change.before or {}), members(change.after)
    for member, (since, until) in before.items():
        if after.get(member) != (since, until):
            ends = max(unit.time, after[member][1]) if member in after else unit.time
            unit.facts.end("relation", person, at=min(ends, EVER), kind="circle", party=member, via=change.rid)
    for member, (since, until) in after.items():
        known = before.get(member)
        if known is None or until > known[1]:
            unit.facts.add_tie(person, member, "circle", change.name, (since, until))


def members(team: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """party → (since, until) of an active CareTeam's participants that have begun."""
    if team.get("status") != "active":
        return {}
    periods: dict[str, tuple[int, int]] = {}
    for participant in team.get("participant", ()):
        name, period = get_party(participant, "member"), participant.get("period", {})
        if name:
            since = moment(period["start"]) if "start" in period else 0
            until = moment(period["end"]) if "end" in period else EVER
            # Someone who came back has two lines: the one that lasts counts.
            if name not in periods or until > periods[name][1]:
                periods[name] = (since, until)
    return periods


def on_task_membership(unit: UnitOfWork, change: Change) -> None:
    """An accepted Task brings its owner into the circle; the last one that ends takes it out."""
    person, owner = unit.targets.known[change.name].person, get_party(change.after, "owner")
    before = get_membership((change.before or {}).get("status", ""))
    after = get_membership(change.after["status"])
    if not owner or not person or before == after:
        return
    if after == "member":
        _enter(unit, change.after["for"]["reference"], person, owner)
    elif before == "member" and not _has_another_task(unit, person, owner, change.name):
        _leave(unit, person, owner)


def _enter(unit: UnitOfWork, patient: str, person: int, owner: str) -> None:
    name = team_of(unit, person)
    if name is None:
        team: dict[str, Any] = {"resourceType": "CareTeam", "status": "active", "subject": {"reference": patient}}
        unit.create(team | {"participant": [_member(unit, owner)]}, by="")
        return
    team = deepcopy(unit.read_whole(name))
    # A proposed team becomes the circle when the first one joins: those proposed stay out until they accept.
    if team["status"] == "proposed":
        team["participant"] = [member for member in team.get("participant", ()) if "start" in member.get("period", {})]
        team["status"] = "active"
    if owner not in {
        get_party(member, "member") for member in team.get("participant", ()) if "end" not in member.get("period", {})
    }:
        team.setdefault("participant", []).append(_member(unit, owner))
    unit.replace(name, team, by="")


def _member(unit: UnitOfWork, owner: str) -> dict[str, Any]:
    return {"member": {"reference": owner}, "period": {"start": instant(unit.time)}}


def _leave(unit: UnitOfWork, person: int, owner: str) -> None:
    name = team_of(unit, person)
    if name is None:
        return
    team = deepcopy(unit.read_whole(name))
    for participant in team.get("participant", ()):
        if get_party(participant, "member") == owner and "end" not in participant.get("period", {}):
            participant.setdefault("period", {})["end"] = instant(unit.time)
    unit.replace(name, team, by="")


def team_of(unit: UnitOfWork, person: int) -> str | None:
    """The person's circle: its active CareTeam, else the proposed one; the oldest by id when there are several."""
    names = of_person(unit, "CareTeam", person)
    by_status = {unit.read_whole(name).get("status"): name for name in reversed(names)}
    return by_status.get("active") or by_status.get("proposed")


def _has_another_task(unit: UnitOfWork, person: int, owner: str, besides: str) -> bool:
    return any(
        get_party(task, "owner") == owner and get_membership(task["status"]) == "member"
        for name in of_person(unit, "Task", person)
        if name != besides
        for task in [unit.read_whole(name)]
    )


def of_person(unit: UnitOfWork, resource_type: str, person: int) -> list[str]:
    """The names of all resources of a type that speak of a person, staged ones too."""
    rows = unit.connection.execute(
        select(resource.c.id).where(resource.c.person == person, resource.c.type == resource_type)
    )
    names = {f"{resource_type}/{row.id}" for row in rows}
    names |= {
        n
        for n, c in unit.changes.items()
        if c.type == resource_type and unit.targets.known.get(n) and unit.targets.known[n].person == person
    }
    return sorted(names)
