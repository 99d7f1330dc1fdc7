"""Derived extracts: a summary follows what is recorded in detail, whoever may see that (`docs/parts.md` 1, 15).

One Observation a person and kind, the hub's own: it says again what its sources come to after each change of one, and after
anybody else's edit. So it is a function of them alone, and an edit that leaves the summary as it is moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, exists, insert, select

from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.sections import load_sections
from hub.record.reactions.summaries import Summary, load_summaries
from hub.record.tables import derived, part, resource, withheld
from hub.record.tables.base import EVER
from hub.record.unit_of_work.part_rows import read_part
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import find_patient, get_reference_rid, join
from hub.slices.placement.labels import list_codings

_NOW = bindparam("now", type_=BigInteger)
_KEPT = exists().where(withheld.c.rid == resource.c.rid, withheld.c.since <= _NOW, withheld.c.until > _NOW)
_RECORDED = (
    select(part, resource.c.id, resource.c.entry, _KEPT.label("kept"))
    .join_from(resource, part, part.c.rid == resource.c.rid)
    .where(
        resource.c.person == bindparam("of", type_=BigInteger),
        resource.c.type == bindparam("kind", type_=String),
        part.c.until == EVER,
    )
)
_DERIVED = select(derived.c.id).where(
    derived.c.person == bindparam("of", type_=BigInteger), derived.c.kind == bindparam("kind", type_=String)
)


def on_recorded(unit: UnitOfWork, change: Change) -> None:
    """A resource that supports a summary, or did: its person's, and the one's of whom it spoke before."""
    before = change.before or {}
    for summary in load_summaries():
        if summary.source == change.type and (summary.evaluate(change.after) or (before and summary.evaluate(before))):
            spoken_of = {find_patient(resource) or "" for resource in (before, change.after) if resource}
            for patient in sorted(name for name in spoken_of if name.startswith("Patient/")):
                _say(unit, summary, patient)


def on_observation(unit: UnitOfWork, change: Change) -> None:
    """Nobody else writes a summary that the hub derives: it says again what its sources come to."""
    if change.before is None or not change.by:
        return
    for summary in load_summaries():
        patient = find_patient(change.before)
        coded = patient and summary.code in set(list_codings(change.before.get("code")))
        if patient and coded and _name(unit, summary, patient) == change.name:
            _say(unit, summary, patient)


def _say(unit: UnitOfWork, summary: Summary, patient: str) -> None:
    content = summary.derive(_sources(unit, summary, patient))
    name = _name(unit, summary, patient)
    if name is not None:
        after = summary.build_observation(patient, content) | {"id": name.partition("/")[2]}
        if unit.read_whole(name) != after:
            unit.replace(name, after, by="")
    elif content is not None:
        name = unit.create(summary.build_observation(patient, content), by="")
        row = {"person": get_reference_rid(patient), "kind": summary.kind, "id": name.partition("/")[2]}
        unit.connection.execute(insert(derived), row)


def _name(unit: UnitOfWork, summary: Summary, patient: str) -> str | None:
    params = {"of": get_reference_rid(patient), "kind": summary.kind}
    resource_id = unit.connection.execute(_DERIVED, params).scalar_one_or_none()
    return None if resource_id is None else f"Observation/{resource_id}"


def _sources(unit: UnitOfWork, summary: Summary, patient: str) -> Iterator[dict[str, Any]]:
    """What is recorded of the person in the type of the sources, as it will be. What bears a label is left out, since its
    summary would tell what the label hides (a stay in psychiatry); so is what is withheld from anyone."""
    rule = RESOURCE_TYPES[summary.source].placement
    unlabelled = load_sections().place(rule.entry or rule.rest)
    params = {"of": get_reference_rid(patient), "kind": summary.source, "now": unit.time}
    stored: dict[str, list[Any]] = {}
    for row in unit.connection.execute(_RECORDED, params):
        stored.setdefault(f"{summary.source}/{row.id}", []).append(row)
    withheld_names = {name for name, rows in stored.items() if rows[0].kept}
    for name, rows in stored.items():
        if name not in unit.changes and name not in withheld_names and rows[0].entry == unlabelled:
            yield {"resourceType": summary.source, "id": rows[0].id} | join(map(read_part, rows))
    for name in unit.changes.keys() - withheld_names:
        change, known = unit.changes[name], unit.targets.known.get(name)
        # One staged but not yet known will have its own turn.
        fits = change.type == summary.source and known is not None and known.target.entry == unlabelled
        if fits and find_patient(change.after) == patient:
            yield change.after
