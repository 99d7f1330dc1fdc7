"""The colleagues of the desk: who may become a case manager, and how many persons each follows (`docs/parts.md` 34).

The count is exact, for the desk alone. It takes every open situation of the case manager, also those which the reader does not
see, for it is no person's. A decision that is held counts at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hub.domain.desk.decisions import DecisionKind, load_decision
from hub.domain.roles import load_roles
from hub.record.desk.decisions import State
from hub.record.desk.notes import NoteKind
from hub.record.tables import account, assignment, desk_decision, desk_note, index_token

CASE_MANAGER = "gestionnaire"
OPEN_EPISODES = ("active", "onhold")


@dataclass(frozen=True)
class CaseManager:
    """An account that acts as case manager for an organisation. `practitioner`: its entry in the directory. `followed`: how many
    persons it follows, held decisions counted. `ceiling`: how many it may follow."""

    practitioner: str
    account: str
    name: str
    followed: int
    ceiling: int


def list_case_managers(connection: Connection, party: str, now: int, ceiling: int) -> list[CaseManager]:
    """Return the case managers of `party`, by name. `ceiling`: of those for whom it is not raised."""
    rows = connection.execute(
        select(account.c.practitioner, account.c.account_id, account.c.name)
        .join_from(account, assignment, assignment.c.account_id == account.c.account_id)
        .where(account.c.active, account.c.practitioner != "", assignment.c.party == party)
        .where(assignment.c.role == CASE_MANAGER, assignment.c.confirmed.is_not(None))
        .where(assignment.c.since <= now, assignment.c.until > now)
        .distinct()
        .order_by(account.c.name, account.c.account_id)
    ).all()
    names = [row.practitioner for row in rows]
    followed = count_followed(connection, names)
    raised = _list_raised_ceilings(connection, party, now)
    return [
        CaseManager(
            row.practitioner,
            row.account_id,
            row.name,
            followed.get(row.practitioner, 0),
            max(ceiling, raised.get(row.practitioner, 0)),
        )
        for row in rows
    ]


def is_colleague(connection: Connection, party: str, account_id: str, now: int) -> bool:
    """Return whether an account acts for `party` in a role of the desk now."""
    names = connection.scalars(
        select(assignment.c.role)
        .join_from(assignment, account, assignment.c.account_id == account.c.account_id)
        .where(account.c.active, assignment.c.account_id == account_id, assignment.c.party == party)
        .where(assignment.c.confirmed.is_not(None), assignment.c.since <= now, assignment.c.until > now)
    )
    return any(load_roles()[name].is_desk for name in names)


def count_followed(connection: Connection, practitioners: Iterable[str], *, without: str = "") -> dict[str, int]:
    """Return how many persons each of `practitioners` follows, by open situations and by held decisions but `without`, the id of
    one. Two statements, whatever their number."""
    names = sorted(practitioners)
    manager, status = index_token.alias(), index_token.alias()
    episodes = connection.execute(
        select(manager.c.code, func.count(manager.c.person.distinct()).label("followed"))
        .join_from(manager, status, status.c.rid == manager.c.rid)
        .where(manager.c.type == "EpisodeOfCare", manager.c.name == "care-manager", manager.c.code.in_(names))
        .where(status.c.type == "EpisodeOfCare", status.c.name == "status", status.c.code.in_(OPEN_EPISODES))
        .group_by(manager.c.code)
    )
    counts = {str(row.code): int(row.followed) for row in episodes}
    pending = connection.execute(
        select(desk_decision.c.content).where(
            desk_decision.c.state == State.HELD,
            desk_decision.c.kind == DecisionKind.ACCEPT,
            desk_decision.c.decision_id != without,
        )
    )
    for (content,) in pending:
        manager_name = load_decision(content).manager
        if manager_name in names:
            counts[manager_name] = counts.get(manager_name, 0) + 1
    return counts


def _list_raised_ceilings(connection: Connection, party: str, now: int) -> dict[str, int]:
    """Return the ceilings that were raised and still are, by Practitioner."""
    rows = connection.execute(
        select(desk_note.c.subject, desk_note.c.content)
        .where(desk_note.c.kind == NoteKind.CEILING, desk_note.c.party == party)
        .where(desk_note.c.at <= now, desk_note.c.until > now)
    )
    ceilings: dict[str, int] = {}
    for subject, content in rows:
        ceilings[subject] = max(ceilings.get(subject, 0), int(json.loads(content)["ceiling"]))
    return ceilings
