"""The worker's part: tell the decisions that are due, each as its author, under the rules of that moment (`docs/parts.md` 40)."""

from __future__ import annotations

from hub.accounts.entry.actor import build_account_actor
from hub.domain.errors import Conflict, HubError
from hub.domain.territory import load_territory
from hub.record.db.store import Store
from hub.record.desk.decisions import HeldDecision, State, list_due, move_decision
from hub.record.repository.desk import DeskRecord

# Decisions of one round, so that the other jobs are not delayed.
MOST = 20


def tell_due(store: Store, base_url: str) -> int:
    """Tell the decisions that are due and return how many were told or came back."""
    with store.read() as connection:
        due = list_due(connection, store.now(), MOST)
    failures = []
    for pending in due:
        try:
            tell_as_author(store, pending, base_url)
        except Exception as error:
            # One that fails without a reason of the hub's keeps no other from being told.
            failures.append(error)
    if failures:
        raise failures[0]
    return len(due)


def tell_as_author(store: Store, pending: HeldDecision, base_url: str) -> HubError | None:
    """Tell a decision as its author. Return what made it impossible: then the demand is to triage again, with that reason."""
    try:
        actor = build_account_actor(store, pending.account, pending.party, pending.role)
        if actor is None:
            raise Conflict("decision-author")
        DeskRecord(store, actor, base_url).tell(pending, load_territory().desk.caseload)
    except HubError as error:
        send_back(store, pending, error)
        return error
    return None


def send_back(store: Store, pending: HeldDecision, error: HubError) -> None:
    """Note why a decision could not be told. One that another worker told, or that was undone, is left as it is."""
    code = error.problems[0].code if error.problems else "decision-closed"
    if code == "decision-told":
        return
    with store.write() as connection:
        move_decision(connection, pending.decision_id, State.BACK, store.now(), code)
