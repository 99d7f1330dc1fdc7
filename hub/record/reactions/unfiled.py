"""What an intake Task handed over, once it is decided (`docs/parts.md` 30).

Handing ends with the decision. A resource that nobody has filed by then would be seen by nobody but its sender: the organisation
of the referent, else the owner of the Task, gets a stake `to-file` in it, which follows no status, until it is filed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from fhir_profiles.codes import DOCUMENT_CATEGORY
from hub.record.reactions.circle import list_of_person
from hub.record.reactions.stakes import UNANSWERED, add_files, get_party, is_hub_task, list_targets
from hub.record.tables import filing, resource, stake
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import get_reference_rid, load_labels
from hub.slices.placement.narrow import is_placed_by_code

TO_FILE = "to-file"
# Statuses of the plan whose author leads it, in the order in which they count.
_LED = ("active", "on-hold", "draft")


def on_decided_intake(unit: UnitOfWork, change: Change) -> None:
    """Give the stakes `to-file` of a decided intake Task; end them when the Task is entered in error."""
    before, after = (list_waiting(task) for task in (change.before or {}, change.after))
    person = unit.targets.known[change.name].person
    for name in sorted(before - after):
        unit.facts.end("stake", person, kind=TO_FILE, via=change.rid, rid=get_reference_rid(name))
    unfiled = select_unfiled(unit, after - before)
    if not unfiled:
        return
    holder = find_holder(unit, person, change.after)
    for _, name in sorted(add_files(unit, {("", name) for name in unfiled})):
        unit.facts.add_stake(name, holder, TO_FILE, change.name, person)


def on_plan_author(unit: UnitOfWork, change: Change) -> None:
    """Pass the stakes `to-file` of a person on when another organisation begins to lead the plan."""
    before, after = (_get_lead(plan) for plan in (change.before or {}, change.after))
    if before == after:
        return
    person = unit.targets.known[change.name].person
    waiting = select(stake, resource.c.id).join_from(stake, resource, resource.c.rid == stake.c.via)
    rows = unit.connection.execute(
        waiting.where(stake.c.person == person, stake.c.kind == TO_FILE, stake.c.until == EVER)
    )
    for row in rows.all():
        holder = find_holder(unit, person, unit.read_whole(f"Task/{row.id}"))
        if holder != row.party:
            unit.facts.end("stake", person, kind=TO_FILE, party=row.party, via=row.via, rid=row.rid)
            new = {"rid": row.rid, "party": holder, "kind": TO_FILE, "via": row.via, "person": person}
            unit.facts.add("stake", new | {"since": unit.time, "until": EVER})


def find_holder(unit: UnitOfWork, person: int, task: Mapping[str, Any]) -> str:
    """Return the organisation with which the unfiled resources of an intake Task wait: that of the referent, who leads the
    person's plan, else the owner of the Task."""
    plans = [unit.read_whole(name) for name in list_of_person(unit, "CarePlan", person)]
    led = [(_LED.index(plan["status"]), lead) for plan in plans if (lead := _get_lead(plan))]
    return min(led, default=(0, ""))[1] or get_party(task, "owner")


def _get_lead(plan: Mapping[str, Any]) -> str:
    author = get_party(plan, "author") if plan.get("status") in _LED else ""
    return author if author.startswith("Organization/") else ""


def list_waiting(task: Mapping[str, Any]) -> set[str]:
    """Return the names of what a decided intake Task handed over; nothing for another Task."""
    is_decided = task.get("status") not in (None, "draft", "entered-in-error", *UNANSWERED)
    return list_targets(task) if is_decided and is_hub_task(task, "intake") else set()


def select_unfiled(unit: UnitOfWork, names: Iterable[str]) -> set[str]:
    """Return those of `names` that wait in `received`: what can be filed and is not, and the sender's words in its demand."""
    waiting = {name for name in names if needs_filing(unit.read_whole(name)) or name.startswith("ServiceRequest/")}
    if not waiting:
        return waiting
    rows = unit.connection.execute(
        select(filing.c.original).where(filing.c.original.in_(sorted(waiting)), filing.c.until == EVER)
    )
    return waiting - {row.original for row in rows}


def needs_filing(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource waits in `received` until it is filed. The message itself is not filed."""
    if not is_placed_by_code(resource["resourceType"]):
        return False
    categories = [concept for concept in resource.get("category", ()) if isinstance(concept, dict)]
    is_message = any(
        coding.get("system") == DOCUMENT_CATEGORY and coding.get("code") == "received"
        for concept in categories
        for coding in concept.get("coding", ())
    )
    return not is_message and load_labels().find_place(dict(resource)) == "received"
