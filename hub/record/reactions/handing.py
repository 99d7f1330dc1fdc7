"""What a Task may hand to its owner: only what its giver has a hand in (`docs/parts.md` 13).

Without this, whoever sees the title of another's demand reads all of it, by giving itself a Task about it. It is judged on who
has a stake, never on what the giver sees of it: that would tell whether there is something hidden.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from hub.domain.roles import load_roles
from hub.record.tables import party_role, stake
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import get_reference_rid


def may_hand(unit: UnitOfWork, change: Change, names: Iterable[str], spoken_of: set[str]) -> set[str]:
    """Those of `names` that the change of a Task may hand to its owner. The hub itself hands all; a party what it has a
    stake in; a desk also what the hub wrote. `spoken_of`: what the Task led to before, which was its requester's to give."""
    requested = set(names)
    if not change.by or not requested:
        return requested
    requester = str(change.after.get("requester", {}).get("reference", ""))
    return _filter_held(unit, change.by, requested - spoken_of) | _filter_held(unit, requester, requested & spoken_of)


def _filter_held(unit: UnitOfWork, party: str, names: set[str]) -> set[str]:
    """Those of `names` in which `party` has a stake now, or gets one by this batch; a desk's are also the hub's own."""
    if not names:
        return set()
    rids = {get_reference_rid(name): name for name in names}
    rows = unit.connection.execute(select(stake).where(stake.c.rid.in_(sorted(rids)))).all()
    permitted = {row.rid for row in rows if row.party == party and row.since <= unit.time < row.until}
    permitted |= {row["rid"] for row in unit.facts.rows.get("stake", ()) if row["party"] == party}
    permitted |= {change.rid for change in unit.changes.values() if change.before is None and change.by == party}
    if is_desk(unit, party):
        authored = {row.rid for row in rows if row.kind == "authored"}
        authored |= {change.rid for change in unit.changes.values() if change.before is None and change.by}
        permitted |= set(rids) - authored
    return {rids[rid] for rid in permitted if rid in rids}


def is_desk(unit: UnitOfWork, organisation: str) -> bool:
    """Whether a party runs an intake: it has a role whose slice opens by the desk."""
    names = unit.connection.scalars(select(party_role.c.role).where(party_role.c.party == organisation))
    return any("desk" in load_roles()[name].relations for name in names)
