"""What an organisation asked the desk for, as it sees it itself: whose turn it is, and what the desk said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from fhir_profiles import codes
from hub.desk.demands.words import QUESTIONS, get_reason, read_moment
from hub.desk.dossiers.lines import write_text
from hub.desk.formats import format_moment
from hub.desk.persons import format_patient_name
from hub.desk.web.territory import load_territory
from hub.domain.dates import parse_moment
from hub.fhir import loads
from hub.record.repository.record import Record
from hub.task_machine import has_question
from hub.triage.answering import list_messages, list_subjects
from hub.triage.completeness import get_stated_patient, measure_completeness

Json = Mapping[str, Any]

OPEN = "draft,requested,received"
DECIDED = "accepted,in-progress,on-hold,completed,rejected,cancelled,failed"
MOST = 100
# Status of the Task → the sign of the kit, and the words for the one who asked.
TURNS = {
    "draft": ("yours", _l("En préparation")),
    "requested": ("other", _l("Chez le guichet")),
    "received": ("other", _l("Chez le guichet")),
    "accepted": ("done", _l("Acceptée")),
    "in-progress": ("done", _l("Acceptée, commencée")),
    "on-hold": ("paused", _l("En pause")),
    "completed": ("done", _l("Faite")),
    "rejected": ("refused", _l("Refusée")),
    "cancelled": ("closed", _l("Annulée")),
    "failed": ("closed", _l("N'a pas pu se faire")),
}


@dataclass(frozen=True)
class SentDemand:
    """A demand as its sender reads it, in words; "" for what its slice does not say.

    `turn`, `turn_words`: whose turn it is (the sign of the kit); `cause`: why it was refused, paused or ended; `question`: the
    words that wait for an answer of the reader; `said`: the last words of the desk; `version`: of the Task; `score`: how many of
    the seven questions it answers; `missing`: the names of the others."""

    id: str
    version: str
    name: str
    number: str
    reason: str
    sent: str
    turn: str
    turn_words: str
    cause: str
    question: str
    asked_at: str
    said: str
    score: int
    missing: Sequence[str]

    @property
    def is_asked(self) -> bool:
        """Whether the reader's organisation must answer."""
        return self.turn == "yours" and bool(self.asked_at)


def load_sent(record: Record, statuses: str, task_id: str = "") -> tuple[list[SentDemand], bool]:
    """Return the demands that the actor's organisation sent, in these statuses or the one of this id, and whether there are more
    than `MOST`. What waits for the reader is first, then the newest. At most four searches, whatever there is."""
    chosen = ("_id", task_id) if task_id else ("status", statuses)
    page = record.search(
        "Task",
        [
            ("requester", record.actor.party),
            ("code", f"{codes.HUB_TASK}|intake"),
            chosen,
            ("_sort", "-authored-on"),
            ("_count", str(MOST)),
            ("_include", "Task:patient"),
            ("_include", "Task:focus"),
        ],
    )
    tasks = [(loads(piece.body), piece.version) for piece in page.slices]
    others = {piece.name: loads(piece.body) for piece in page.included}
    messages = _group_messages(record) if tasks else {}
    resumed = _list_resumed(record) if any(task.get("status") == "rejected" for task, _ in tasks) else frozenset()
    demands = [
        _describe(task, version, others, messages.get(f"Task/{task['id']}", ()), resumed) for task, version in tasks
    ]
    return sorted(demands, key=lambda demand: demand.turn != "yours"), page.next is not None


def count_open(record: Record) -> int:
    """Return how many demands of the actor's organisation wait with the desk."""
    own = [("requester", record.actor.party), ("code", f"{codes.HUB_TASK}|intake"), ("status", OPEN)]
    return record.search("Task", [*own, ("_count", "1"), ("_total", "accurate")]).total or 0


def _group_messages(record: Record) -> dict[str, list[Json]]:
    """Return what others wrote to the actor's organisation about each Task, the oldest first."""
    messages: dict[str, list[Json]] = {}
    for message in list_messages(record):
        if message.get("sender", {}).get("reference") != record.actor.party:
            for name in list_subjects(message):
                messages.setdefault(name, []).append(message)
    return messages


def _list_resumed(record: Record) -> frozenset[str]:
    """Return the requests of the actor's organisation that the desk has open: a refused one among them was taken up again."""
    own = [("requester", record.actor.party), ("code", f"{codes.HUB_TASK}|intake"), ("status", f"{OPEN},accepted")]
    pieces = record.search("Task", [*own, ("_sort", "-authored-on"), ("_count", str(MOST))]).slices
    return frozenset(_get(loads(piece.body), "focus") for piece in pieces)


def _describe(
    task: Json, version: str, others: Mapping[str, Json], messages: Sequence[Json], resumed: frozenset[str]
) -> SentDemand:
    request = others.get(_get(task, "focus"), {})
    # The names are those that the sender gave: what the record learned of the person since is another matter.
    patient = get_stated_patient(request) or others.get(_get(task, "for"), {})
    status = str(task.get("status", ""))
    turn, words = TURNS.get(status, ("closed", _l("Close")))
    last = messages[-1] if messages else {}
    question = asked_at = ""
    if has_question(task) and status in OPEN.split(","):
        if last:
            turn, words = "yours", _l("À vous de répondre")
            question, asked_at = write_text(_list_words(last)), _write_moment(str(last.get("sent", "")))
        else:
            turn, words = "paused", _l("Échéance arrêtée : une réponse est attendue")
    if status == "rejected" and _get(task, "focus") in resumed:
        turn, words = "other", _l("Refusée, puis reprise par le guichet")
    completeness = measure_completeness(request, patient)
    return SentDemand(
        str(task["id"]),
        version,
        format_patient_name(patient),
        next((str(each["value"]) for each in request.get("identifier", ()) if each.get("value")), ""),
        get_reason(request),
        _write_moment(str(task.get("authoredOn", ""))),
        turn,
        str(words),
        write_text(task.get("statusReason")),
        question,
        asked_at,
        "" if asked_at else write_text(_list_words(last)),
        completeness.score,
        [str(QUESTIONS[each]) for each in completeness.missing],
    )


def _list_words(message: Json) -> list[str]:
    return [str(piece.get("contentString", "")) for piece in message.get("payload", ())]


def _write_moment(text: str) -> str:
    zone = load_territory().timezone
    moment: datetime | None = read_moment(parse_moment(text), zone) if text else None
    return format_moment(moment, str(zone)) if moment else ""


def _get(task: Json, element: str) -> str:
    return str(task.get(element, {}).get("reference", ""))
