"""A stay ties its hospital to the person from the day before admission until 30 days after discharge (docs/domain.md §3)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fhir_profiles.codes import ENCOUNTER_PRESENT
from hub.domain.dates import add_days, parse_end, parse_moment
from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.sections import load_sections
from hub.record.reactions.circle import list_of_person
from hub.record.reactions.stakes import get_party
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork

BEFORE_DAYS, AFTER_DAYS = 1, 30

STAYING = frozenset({"IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"})


def on_encounter(unit: UnitOfWork, change: Change) -> None:
    """Add or end the hospital's tie, and put the person's situation (EpisodeOfCare) on hold for the stay (docs/domain.md §1.2).

    A stay that needs a section of its own, such as one in psychiatry, leaves the situation as it is: a change of its status
    would reveal the stay (`docs/parts.md` 37)."""
    person = unit.targets.known[change.name].person
    before, after = get_window(change.before or {}), get_window(change.after)
    # A stay gives rights to its hospital. So only the hospital or the hub may record one that does.
    if before != after and change.by in ("", (after or before or ("",))[0]):
        if before is not None:
            unit.facts.end("relation", person, kind="stay", party=before[0], via=change.rid)
        if after is not None:
            unit.facts.add_tie(person, after[0], "stay", change.name, after[1:])
    was_in, is_in = _is_in(change.before or {}), _is_in(change.after)
    if was_in != is_in and not _has_label(unit, change):
        _set_situation(unit, person, "active" if was_in else "onhold", "onhold" if was_in else "active")


def get_window(encounter: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """Return (hospital, since, until) of the tie that a stay gives, in microseconds, or None when it gives none."""
    hospital = get_party(encounter, "serviceProvider")
    if not hospital or encounter.get("status") not in ENCOUNTER_PRESENT | {"finished"}:
        return None
    if encounter.get("class", {}).get("code") not in STAYING:
        return None
    period = encounter.get("period", {})
    since = add_days(parse_moment(period["start"]), -BEFORE_DAYS) if "start" in period else 0
    until = add_days(parse_end(period["end"]), AFTER_DAYS) if "end" in period else EVER
    return hospital, since, until


def _is_in(encounter: Mapping[str, Any]) -> bool:
    return encounter.get("status") in ENCOUNTER_PRESENT and encounter.get("class", {}).get("code") in STAYING


def _has_label(unit: UnitOfWork, change: Change) -> bool:
    """Return whether the stay needs a further section, because its code or the name of its hospital reveals one."""
    rule = RESOURCE_TYPES["Encounter"].placement
    target = unit.targets.known[change.name].target
    return target.entry != load_sections().place(rule.entry) or bool(target.reveals)


def _set_situation(unit: UnitOfWork, person: int, status: str, status_before: str) -> None:
    for name in list_of_person(unit, "EpisodeOfCare", person):
        episode = unit.read_whole(name)
        if episode.get("status") == status_before:
            unit.replace(name, deepcopy(episode) | {"status": status}, by="")
