"""Held decisions: rows of the desk until they are told (`docs/parts.md` 40). An undone one leaves no row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from hub.domain.desk.decisions import Decision, load_decision
from hub.domain.errors import Conflict
from hub.record.access.session import ReadSession
from hub.record.desk.sight import is_readable
from hub.record.tables import desk_decision


class About(NamedTuple):
    """What a decision is about: the demand's Task, and the number of the person."""

    task: str
    person: int


class State(StrEnum):
    """HELD: waits to be told. TOLD: carried out. BACK: it could not be carried out, and the demand is to triage again."""

    HELD = "held"
    TOLD = "told"
    BACK = "back"


@dataclass(frozen=True)
class HeldDecision:
    """A decision about `task`. `account`, `party`, `role`: its author. `due`: when it is told. `moved`: when it was told or came
    back; `reason`: why it came back, a code of `hub.domain.messages`. Times in microseconds."""

    decision_id: str
    task: str
    party: str
    role: str
    account: str
    at: int
    due: int
    state: State
    moved: int
    reason: str
    decision: Decision


def list_decisions(
    session: ReadSession, tasks: Collection[str] | None = None, states: Collection[State] = tuple(State)
) -> list[HeldDecision]:
    """Return the decisions that the actor reads, about `tasks` if given, the oldest first."""
    statement = select(desk_decision).where(desk_decision.c.state.in_(states), is_readable(desk_decision))
    if tasks is not None:
        statement = statement.where(desk_decision.c.task.in_(sorted(tasks)))
    ordered = statement.order_by(desk_decision.c.at, desk_decision.c.decision_id)
    return [_build(row) for row in session.connection.execute(ordered, session.params)]


def list_due(connection: Connection, now: int, most: int) -> list[HeldDecision]:
    """Return the decisions that are due to be told, the earliest first, for the worker. Whose author may no longer act is found
    out when it is told."""
    due = select(desk_decision).where(desk_decision.c.state == State.HELD, desk_decision.c.due <= now)
    ordered = due.order_by(desk_decision.c.due, desk_decision.c.decision_id).limit(most)
    return [_build(row) for row in connection.execute(ordered)]


def find_held(connection: Connection, task: str) -> HeldDecision | None:
    """Return the decision about `task` that is held, or None, whoever asks: for a writer, which has read the Task."""
    pending = select(desk_decision).where(desk_decision.c.task == task, desk_decision.c.state == State.HELD)
    row = connection.execute(pending).first()
    return None if row is None else _build(row)


def hold_decision(session: ReadSession, decision_id: str, about: About, decision: Decision, due: int) -> HeldDecision:
    """Hold a decision of the actor until `due`. Raises Conflict `decision-held` when another about the demand is held."""
    if find_held(session.connection, about.task) is not None:
        raise Conflict("decision-held")
    actor, task, person = session.actor, about.task, about.person
    session.connection.execute(
        insert(desk_decision).values(
            decision_id=decision_id, task=task, person=person, party=actor.party, role=actor.role,
            account=actor.account, kind=decision.kind, at=session.now, due=due, state=State.HELD, moved=0, reason="",
            content=decision.dump(),
        )
    )  # fmt: skip
    return HeldDecision(
        decision_id, task, actor.party, actor.role, actor.account, session.now, due, State.HELD, 0, "", decision
    )


def delete_held(connection: Connection, decision_id: str) -> bool:
    """Delete a decision that is held. Return False when it is told, back or deleted already."""
    pending = delete(desk_decision).where(
        desk_decision.c.decision_id == decision_id, desk_decision.c.state == State.HELD
    )
    return bool(connection.execute(pending).rowcount)


def move_decision(connection: Connection, decision_id: str, state: State, at: int, reason: str = "") -> bool:
    """Say that a held decision was told, or came back for `reason`. Return False when it is not held any more."""
    pending = update(desk_decision).where(
        desk_decision.c.decision_id == decision_id, desk_decision.c.state == State.HELD
    )
    return bool(connection.execute(pending.values(state=state, moved=at, reason=reason)).rowcount)


def _build(row: Any) -> HeldDecision:
    return HeldDecision(
        row.decision_id, row.task, row.party, row.role, row.account, row.at, row.due, State(row.state), row.moved,
        row.reason, load_decision(row.content),
    )  # fmt: skip
