"""The circle: a CareTeam gives its members ties, and Tasks decide who is a member (`docs/loop.md` D4; `docs/parts.md` 12)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from sqlalchemy import select

from hub.domain.dates import parse_end, parse_moment
from hub.record.db.clock import instant
from hub.record.reactions.stakes import get_party, is_hub_task
from hub.record.reactions.ties import update_ties
from hub.record.tables import resource
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.task_machine import get_membership


def on_care_team(unit: UnitOfWork, change: Change) -> None:
    """Tie the members of an active CareTeam to the person for their periods. No tie begins before it is recorded."""
    update_ties(unit, change, "circle", read_members(change.before or {}), read_members(change.after))


def read_members(team: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return {party: (since, until)} of the participants of an active CareTeam, in microseconds; {} for another CareTeam."""
    if team.get("status") != "active":
        return {}
    periods: dict[str, tuple[int, int]] = {}
    for participant in team.get("participant", ()):
        name, period = get_party(participant, "member"), participant.get("period", {})
        if name:
            since = parse_moment(period["start"]) if "start" in period else 0
            until = parse_end(period["end"]) if "end" in period else EVER
            # A party that left and came back has two participants: the one that lasts longer counts.
            if name not in periods or until > periods[name][1]:
                periods[name] = (since, until)
    return periods


def on_task_membership(unit: UnitOfWork, change: Change) -> None:
    """Add the owner of an accepted Task to the circle, and remove it when its last accepted Task ends."""
    person, owner = unit.targets.known[change.name].person, get_party(change.after, "owner")
    before = get_membership((change.before or {}).get("status", ""))
    after = get_membership(change.after["status"])
    if not owner or not person or before == after or is_hub_task(change.after, "file"):
        # Filing is no part of the support of the person.
        return
    if after == "member":
        _enter(unit, change.after["for"]["reference"], person, owner)
    elif before == "member" and not _has_another_task(unit, person, owner, change.name):
        _leave(unit, person, owner)


def _enter(unit: UnitOfWork, patient: str, person: int, owner: str) -> None:
    name = find_team(unit, person)
    if name is None:
        team: dict[str, Any] = {"resourceType": "CareTeam", "status": "active", "subject": {"reference": patient}}
        unit.create(team | {"participant": [_build_member(unit, owner)]}, by="")
        return
    team = deepcopy(unit.read_whole(name))
    # A proposed team becomes active when its first member joins. Participants who have not accepted are left out until they do.
    if team["status"] == "proposed":
        team["participant"] = [member for member in team.get("participant", ()) if "start" in member.get("period", {})]
        team["status"] = "active"
    if owner not in {
        get_party(member, "member") for member in team.get("participant", ()) if "end" not in member.get("period", {})
    }:
        team.setdefault("participant", []).append(_build_member(unit, owner))
    unit.replace(name, team, by="")


def _build_member(unit: UnitOfWork, owner: str) -> dict[str, Any]:
    return {"member": {"reference": owner}, "period": {"start": instant(unit.time)}}


def _leave(unit: UnitOfWork, person: int, owner: str) -> None:
    name = find_team(unit, person)
    if name is None:
        return
    team = deepcopy(unit.read_whole(name))
    for participant in team.get("participant", ()):
        if get_party(participant, "member") == owner and "end" not in participant.get("period", {}):
            participant.setdefault("period", {})["end"] = instant(unit.time)
    unit.replace(name, team, by="")


def find_team(unit: UnitOfWork, person: int) -> str | None:
    """Return the name of the person's active CareTeam, else of the proposed one, else None; of several the first by id."""
    names = list_of_person(unit, "CareTeam", person)
    by_status = {unit.read_whole(name).get("status"): name for name in reversed(names)}
    return by_status.get("active") or by_status.get("proposed")


def _has_another_task(unit: UnitOfWork, person: int, owner: str, excluded: str) -> bool:
    return any(
        get_party(task, "owner") == owner and get_membership(task["status"]) == "member"
        for name in list_of_person(unit, "Task", person)
        if name != excluded
        for task in [unit.read_whole(name)]
    )


def list_of_person(unit: UnitOfWork, resource_type: str, person: int) -> list[str]:
    """Return the names of all resources of a type about a person, those staged in this transaction included, by id."""
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
