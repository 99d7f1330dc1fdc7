"""The answer to a question that the desk asked about a demand, by whoever sent the demand (`docs/loop.md` T18)."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Conflict, Invalid
from hub.fhir import loads
from hub.record.db.clock import instant
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.record.write.transaction import Entry
from hub.task_machine import has_question, withdraw_question

Json = dict[str, Any]
MOST_MESSAGES = 200


def answer_question(store: Store, record: Record, task_name: str, version: str, text: str) -> None:
    """Withdraw the question of a demand and send `text` to who asked, in one transaction; the same text again is one answer.

    `version`: of the Task as the author last saw it. Raises NotFound for a hidden Task, Invalid `required-missing` for an empty
    text, Conflict `decision-answered` when no question waits, `version-conflict` when the Task has changed since."""
    current = record.read(task_name)
    task: Json = loads(current.body)
    messages = list_messages(record, task_name)
    if not has_question(task):
        if text and any(_is_from(record.actor.party, message, text) for message in messages):
            return
        raise Conflict("decision-answered")
    if not text:
        raise Invalid("required-missing", where="reponse")
    if version != current.version:
        raise Conflict("version-conflict")
    questions = [message for message in messages if not _is_from(record.actor.party, message)]
    recipient = questions[-1]["sender"] if questions else task["owner"]
    answer: Json = {
        "resourceType": "Communication",
        "status": "completed",
        "subject": task["for"],
        "about": [{"reference": task_name}],
        "sent": instant(store.now()),
        "sender": {"reference": record.actor.party},
        "recipient": [recipient],
        "payload": [{"contentString": text}],
    }
    if questions:
        answer["inResponseTo"] = [{"reference": f"Communication/{questions[-1]['id']}"}]
    record.transact(
        [
            Entry("POST", record.new_name("Communication"), answer),
            Entry("PUT", task_name, withdraw_question(task), version),
        ]
    )


def list_messages(record: Record, task_name: str = "") -> list[Json]:
    """Return the messages to and from the actor's organisation, the oldest first; about one Task, or about any. Two searches."""
    party = record.actor.party
    sent_slices, received = (
        record.search("Communication", [(side, party), ("_sort", "-sent"), ("_count", str(MOST_MESSAGES))]).slices
        for side in ("sender", "recipient")
    )
    messages = {piece.name: loads(piece.body) for piece in (*sent_slices, *received)}
    about = [message for message in messages.values() if not task_name or task_name in list_subjects(message)]
    return sorted(about, key=lambda message: (str(message.get("sent", "")), str(message["id"])))


def list_subjects(message: Json) -> list[str]:
    """Return the references of what a message is about."""
    return [str(link.get("reference", "")) for link in message.get("about", ())]


def _is_from(party: str, message: Json, text: str = "") -> bool:
    is_sender = message.get("sender", {}).get("reference") == party
    return is_sender and (not text or text in [piece.get("contentString") for piece in message.get("payload", ())])
