"""The stakes that a Task gives: to its requester, its owner, and the owner in what the Task hands over (`docs/parts.md` 13, 14;
`docs/loop.md` D4); and those of a message about a Task, to its recipients (`docs/parts.md` 29)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from fhir_profiles.codes import HUB_TASK
from hub.domain.resource_types import RESOURCE_TYPES
from hub.record.reactions.stake_rights import select_permitted
from hub.record.tables import stake
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import get_reference_rid, is_message, list_references
from hub.slices.placement.labels import list_codings

_RECIPIENTS = ("Organization/", "Patient/", "RelatedPerson/")
# A Task with one of these statuses no longer hands anything to its owner.
WITHDRAWN = frozenset({"rejected", "cancelled", "entered-in-error"})
UNANSWERED = frozenset({"requested", "received"})


def on_task_stakes(unit: UnitOfWork, change: Change) -> None:
    """Update the stakes of a Task's requester and owner, those in what it hands over, and the tie `asked` of an owner that has
    not answered yet."""
    person = unit.targets.known[change.name].person
    before, after = change.before or {}, change.after
    requester = get_party(after, "requester")
    if change.before is None and requester:
        unit.facts.add_stake(change.name, requester, "requested", change.name, person)
    _update_owner(unit, change, person)
    _update_handed(unit, change, person)
    asked_before, asked_after = get_asked_party(before), get_asked_party(after)
    if asked_before != asked_after:
        if asked_before:
            unit.facts.end("relation", person, kind="asked", party=asked_before, via=change.rid)
        if asked_after:
            unit.facts.add_tie(person, asked_after, "asked", change.name)


def _update_owner(unit: UnitOfWork, change: Change, person: int) -> None:
    before, after = get_party(change.before or {}, "owner"), get_party(change.after, "owner")
    if before == after:
        return
    if before:
        unit.facts.end("stake", person, kind="owns", party=before, rid=change.rid)
    if after:
        unit.facts.add_stake(change.name, after, "owns", change.name, person)


def _update_handed(unit: UnitOfWork, change: Change, person: int) -> None:
    before, after = (add_files(unit, list_handed(task)) for task in (change.before or {}, change.after))
    for owner, name in before - after:
        unit.facts.end("stake", person, kind="handed", party=owner, via=change.rid, rid=get_reference_rid(name))
    names_before = {name for _, name in add_files(unit, {("", name) for name in list_targets(change.before or {})})}
    permitted = select_permitted(unit, change, {name for _, name in after - before}, names_before)
    for owner, name in sorted(after - before):
        if name in permitted:
            unit.facts.add_stake(name, owner, "handed", change.name, person)


def list_handed(task: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return (owner, name) of each resource that a Task hands to its owner.

    Nothing once the Task has a status in `WITHDRAWN`, nor once the desk has decided an intake Task: what is not filed by then
    waits by another stake (`unfiled`; `docs/parts.md` 30)."""
    owner, status = get_party(task, "owner"), task.get("status")
    if not owner or status in WITHDRAWN or (status not in ("draft", *UNANSWERED) and is_hub_task(task, "intake")):
        return set()
    return {(owner, name) for name in list_targets(task)}


def list_targets(task: Mapping[str, Any]) -> set[str]:
    """Return the names of what a Task's focus, input and output refer to, except Patients: nobody has a stake in a Patient
    (`docs/parts.md` 13)."""
    targets = {
        name
        for element in RESOURCE_TYPES["Task"].placement.shared_on_assignment
        for name in list_references(task.get(element))
    }
    return {name for name in targets if not name.startswith("Patient/")}


def add_files(unit: UnitOfWork, targets: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the (owner, name) pairs with the Binary of each DocumentReference added, so that its owner can open it."""
    files = {
        (owner, content["attachment"]["url"])
        for owner, name in targets
        if name.startswith("DocumentReference/")
        for content in unit.read_whole(name).get("content", ())
        if content.get("attachment", {}).get("url", "").startswith("Binary/")
    }
    return targets | files


def is_hub_task(task: Mapping[str, Any], code: str) -> bool:
    """Return whether a Task has this code of the hub's own code system of Tasks."""
    return (HUB_TASK, code) in set(list_codings(task.get("code")))


def get_asked_party(task: Mapping[str, Any]) -> str:
    """Return the owner of a Task that the owner has not answered yet, else ""."""
    return get_party(task, "owner") if task.get("status") in UNANSWERED else ""


def get_party(resource: Mapping[str, Any], element: str) -> str:
    """Return the party that an element refers to: an Organization, a Patient or a RelatedPerson, else ""."""
    reference = str((resource.get(element) or {}).get("reference", ""))
    return reference if reference.partition("/")[0] in ("Organization", "Patient", "RelatedPerson") else ""


def on_message(unit: UnitOfWork, change: Change) -> None:
    """Give each recipient of a message a stake in it, and take that of one who is no recipient any more."""
    before, after = list_recipients(change.before or {}), list_recipients(change.after)
    person = unit.targets.known[change.name].person
    for party in before - after:
        unit.facts.end("stake", person, kind="handed", party=party, rid=get_reference_rid(change.name))
    for party in sorted(after - before):
        unit.facts.add_stake(change.name, party, "handed", change.name, person)


def carry_message(unit: UnitOfWork, name: str, person: int) -> None:
    """Give the recipients of a message their stakes, which one that an earlier version recorded lacks."""
    recipients = list_recipients(unit.read_whole(name))
    if recipients:
        handed = select(stake.c.party).where(stake.c.rid == get_reference_rid(name), stake.c.kind == "handed")
        for party in sorted(recipients - set(unit.connection.scalars(handed))):
            unit.facts.add_stake(name, party, "handed", name, person)


def list_recipients(communication: dict[str, Any]) -> set[str]:
    """Return the parties that a message names as recipients; none for another Communication."""
    if not communication or not is_message(communication):
        return set()
    names = {str(recipient.get("reference", "")) for recipient in communication["recipient"]}
    return {name for name in names if name.startswith(_RECIPIENTS)}
