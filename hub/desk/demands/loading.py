"""The demands of a desk as its agent sees them, in a number of searches that does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fhir_profiles import codes
from hub.domain.dates import parse_moment
from hub.domain.errors import NotFound
from hub.fhir import loads
from hub.record.desk.decisions import HeldDecision, State
from hub.record.repository.desk import DeskRecord
from hub.task_machine import has_question
from hub.triage.completeness import measure_completeness
from hub.triage.queue import Answerer, Demand, Wait

Json = Mapping[str, Any]

OPEN = "draft,requested,received"
DECIDED = "accepted,in-progress,on-hold,completed,rejected,cancelled,failed"
MOST_OPEN, MOST_DECIDED = 300, 50
_INCLUDED = [("_include", "Task:patient"), ("_include", "Task:focus"), ("_include", "Task:requester")]


@dataclass(frozen=True)
class LoadedDemand:
    """A demand with what its reader sees around it.

    `request`, `patient`, `sender`: resources, {} for what is hidden. `candidates`: how many persons may be the same one; `held`:
    the decision that waits to be told."""

    demand: Demand
    task: Json
    request: Json = field(default_factory=dict)
    patient: Json = field(default_factory=dict)
    sender: Json = field(default_factory=dict)
    candidates: int = 0
    held: HeldDecision | None = None


def load_demands(record: DeskRecord, statuses: str, most: int) -> tuple[list[LoadedDemand], bool]:
    """Return the demands of the actor's organisation in these statuses, and whether there are more than `most`."""
    page = record.search("Task", [*_list_own(record), ("status", statuses), ("_count", str(most)), *_INCLUDED])
    tasks = [loads(piece.body) for piece in page.slices]
    others = {piece.name: loads(piece.body) for piece in page.included}
    return _assemble(record, tasks, others), page.next is not None


def load_demand(record: DeskRecord, task_id: str) -> LoadedDemand:
    """Return one demand. NotFound: hidden, absent, or no intake Task."""
    page = record.search("Task", [("_id", task_id), ("code", f"{codes.HUB_TASK}|intake"), *_INCLUDED])
    tasks = [loads(piece.body) for piece in page.slices]
    demands = _assemble(record, tasks, {piece.name: loads(piece.body) for piece in page.included})
    if not demands:
        raise NotFound
    return demands[0]


def count_decided(record: DeskRecord) -> int:
    """Return how many demands of the actor's organisation are decided."""
    page = record.search("Task", [*_list_own(record), ("status", DECIDED), ("_count", "1"), ("_total", "accurate")])
    return page.total or 0


def _list_own(record: DeskRecord) -> list[tuple[str, str]]:
    return [("owner", record.actor.party), ("code", f"{codes.HUB_TASK}|intake")]


def _assemble(record: DeskRecord, tasks: Sequence[Json], others: Mapping[str, Json]) -> list[LoadedDemand]:
    names = [f"Task/{task['id']}" for task in tasks]
    pending = {decision.task: decision for decision in record.list_decisions(names, [State.HELD])} if names else {}
    candidates = _count_candidates(record) if names else {}
    questions_by_task = _list_questions(record) if any(has_question(task) for task in tasks) else {}
    demands = []
    for name, task in zip(names, tasks, strict=True):
        person = _get(task, "for")
        request, patient = others.get(_get(task, "focus"), {}), others.get(person, {})
        waits = _list_waits(task, questions_by_task.get(name, ()))
        completeness = measure_completeness(request, patient) if request else None
        demand = Demand(
            name,
            parse_moment(str(task.get("authoredOn", "1970-01-01T00:00:00Z"))),
            str(task.get("status", "")),
            str(task.get("priority", "routine")),
            name in pending,
            waits,
            completeness.needed if completeness else (),
            bool(candidates.get(person)),
        )
        sender = others.get(_get(task, "requester"), {})
        demands.append(
            LoadedDemand(demand, task, request, patient, sender, candidates.get(person, 0), pending.get(name))
        )
    return demands


def _get(task: Json, element: str) -> str:
    return str(task.get(element, {}).get("reference", ""))


def _count_candidates(record: DeskRecord) -> dict[str, int]:
    """Return how many persons wait to be compared with each newcomer."""
    review = [
        ("owner", record.actor.party),
        ("code", f"{codes.HUB_TASK}|match-review"),
        ("status", "requested,received"),
    ]
    page = record.search("Task", [*review, ("_count", str(MOST_OPEN))])
    counts: dict[str, int] = {}
    for piece in page.slices:
        task = loads(piece.body)
        counts[_get(task, "for")] = counts.get(_get(task, "for"), 0) + len(task.get("input", ()))
    return counts


def _list_questions(record: DeskRecord) -> dict[str, list[Json]]:
    """Return the messages that the actor's organisation sent about each Task."""
    page = record.search("Communication", [("sender", record.actor.party), ("_count", str(MOST_OPEN))])
    questions: dict[str, list[Json]] = {}
    for piece in page.slices:
        message = loads(piece.body)
        for link in message.get("about", ()):
            questions.setdefault(str(link.get("reference", "")), []).append(message)
    return questions


def _list_waits(task: Json, questions: Sequence[Json]) -> tuple[Wait, ...]:
    """Return what is waited for: the last question, by who was asked; the Task says whether it waits still."""
    if not has_question(task):
        return ()
    last = max(questions, key=lambda message: str(message.get("sent", "")), default={})
    asked_parties = {str(each.get("reference", "")) for each in last.get("recipient", ())}
    since = str(last.get("sent") or task.get("lastModified") or task.get("authoredOn", ""))
    by = Answerer.SENDER if not asked_parties or _get(task, "requester") in asked_parties else Answerer.PARTNER
    if any(name.startswith("Patient/") for name in asked_parties):
        by = Answerer.PERSON
    return (Wait(by, parse_moment(since)),)
