"""Faults in what the desk notes for itself and holds before it is told (`docs/parts.md` 29, 36, 40)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import false, true

from hub.domain.actor import Actor
from hub.domain.desk.criteria import NO, Verdict
from hub.record.desk import decisions, notes, sight
from hub.record.desk import telling as carrying
from hub.record.repository import desk as repository
from hub.record.repository.desk import DeskRecord, HoldTerms
from hub.slices.placement import disclosure
from hub.triage import decision, telling
from tests.mutants.blind import all_of, replaced


def _ignore_unknown(_whole: Any) -> Any:
    return lambda _criteria, answers: Verdict(all(answer.answer != NO for answer in answers), (), ())


MUTANTS: dict[str, Callable[[], Any]] = {
    "a row of the desk is read without a grant on its person": all_of(
        *(replaced(module, "is_readable", lambda _whole: lambda _row: true()) for module in (notes, decisions))
    ),
    "who is masked reads the rows of the desk": replaced(sight, "is_masked", lambda _whole: lambda _person: false()),
    "two of the desk take one demand": replaced(
        DeskRecord, "keep_note", lambda whole: lambda record, note, alone: whole(record, note, alone=alone and False)
    ),
    "what the desk notes is in the journal of the person": replaced(
        repository,
        "TraceEntry",
        lambda whole: lambda action, kind, shown, asked="": whole(action, kind, shown or [asked], asked),
    ),
    "a decision is told at once": replaced(decision, "get_terms", lambda _whole: lambda **_: HoldTerms(0, 40)),
    "an undone decision keeps its row": replaced(
        repository, "delete_held", lambda _whole: lambda _connection, _decision_id: True
    ),
    "a second decision does not find the first": replaced(
        decisions, "find_held", lambda _whole: lambda _connection, _task: None
    ),
    "a decision is told in the name of who no longer acts": replaced(
        telling,
        "build_account_actor",
        lambda _whole: (
            lambda _store, account, party, role: Actor(party, role, account, ("system/*.cruds",), account=account)
        ),
    ),
    "the ceiling is not looked at when a decision is told": replaced(
        carrying, "check_manager", lambda _whole: lambda *_given: None
    ),
    "what the person opposes is not looked at when a decision is told": replaced(
        carrying, "_check_consent", lambda _whole: lambda *_given: None
    ),
    "a decision of yesterday is told of a demand that was withdrawn": replaced(
        carrying, "UNANSWERED", lambda _whole: _Any()
    ),
    "unknown admits": replaced(decision, "judge", _ignore_unknown),
    "a message about a Task is a note for the circle": replaced(
        disclosure, "is_message", lambda _whole: lambda _resource: False
    ),
}


class _Any:
    """Contains everything."""

    def __contains__(self, _name: object) -> bool:
        return True
