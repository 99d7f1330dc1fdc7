"""Derived extracts: summaries that the hub keeps up to date with what is recorded in detail (`docs/parts.md` 1, 15).

A summary is one Observation for each person and kind, written by the hub. It is derived again whenever one of its sources
changes or somebody else edits it, so it depends on its sources alone. If the result is the same, nothing is written.
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
    """Update the summaries that a resource supports or supported, for its person and for the person that it was about before."""
    before = change.before or {}
    for summary in load_summaries():
        if summary.source == change.type and (summary.evaluate(change.after) or (before and summary.evaluate(before))):
            subjects = {find_patient(resource) or "" for resource in (before, change.after) if resource}
            for patient in sorted(name for name in subjects if name.startswith("Patient/")):
                _update_summary(unit, summary, patient)


def on_observation(unit: UnitOfWork, change: Change) -> None:
    """Derive a summary again that somebody other than the hub has edited."""
    if change.before is None or not change.by:
        return
    for summary in load_summaries():
        patient = find_patient(change.before)
        coded = patient and summary.code in set(list_codings(change.before.get("code")))
        if patient and coded and _find_summary(unit, summary, patient) == change.name:
            _update_summary(unit, summary, patient)


def _update_summary(unit: UnitOfWork, summary: Summary, patient: str) -> None:
    content = summary.derive(_list_sources(unit, summary, patient))
    name = _find_summary(unit, summary, patient)
    if name is not None:
        after = summary.build_observation(patient, content) | {"id": name.partition("/")[2]}
        if unit.read_whole(name) != after:
            unit.replace(name, after, by="")
    elif content is not None:
        name = unit.create(summary.build_observation(patient, content), by="")
        row = {"person": get_reference_rid(patient), "kind": summary.kind, "id": name.partition("/")[2]}
        unit.connection.execute(insert(derived), row)


def _find_summary(unit: UnitOfWork, summary: Summary, patient: str) -> str | None:
    params = {"of": get_reference_rid(patient), "kind": summary.kind}
    resource_id = unit.connection.execute(_DERIVED, params).scalar_one_or_none()
    return None if resource_id is None else f"Observation/{resource_id}"


def _list_sources(unit: UnitOfWork, summary: Summary, patient: str) -> Iterator[dict[str, Any]]:
    """Yield the person's resources of the source type, as they will be after this transaction.

    Resources that need a further section because of a label are left out, since the summary would reveal what the label
    protects (a stay in psychiatry). So are resources that are withheld from any party."""
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
        # A resource that is staged but has no target yet gets its own call of on_recorded later.
        fits = change.type == summary.source and known is not None and known.target.entry == unlabelled
        if fits and find_patient(change.after) == patient:
            yield change.after
