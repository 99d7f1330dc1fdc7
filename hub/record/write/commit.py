"""Write a unit of work to the database: parts, indexes, links, facts, grants, outbox (`docs/parts.md` 10, 16, 21, 22).

References are resolved and resources labelled, then written with one statement for each table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from hub.domain.errors import Invalid, Problem
from hub.domain.resource_types import DIRECTORY_TYPES, RESOURCE_TYPES
from hub.domain.topics import list_topic_types
from hub.record.access.grant_updates import update_grants
from hub.record.access.grants import rebuild_grants
from hub.record.reactions import react
from hub.record.search.index.rows import build_index_rows
from hub.record.tables import link, part, resource
from hub.record.unit_of_work.array_positions import add_gaps, keep_positions
from hub.record.unit_of_work.part_rows import build_part_row, build_silent_row, read_elements, read_part
from hub.record.unit_of_work.relabel import relabel_sources
from hub.record.unit_of_work.store_rows import Rows, store_facts, store_rows_with_time, store_rows_without_time
from hub.record.unit_of_work.targets import TargetInfo
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import Part, embed_core, encode, get_reference_rid, list_references, split


def flush(unit: UnitOfWork) -> None:
    """Run the reactions, then write all changes of `unit`. Raises as `build_rows`."""
    write_rows(unit, build_rows(unit))


def build_rows(unit: UnitOfWork) -> Rows:
    """Run the reactions, and return the rows that all changes of `unit` write.

    Raises Invalid `reference-unresolved` when a resource points to one that does not exist or that is about another person."""
    # Reactions need the person of each resource, so that all targets are looked up first, in one statement.
    unit.targets.look_up({name for change in unit.changes.values() for name in list_references(change.after)})
    for change in unit.take_pending():
        unit.targets.register(change.name, change.after, list_references(change.after))
        react(unit, change)
    rows = Rows(_load_resources(unit))
    references = {change.name: list(list_references(change.after)) for change in unit.changes.values()}
    for change in _sort_by_target(unit, references):
        _write_change(unit, change, references[change.name], rows)
    return rows


def write_rows(unit: UnitOfWork, rows: Rows, take_clock: Callable[[], None] = lambda: None) -> None:
    """Write the rows of `unit`, its facts, and the grants that follow from them.

    `take_clock`: called before the first row that bears the commit time."""
    store_rows_without_time(unit, rows)
    take_clock()
    store_rows_with_time(unit, rows)
    unit.stored.forget()
    relabel_sources(unit, rows.relabelled)
    store_facts(unit)
    _update_grants(unit)


def _update_grants(unit: UnitOfWork) -> None:
    """Derive what the changed facts open: from now on for the parties concerned; for all when the person said something."""
    changed = unit.facts.changed_for_all
    rebuild_grants(unit.connection, changed)
    others = {person: parties for person, parties in unit.facts.parties.items() if person not in changed}
    update_grants(unit.connection, others, unit.time)


def _load_resources(unit: UnitOfWork) -> dict[int, Mapping[str, Any]]:
    """Return {rid: row of `resource`} for the resources that exist already, in one statement."""
    rids = [change.rid for change in unit.changes.values() if change.before is not None]
    if not rids:
        return {}
    rows = unit.connection.execute(select(resource).where(resource.c.rid.in_(rids)))
    return {row["rid"]: dict(row) for row in rows.mappings()}


def _sort_by_target(unit: UnitOfWork, references: Mapping[str, list[str]]) -> list[Change]:
    """Sort the changes: directory entries, then the others, then the types whose place is that of their target. Register each.

    `references`: those in each changed resource, by its `Type/id`."""
    rank = {"by-document": 2, "spine": 2}
    order = sorted(
        unit.changes.values(),
        key=lambda change: (
            0 if change.type in DIRECTORY_TYPES else rank.get(RESOURCE_TYPES[change.type].placement.rest, 1)
        ),
    )
    unit.targets.look_up({name for names in references.values() for name in names})
    independent: list[Change] = []
    dependent: list[Change] = []
    for change in order:
        (dependent if RESOURCE_TYPES[change.type].placement.rest in rank else independent).append(change)
    # The places of a target may depend on its own targets, staged after it: repeat until nothing changes.
    for _ in independent:
        before = [unit.targets.known.get(change.name) for change in independent]
        if before == [
            unit.targets.register(change.name, change.after, references[change.name]) for change in independent
        ]:
            break
    for change in dependent:
        unit.targets.register(change.name, change.after, references[change.name])
    return order


def _write_change(unit: UnitOfWork, change: Change, names: list[str], rows: Rows) -> None:
    """Add the rows of one change to `rows`. `names`: the references in the resource."""
    known = unit.targets.known[change.name]
    _check_references(unit, change, names, known.person)
    parts = split(change.after, unit.targets.select(names))
    entry = {"entry": known.target.entry, "domain": known.target.domain, "reveals": known.target.reveals}
    if change.before is None:
        resource_type, _, resource_id = change.name.partition("/")
        rows.add(
            resource, {"rid": change.rid, "type": resource_type, "id": resource_id, "person": known.person} | entry
        )
        for new_part in embed_core(add_gaps(parts)):
            rows.add(part, build_part_row(change.rid, known.person, new_part, unit.time))
        if change.by and change.type != "Patient":
            unit.facts.add_stake(change.name, change.by, "authored", change.name, known.person)
    else:
        _write_difference(unit, change, known, parts, rows)
        _write_target(change.rid, entry | {"person": known.person}, rows)
        rows.unindex.append(change.rid)
    for name in set(names):
        rows.add(link, {"target": get_reference_rid(name), "source": change.rid})
    for table, row in build_index_rows(change.after, change.rid, known.person, parts):
        rows.add(table, row)
    # Subscribers are notified of changes of the types that topics announce (`docs/loop.md` D5).
    if change.type in list_topic_types():
        rows.published.append((change, known.person))


def _check_references(unit: UnitOfWork, change: Change, names: list[str], person: int) -> None:
    for name in names:
        if name not in unit.targets.known:
            raise Invalid(Problem("reference-unresolved", change.type))
        # A resource is about one person; only Patient.link may refer to another one.
        if person and unit.targets.known[name].person not in (0, person) and change.type != "Patient":
            raise Invalid(Problem("reference-unresolved", change.type))


def _write_difference(unit: UnitOfWork, change: Change, known: TargetInfo, parts: list[Part], rows: Rows) -> None:
    """Add rows for the places whose elements changed; a place that lost its elements gets an empty row with its time."""
    from_before = {row.key: row for row in unit.stored.get(change.rid)}
    for new_part in embed_core(keep_positions(map(read_part, from_before.values()), parts)):
        before = from_before.pop(new_part.place.key, None)
        body, ranked = encode(new_part)
        if (
            before is not None
            and before.content == new_part.content
            and read_elements(before.body, before.ranked) == read_elements(body, ranked)
        ):
            if before.ranked != ranked:
                rows.rerank.append(_get_row_key(before) | {"b_ranked": ranked})
            continue
        since = unit.time
        if before is not None:
            since = max(since, before.since + 1)
            rows.close.append(_get_row_key(before) | {"b_until": since})
        rows.add(part, build_part_row(change.rid, known.person, new_part, since))
    for before in from_before.values():
        if before.content or before.body or before.ranked:
            since = max(unit.time, before.since + 1)
            rows.close.append(_get_row_key(before) | {"b_until": since})
            rows.add(part, build_silent_row(before, since))


def _write_target(rid: int, known: dict[str, int], rows: Rows) -> None:
    """Update the row of a changed resource as a target of references; if its places changed, label its sources again."""
    stored = rows.known[rid]
    differ = {name for name, value in known.items() if stored[name] != value}
    if differ:
        rows.restate.append({f"b_{name}": value for name, value in known.items()} | {"b_rid": rid})
    if differ - {"person"}:
        rows.relabelled.append(rid)


def _get_row_key(row: Any) -> dict[str, int]:
    return {"b_rid": row.rid, "b_key": row.key, "b_since": row.since}
