"""Ties of the person itself, of relatives and of the desk (`docs/parts.md` 12; docs/domain.md §3, special rule 1)."""

from __future__ import annotations

from hub.domain.dates import add_days
from hub.record.access.party_roles import has_desk_role
from hub.record.reactions.stakes import UNANSWERED, get_party, is_hub_task
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork

# How long the desk keeps its whole slice after the intake Task is answered.
DESK_KEEPS_DAYS = 30


def on_patient(unit: UnitOfWork, change: Change) -> None:
    """Tie a new Patient to itself, and to the desk that registers it."""
    if change.before is not None:
        return
    unit.facts.add_tie(change.rid, change.name, "self", change.name)
    if change.by and has_desk_role(unit.connection, change.by):
        unit.facts.add_tie(change.rid, change.by, "desk", change.name)
        unit.facts.add_tie(change.rid, change.by, "hub", change.name)


def on_relative(unit: UnitOfWork, change: Change) -> None:
    """Tie a new RelatedPerson to the person by `close`. What that opens depends on the role of the relative."""
    if change.before is None:
        unit.facts.add_tie(unit.targets.known[change.name].person, change.name, "close", change.name)


def on_intake_task(unit: UnitOfWork, change: Change) -> None:
    """Tie the desk to the person while its intake Task is open and for `DESK_KEEPS_DAYS` after; from then on by `oriented`, which
    opens identity and contacts only (`docs/parts.md` 12)."""
    if not is_hub_task(change.after, "intake"):
        return
    person, owner = unit.targets.known[change.name].person, get_party(change.after, "owner")
    before = (change.before or {}).get("status")
    open_before, open_after = before in UNANSWERED, change.after["status"] in UNANSWERED
    if open_after and not open_before:
        unit.facts.add_tie(person, owner, "desk", change.name)
        unit.facts.add_tie(person, owner, "hub", change.name)
    elif open_before and not open_after:
        later = add_days(unit.time, DESK_KEEPS_DAYS)
        unit.facts.end("relation", person, at=later, kind="desk", party=owner, via=change.rid)
        unit.facts.add_tie(person, owner, "oriented", change.name, (later, EVER))

