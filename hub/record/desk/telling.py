"""Carry out a decision of the desk, as its author and under the guards of this moment (`docs/parts.md` 40).

The author writes the Task and its messages; what follows for the person (the situation, the plan) the hub writes in the same
transaction, as it does when a demand is accepted through the API.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.domain.desk.decisions import Decision, DecisionKind
from hub.domain.errors import Conflict
from hub.fhir import loads
from hub.record.db.clock import instant
from hub.record.desk.caseload import OPEN_EPISODES, count_followed, list_case_managers
from hub.record.desk.decisions import About, HeldDecision
from hub.record.desk.notes import NewNote, NoteKind, add_note
from hub.record.reactions.circle import list_of_person
from hub.record.reactions.loop import delegate_plan
from hub.record.reactions.stakes import UNANSWERED, get_party, is_hub_task
from hub.record.read.current import build_slice
from hub.record.read.preconditions import Preconditions
from hub.record.tables import consent_fact
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.edit import create, edit
from hub.record.write.writer import Writer
from hub.slices import get_reference_rid
from hub.task_machine import add_question

Json = dict[str, Any]

_PLANS = ("draft", "active")


def read_demand(writer: Writer, task_name: str) -> tuple[Json, str]:
    """Return the intake Task as the author sees it, and its version.

    NotFound when it is hidden; Conflict `decision-closed` unless the author's organisation owns it and has not decided yet."""
    current = build_slice(task_name, writer.view.get_parts(task_name), writer.session.keys)
    task: Json = loads(current.body, size=len(current.body))
    is_owner = get_party(task, "owner") == writer.actor.party
    if not is_owner or not is_hub_task(task, "intake") or task.get("status") not in UNANSWERED:
        raise Conflict("decision-closed")
    return task, current.version


def find_about(task_name: str, task: Json) -> About:
    """Return what a decision about a Task is about."""
    return About(task_name, get_reference_rid(str(task.get("for", {}).get("reference", ""))))


def carry_out(writer: Writer, pending: HeldDecision, ceiling: int, new_id: str) -> None:
    """Stage all that a decision changes. `ceiling`: persons of one case manager; `new_id`: for the note that it leaves.

    Raises NotFound, Refused, Invalid or Conflict when it does not hold any more."""
    task, version = read_demand(writer, pending.task)
    decision = pending.decision
    if decision.kind in (DecisionKind.ACCEPT, DecisionKind.ORIENT):
        _check_consent(writer, find_about(pending.task, task).person)
    if decision.kind is DecisionKind.ACCEPT:
        _accept(writer, task, decision, ceiling, pending.decision_id)
    elif decision.kind is DecisionKind.ORIENT:
        _orient(writer, task, decision)
    edit(writer, pending.task, _decide(task, decision), Preconditions(version))
    for recipient, text in _list_texts(task, decision):
        create(writer, build_message(writer.actor.party, recipient, task, text, instant(writer.unit.time)))
    note = _build_note(pending.task, task, decision)
    if note is not None:
        add_note(writer.session, new_id, note)


def _check_consent(writer: Writer, person: int) -> None:
    """Raise Conflict when the person opposes that her record is shared, with all or with the author's organisation or role."""
    party, role, now = writer.actor.party, writer.actor.role, writer.session.now
    opposed = select(consent_fact.c.party).where(
        consent_fact.c.person == person,
        consent_fact.c.effect == "deny",
        consent_fact.c.section == "*",
        consent_fact.c.party.in_(["*", party, role]),
        consent_fact.c.since <= now,
        consent_fact.c.until > now,
    )
    if writer.unit.connection.execute(opposed).first() is not None:
        raise Conflict("decision-consent")


def _decide(task: Json, decision: Decision) -> Json:
    """Return the Task as the decision leaves it."""
    if decision.kind is DecisionKind.REFUSE:
        return {**task, "status": "rejected", "statusReason": {"text": decision.label}}
    if decision.kind is DecisionKind.ASK:
        return add_question(task)
    return {**task, "status": "accepted"}


def _list_texts(task: Json, decision: Decision) -> list[tuple[str, str]]:
    """Return (recipient, text) of each message that the decision sends; each has one recipient (`docs/parts.md` 29)."""
    if decision.kind is DecisionKind.ASK:
        return [(decision.asked or get_party(task, "requester"), decision.question)]
    if decision.kind is DecisionKind.ORIENT:
        return []
    texts = [(get_party(task, "requester"), decision.text_sender), (task["for"]["reference"], decision.text_person)]
    return [(recipient, text) for recipient, text in texts if recipient and text]


def build_message(sender: str, recipient: str, task: Json, text: str, now: str) -> Json:
    """Return a message about a Task, to one recipient."""
    return {
        "resourceType": "Communication",
        "status": "completed",
        "subject": task["for"],
        "about": [{"reference": f"Task/{task['id']}"}],
        "sent": now,
        "sender": {"reference": sender},
        "recipient": [{"reference": recipient}],
        "payload": [{"contentString": text}],
    }


def _build_note(task_name: str, task: Json, decision: Decision) -> NewNote | None:
    """Return what the desk notes of a decision that leaves something open: a question, a place on the waiting list."""
    person = find_about(task_name, task).person
    if decision.kind is DecisionKind.ASK:
        recipient = decision.asked or get_party(task, "requester")
        by = (
            "sender"
            if recipient == get_party(task, "requester")
            else "person"
            if recipient.startswith("Patient/")
            else "partner"
        )
        return NewNote(NoteKind.QUESTION, task_name, person, content={"by": by, "asked": recipient})
    if decision.kind is DecisionKind.ACCEPT and decision.rank:
        return NewNote(NoteKind.RANK, task_name, person, content={"rank": decision.rank, "reason": decision.reason})
    return None


def _accept(writer: Writer, task: Json, decision: Decision, ceiling: int, decision_id: str) -> None:
    """Give the person a situation with its case manager, or on the waiting list."""
    unit, patient = writer.unit, task["for"]["reference"]
    if not decision.rank:
        check_manager(writer, decision.manager, ceiling, decision_id)
    name, episode = _find_episode(unit, patient)
    for element in () if not decision.rank else ("careManager",):
        episode.pop(element, None)
    episode |= {"status": "waitlist" if decision.rank else "active"}
    episode |= {} if decision.rank else {"careManager": {"reference": decision.manager}}
    episode.setdefault("managingOrganization", {"reference": writer.actor.party})
    focus = task.get("focus")
    if focus and focus not in episode.get("referralRequest", ()):
        episode["referralRequest"] = [*episode.get("referralRequest", ()), focus]
    if name:
        unit.replace(name, episode, by="")
    else:
        episode["period"] = {"start": instant(unit.time)}
        unit.create(episode, by="")


def check_manager(writer: Writer, manager: str, ceiling: int, decision_id: str = "") -> None:
    """Raise Conflict unless `manager` is a case manager of the author's organisation, and follows fewer persons than it may.

    `decision_id`: the decision that is carried out, which is not counted."""
    connection = writer.unit.connection
    managers = list_case_managers(connection, writer.actor.party, writer.session.now, ceiling)
    chosen = next((entry for entry in managers if entry.practitioner == manager), None)
    if chosen is None:
        raise Conflict("decision-manager")
    if count_followed(connection, [manager], without=decision_id).get(manager, 0) >= chosen.ceiling:
        raise Conflict("decision-ceiling")


def _find_episode(unit: UnitOfWork, patient: str) -> tuple[str, Json]:
    """Return the person's situation that is not over, by its name, or "" and a new one."""
    for name in list_of_person(unit, "EpisodeOfCare", get_reference_rid(patient)):
        episode = dict(unit.read_whole(name))
        if episode.get("status") in ("planned", "waitlist", *OPEN_EPISODES):
            return name, episode
    return "", {"resourceType": "EpisodeOfCare", "status": "active", "patient": {"reference": patient}}


def _orient(writer: Writer, task: Json, decision: Decision) -> None:
    """Add an activity for each service to the person's plan: a draft is delegated when the Task is accepted, another now."""
    unit = writer.unit
    if writer.view.find_invisible(decision.services):
        raise Conflict("decision-service")
    name, plan = _find_plan(unit, task)
    activities = [_build_activity(service, decision.text_sender) for service in decision.services]
    plan = {**plan, "activity": [*plan.get("activity", ()), *activities]}
    if not name:
        unit.create({**plan, "status": "draft"}, by=writer.actor.party)
        name = f"CarePlan/{plan['id']}"
    else:
        unit.replace(name, plan, by="")
    links = [link.get("reference") for link in unit.read_whole(f"Task/{task['id']}").get("basedOn", ())]
    if plan["status"] == "active" or name not in links:
        delegate_plan(unit, name, unit.read_whole(f"Task/{task['id']}"))


def _find_plan(unit: UnitOfWork, task: Json) -> tuple[str, Json]:
    """Return the plan on which the Task is based, else another of the person that is not over, else "" and a new one."""
    whole = unit.read_whole(f"Task/{task['id']}")
    patient = task["for"]["reference"]
    based = [str(link.get("reference", "")) for link in whole.get("basedOn", ())]
    names = [name for name in based if name.startswith("CarePlan/")]
    for name in (*names, *list_of_person(unit, "CarePlan", get_reference_rid(patient))):
        plan = unit.read_whole(name)
        if plan.get("status") in _PLANS:
            return name, plan
    subject = {"reference": patient}
    return "", {
        "resourceType": "CarePlan",
        "id": unit.new_id("CarePlan"),
        "status": "draft",
        "intent": "plan",
        "subject": subject,
    }


def _build_activity(service: str, instruction: str) -> Json:
    detail: Json = {"kind": "ServiceRequest", "status": "not-started", "performer": [{"reference": service}]}
    return {"detail": detail | ({"description": instruction} if instruction else {})}
