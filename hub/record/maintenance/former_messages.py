"""Carry what messages brought before along by the present rules (`docs/parts.md` 27, 30): a part of `hub relabel`.

What had no known code was placed by its type, a Condition in `medical`. It gets the section `received`, and is given to those who
would have it, had the message come today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from hub.record.reactions.stakes import UNANSWERED, add_files, get_party, is_hub_task
from hub.record.reactions.unfiled import TO_FILE, find_holder, list_waiting, select_unfiled
from hub.record.tables import link, resource, stake
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import get_named_section, get_reference_rid, list_references
from hub.slices.placement.narrow import is_placed_by_code, place_narrowly


def select_unplaced(unit: UnitOfWork, rows: Iterable[Any]) -> dict[int, str]:
    """Return {rid: message} of those of `rows` of `resource` that a message brought and that name no section, but should name
    `received`. `message`: the DocumentReference with its bytes."""
    unplaced = {}
    for row in rows:
        if not is_placed_by_code(row.type):
            continue
        whole = unit.read_whole(f"{row.type}/{row.id}")
        if (
            not get_named_section(whole)
            and place_narrowly(whole) != whole
            and (message := _find_message(unit, row.rid))
        ):
            unplaced[row.rid] = message
    return unplaced


def _find_message(unit: UnitOfWork, rid: int) -> str:
    """Return the message that a resource came with, as the hub's Provenance of the message says, or ""."""
    for source in _list_sources(unit, rid, "Provenance"):
        for entity in source.get("entity", ()):
            for name in list_references(entity.get("what")):
                if name.startswith("DocumentReference/") and entity.get("role") == "source":
                    return name
    return ""


def give_to_intake(unit: UnitOfWork, name: str, message: str) -> None:
    """Give an unplaced resource to the owner of the intake Task that has `message` among its inputs, or, when that is decided, to
    whom it waits with."""
    for task in _list_sources(unit, get_reference_rid(message), "Task"):
        if is_hub_task(task, "intake"):
            person = unit.targets.find_person(task)
            is_open = task["status"] in UNANSWERED
            holder = get_party(task, "owner") if is_open else find_holder(unit, person, task)
            kind = "handed" if is_open else TO_FILE
            _give(unit, name, holder, kind=kind, via=f"Task/{task['id']}", person=person)


def carry_intake_task(unit: UnitOfWork, task: Mapping[str, Any]) -> None:
    """End what a decided intake Task still hands over, and give what waits to whom it waits with."""
    name = f"Task/{task['id']}"
    if not is_hub_task(task, "intake") or task["status"] in ("draft", *UNANSWERED):
        return
    person = unit.targets.find_person(task)
    unit.facts.end("stake", person, kind="handed", via=get_reference_rid(name))
    unfiled = select_unfiled(unit, list_waiting(task))
    for unfiled_name in sorted(unfiled):
        _give(unit, unfiled_name, find_holder(unit, person, task), kind=TO_FILE, via=name, person=person)


def _give(unit: UnitOfWork, name: str, party: str, *, kind: str, via: str, person: int) -> None:
    """Give `party` a stake in a resource and its files, unless it has it."""
    for _, file_name in sorted(add_files(unit, {("", name)})):
        known = select(stake.c.rid).where(
            stake.c.rid == get_reference_rid(file_name), stake.c.party == party, stake.c.kind == kind
        )
        if unit.connection.execute(known.where(stake.c.until == EVER)).first() is None:
            unit.facts.add_stake(file_name, party, kind, via, person)


def _list_sources(unit: UnitOfWork, rid: int, resource_type: str) -> list[dict[str, Any]]:
    """Return the resources of a type that refer to another, whole."""
    sources = select(resource.c.id).join_from(link, resource, link.c.source == resource.c.rid)
    ids = unit.connection.scalars(sources.where(link.c.target == rid, resource.c.type == resource_type))
    return [unit.read_whole(f"{resource_type}/{id_}") for id_ in sorted(ids)]
