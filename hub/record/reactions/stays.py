"""A hospital stay: the hospital's clinicians from the day before admission to 30 days after discharge (docs/domain.md §3)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.sections import load_sections
from hub.record.db.clock import moment
from hub.record.reactions.circle import of_person
from hub.record.reactions.stakes import get_party
from hub.record.reactions.ties import DAY
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork

BEFORE_DAYS, AFTER_DAYS = 1, 30
PRESENT = frozenset({"arrived", "triaged", "in-progress", "onleave"})
STAYING = frozenset({"IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"})


def on_encounter(unit: UnitOfWork, change: Change) -> None:
    """The hospital's tie in its window, and the situation on hold, not closed, while the person is in (docs/domain.md §1.2).

    A stay that needs a section of its own, such as one in psychiatry, leaves the situation as it is: the change of its status
    would tell of the stay (`docs/parts.md` 37)."""
    person = unit.targets.known[change.name].person
    before, after = window(change.before or {}), window(change.after)
    # A stay opens rights, so only the hospital itself tells of it: nobody lets another one in.
    if before != after and change.by in ("", (after or before or ("",))[0]):
        if before is not None:
            unit.facts.end("relation", person, kind="stay", party=before[0], via=change.rid)
        if after is not None:
            unit.facts.add_tie(person, after[0], "stay", change.name, after[1:])
    was_in, is_in = _is_in(change.before or {}), _is_in(change.after)
    if was_in != is_in and not _has_label(unit, change):
        _hold(unit, person, "active" if was_in else "onhold", "onhold" if was_in else "active")


def window(encounter: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """(hospital, since, until) of a stay, or None when it opens nothing."""
    hospital = get_party(encounter, "serviceProvider")
    if not hospital or encounter.get("status") not in PRESENT | {"finished"}:
        return None
    if encounter.get("class", {}).get("code") not in STAYING:
        return None
    period = encounter.get("period", {})
    since = moment(period["start"]) - BEFORE_DAYS * DAY if "start" in period else 0
    until = moment(period["end"]) + AFTER_DAYS * DAY if "end" in period else EVER
    return hospital, since, until


def _is_in(encounter: Mapping[str, Any]) -> bool:
    return encounter.get("status") in PRESENT and encounter.get("class", {}).get("code") in STAYING


def _has_label(unit: UnitOfWork, change: Change) -> bool:
    """Whether the stay needs more than the place of every stay: its code or its hospital reveals a section."""
    rule = RESOURCE_TYPES["Encounter"].placement
    target = unit.targets.known[change.name].target
    return target.entry != load_sections().place(rule.entry) or bool(target.reveals)


def _hold(unit: UnitOfWork, person: int, to: str, status: str) -> None:
    for name in of_person(unit, "EpisodeOfCare", person):
        episode = unit.read_whole(name)
        if episode.get("status") == status:
            unit.replace(name, deepcopy(episode) | {"status": to}, by="")
