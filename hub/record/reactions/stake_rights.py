"""Which resources a Task may give its owner a stake in: those in which its giver has one (`docs/parts.md` 13).

Without this rule, whoever sees the title of another party's demand could read all of it, by giving itself a Task about it. What
counts is who has a stake, never what the giver sees: the answer would otherwise show whether something is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from hub.record.access.party_roles import has_desk_role
from hub.record.tables import stake
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import get_reference_rid


def select_permitted(unit: UnitOfWork, change: Change, names: Iterable[str], names_before: set[str]) -> set[str]:
    """Return those of `names` that the change of a Task may hand to its owner. The hub itself may hand all of them; a party
    those in which it has a stake; a desk also those that the hub wrote.

    `names_before`: what the Task pointed to before the change, which was its requester's to hand over."""
    requested = set(names)
    if not change.by or not requested:
        return requested
    requester = str(change.after.get("requester", {}).get("reference", ""))
    return _select_staked(unit, change.by, requested - names_before) | _select_staked(
        unit, requester, requested & names_before
    )


def _select_staked(unit: UnitOfWork, party: str, names: set[str]) -> set[str]:
    """Return those of `names` in which `party` has a stake now, or gets one in this transaction; for a desk also those that the
    hub wrote."""
    if not names:
        return set()
    rids = {get_reference_rid(name): name for name in names}
    rows = unit.connection.execute(select(stake).where(stake.c.rid.in_(sorted(rids)))).all()
    permitted = {row.rid for row in rows if row.party == party and row.since <= unit.time < row.until}
    permitted |= {row["rid"] for row in unit.facts.rows.get("stake", ()) if row["party"] == party}
    permitted |= {change.rid for change in unit.changes.values() if change.before is None and change.by == party}
    if has_desk_role(unit.connection, party):
        authored = {row.rid for row in rows if row.kind == "authored"}
        authored |= {change.rid for change in unit.changes.values() if change.before is None and change.by}
        permitted |= set(rids) - authored
    return {rids[rid] for rid in permitted if rid in rids}
