"""Decide about a demand: what will happen and who is told, said before the click; hold, send at once, undo, take up again.

`preview` reads role, kind of decision and what the author sees alone (`docs/parts.md` 35): no count and no item of the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.domain.desk.criteria import Criteria, judge, load_criteria
from hub.domain.desk.decisions import Decision, DecisionKind
from hub.domain.errors import Invalid, NotFound, Problem
from hub.domain.territory import load_territory
from hub.record.db.store import Store
from hub.record.desk.caseload import CaseManager
from hub.record.desk.decisions import HeldDecision
from hub.record.repository.desk import DeskRecord, HoldTerms
from hub.triage.telling import tell_as_author

Json = dict[str, Any]


@dataclass(frozen=True)
class Consequence:
    """One line of « Quand vous enverrez »: `code` says what happens; `party`, the reference of whom it concerns, or ""; `text`,
    the very words that it reads, or ""."""

    code: str
    party: str = ""
    text: str = ""


def build_decision(decision: Decision, criteria: Criteria | None = None) -> Decision:
    """Return a decision that is whole: with the words of its reason and the version of the criteria.

    Raises Invalid with every problem: `decision-criteria` where an acceptance does not meet the criteria, `decision-reason` and
    `decision-text` where a refusal lacks its reason or a text, `decision-services`, `decision-question` and `decision-rank`."""
    table = criteria or load_criteria()
    problems = list(_find_problems(decision, table))
    if problems:
        raise Invalid(*problems)
    label = table.get_label(decision.reason) if decision.kind is DecisionKind.REFUSE else decision.label
    return replace(decision, label=label, criteria_version=table.version if decision.criteria else "")


def _find_problems(decision: Decision, criteria: Criteria) -> Sequence[Problem]:
    kind = decision.kind
    if kind is DecisionKind.ACCEPT:
        verdict = judge(criteria, decision.criteria)
        unmet = [Problem("decision-criteria", f"critere_{name}") for name in (*verdict.failing, *verdict.open)]
        is_placed = bool(decision.manager) != bool(decision.rank)
        explained = not decision.rank or (decision.rank > 0 and decision.reason.strip())
        return [*unmet, *_list_missing(("decision-rank", "gestionnaire", bool(is_placed and explained)))]
    if kind is DecisionKind.ORIENT:
        return _list_missing(("decision-services", "service", bool(decision.services)))
    if kind is DecisionKind.ASK:
        return _list_missing(("decision-question", "question", bool(decision.question.strip())))
    return _list_missing(
        ("decision-reason", "motif", bool(criteria.get_label(decision.reason))),
        ("decision-text", "texte_adresseur", bool(decision.text_sender.strip())),
        ("decision-text", "texte_personne", bool(decision.text_person.strip())),
    )


def _list_missing(*needs: tuple[str, str, bool]) -> list[Problem]:
    return [Problem(code, where) for code, where, is_there in needs if not is_there]


def preview(decision: Decision, task: Json) -> list[Consequence]:
    """Return what happens when the decision is told, and who is told of it, from the Task that the author sees."""
    sender = task.get("requester", {}).get("reference", "")
    person = task.get("for", {}).get("reference", "")
    if decision.kind is DecisionKind.ASK:
        recipient = decision.asked or sender
        return [
            Consequence("asked", recipient, decision.question),
            Consequence("clock-stops"),
            Consequence("task-waits", sender),
        ]
    if decision.kind is DecisionKind.REFUSE:
        return [
            Consequence("task-refused", sender, decision.label),
            Consequence("sender-reads", sender, decision.text_sender),
            Consequence("person-reads", person, decision.text_person),
        ]
    accepted = Consequence("task-accepted", sender)
    if decision.kind is DecisionKind.ORIENT:
        asked_services = [Consequence("service-asked", service, decision.text_sender) for service in decision.services]
        return [accepted, *asked_services]
    placed = Consequence("waiting-list") if decision.rank else Consequence("manager-follows", decision.manager)
    texts = (("sender-reads", sender, decision.text_sender), ("person-reads", person, decision.text_person))
    return [accepted, placed, *(Consequence(*text) for text in texts if text[2])]


def get_terms(*, demo: bool = False) -> HoldTerms:
    """Return how long decisions wait, not at all in the demo, and how many persons a case manager may follow."""
    desk = load_territory().desk
    return HoldTerms(0 if demo else desk.decision_held_minutes, desk.caseload)


@dataclass(frozen=True)
class CaseloadChoice:
    """A case manager to choose, as `followed`/`ceiling`. `is_near`: the page warns. `is_full`: it is refused."""

    manager: CaseManager
    is_near: bool
    is_full: bool


def list_choices(record: DeskRecord) -> list[CaseloadChoice]:
    """Return the case managers of the actor's organisation, by name."""
    desk = load_territory().desk
    return [
        CaseloadChoice(manager, manager.followed >= desk.caseload_warning, manager.followed >= manager.ceiling)
        for manager in record.list_case_managers(desk.caseload)
    ]


def decide(record: DeskRecord, task_name: str, version: str, decision: Decision, *, demo: bool = False) -> HeldDecision:
    """Hold a decision about a demand, and tell it at once where nothing is held.

    `version`: of the Task that the author decided on. Raises as `build_decision`, `DeskRecord.hold` and `DeskRecord.tell`."""
    terms = get_terms(demo=demo)
    pending = record.hold(task_name, version, build_decision(decision), terms)
    if not terms.minutes:
        record.tell(pending, terms.ceiling)
    return pending


def send_now(store: Store, record: DeskRecord, pending: HeldDecision) -> None:
    """Tell a decision at once, as its author, whoever of the desk presses « Envoyer maintenant ».

    Raises NotFound for one that the actor does not read, and what made it impossible: the demand is to triage again then."""
    if pending.decision_id not in {decision.decision_id for decision in record.list_decisions([pending.task])}:
        raise NotFound
    error = tell_as_author(store, pending, record.base_url)
    if error is not None:
        raise error
