"""`settle`: a staged batch becomes rows: parts, indexes, links, facts, grants, outbox (`parts.md` 10, 16, 21, 22).

Ids are assigned, references resolved, resources labelled, then written: one statement a table, whatever the batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.errors import Invalid, Problem
from hub.record.grants import rebuild_grants
from hub.record.indexing import index_rows
from hub.record.prepared import Prepared
from hub.record.ranks import kept, spaced
from hub.record.reactions import react
from hub.record.relabel import relabel_sources
from hub.record.rows import part_row, silent_row
from hub.record.staging import Batch, Change, Known, part_of, says, stored_parts
from hub.record.tables import (
    index_date,
    index_quantity,
    index_string,
    index_token,
    link,
    metadata,
    outbox,
    part,
    resource,
    worklist,
)
from hub.slices import DIRECTORY_TYPES, Part, encode, person_of, references, rid_of_reference, split, target_of
from hub.slices.rules import RULES

INDEXES = (index_token, index_string, index_date, index_quantity, worklist)
# Changes of these are told to subscribers (`loop.md` D5).
TOLD = frozenset({"Task", "CarePlan", "ServiceRequest"})

_INSERT = {table: Prepared(insert(table)) for table in (resource, part, link, outbox, *INDEXES)}

_CLOSE_PART = (
    update(part)
    .where(part.c.rid == bindparam("b_rid", type_=BigInteger))
    .where(part.c.key == bindparam("b_key", type_=BigInteger), part.c.since == bindparam("b_since", type_=BigInteger))
    .values(until=bindparam("b_until", type_=BigInteger))
)
_RERANK = (
    update(part)
    .where(part.c.rid == bindparam("b_rid", type_=BigInteger))
    .where(part.c.key == bindparam("b_key", type_=BigInteger), part.c.since == bindparam("b_since", type_=BigInteger))
    .values(ranked=bindparam("b_ranked"))
)


@dataclass
class Rows:
    """What one batch writes."""

    insert: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    close: list[dict[str, Any]] = field(default_factory=list)
    rerank: list[dict[str, Any]] = field(default_factory=list)
    unindex: list[int] = field(default_factory=list)
    told: list[tuple[Change, int]] = field(default_factory=list)
    relabelled: list[int] = field(default_factory=list)

    def add(self, table: Table, row: dict[str, Any]) -> None:
        self.insert.setdefault(table, []).append(row)


def settle(batch: Batch) -> None:
    """Run the reactions, then write everything that the batch holds.

    Invalid `reference-unresolved` when a resource points to something that is not there, `reference-crosses` when it points
    to another person's."""
    # Reactions ask whom a resource speaks of, so what is pointed to is looked up first, for all of them at once.
    batch.look_up({name for change in batch.changes.values() for name in references(change.after)})
    for change in batch.react_to():
        learn(batch, change)
        react(batch, change)
    rows = Rows()
    for change in _targets_first(batch):
        batch.look_up(references(change.after))
        learn(batch, change)
        _write_change(batch, change, rows)
    _execute(batch.connection, rows, batch)
    relabel_sources(batch, rows.relabelled)
    _write_facts(batch)
    rebuild_grants(batch.connection, batch.persons)


def learn(batch: Batch, change: Change) -> Known:
    """What `change` will be as a target and of whom it speaks, known to the rest of the batch."""
    targets = {name: known.target for name, known in batch.known.items()}
    known = Known(target_of(change.after, targets), person_rid(batch, change.after))
    batch.known[change.name] = known
    return known


def person_rid(batch: Batch, resource_after: Mapping[str, Any]) -> int:
    """The person of a resource as a rid; 0 for what speaks of nobody."""
    if resource_after["resourceType"] in DIRECTORY_TYPES:
        return 0
    name = person_of(resource_after)
    if name is None:
        return 0
    if name.startswith("Patient/"):
        return rid_of_reference(name)
    batch.look_up([name])
    return batch.known[name].person if name in batch.known else 0


def _targets_first(batch: Batch) -> list[Change]:
    """Directory entries, then the rest, then what stands where its target stands."""
    rank = {"by-document": 2, "spine": 2}
    order = sorted(
        batch.changes.values(),
        key=lambda change: 0 if change.type in DIRECTORY_TYPES else rank.get(RULES[change.type].rest, 1),
    )
    batch.look_up({name for change in order for name in references(change.after)})
    standing = [change for change in order if RULES[change.type].rest not in rank]
    # What a target asks may follow from its own targets, staged after it: until nothing changes any more.
    for _ in standing:
        before = [batch.known.get(change.name) for change in standing]
        if before == [learn(batch, change) for change in standing]:
            break
    return order


def _write_change(batch: Batch, change: Change, rows: Rows) -> None:
    known = batch.known[change.name]
    names = list(references(change.after))
    _check_references(batch, change, names, known.person)
    targets = {name: batch.known[name].target for name in names}
    parts = split(change.after, targets)
    entry = {"entry": known.target.entry, "domain": known.target.domain, "reveals": known.target.reveals}
    if change.before is None:
        resource_type, _, resource_id = change.name.partition("/")
        rows.add(
            resource, {"rid": change.rid, "type": resource_type, "id": resource_id, "person": known.person} | entry
        )
        for found in spaced(parts):
            rows.add(part, part_row(change.rid, known.person, found, batch.time))
        if change.by and change.type != "Patient":
            batch.stake(change.name, change.by, "authored", change.name, known.person)
    else:
        _write_difference(batch, change, known, parts, rows)
        batch.connection.execute(
            update(resource).where(resource.c.rid == change.rid).values(person=known.person, **entry)
        )
        rows.unindex.append(change.rid)
    for name in set(names):
        rows.add(link, {"target": rid_of_reference(name), "source": change.rid})
    for table, row in index_rows(change.after, change.rid, known.person, parts):
        rows.add(table, row)
    if change.type in TOLD:
        rows.told.append((change, known.person))


def _check_references(batch: Batch, change: Change, names: list[str], person: int) -> None:
    for name in names:
        if name not in batch.known:
            raise Invalid(Problem("reference-unresolved", change.type))
        # A resource speaks of one person; only Patient.link may name another.
        if person and batch.known[name].person not in (0, person) and change.type != "Patient":
            raise Invalid(Problem("reference-unresolved", change.type))


def _write_difference(batch: Batch, change: Change, known: Known, parts: list[Part], rows: Rows) -> None:
    """New rows for the places that say something else now; a place that falls silent keeps its clock running."""
    from_before = {row.key: row for row in stored_parts(batch.connection, change.rid)}
    for found in kept(map(part_of, from_before.values()), parts):
        before = from_before.pop(found.place.key, None)
        body, ranked = encode(found)
        if (
            before is not None
            and before.content == found.content
            and says(before.body, before.ranked) == says(body, ranked)
        ):
            if before.ranked != ranked:
                rows.rerank.append(_row_key(before) | {"b_ranked": ranked})
            continue
        since = batch.time
        if before is not None:
            since = max(since, before.since + 1)
            rows.close.append(_row_key(before) | {"b_until": since})
        rows.add(part, part_row(change.rid, known.person, found, since))
    for before in from_before.values():
        if before.content or before.body or before.ranked:
            since = max(batch.time, before.since + 1)
            rows.close.append(_row_key(before) | {"b_until": since})
            rows.add(part, silent_row(before, since))
    targets = {"entry": known.target.entry, "domain": known.target.domain, "reveals": known.target.reveals}
    stored = batch.connection.execute(resource.select().where(resource.c.rid == change.rid)).one()
    if any(getattr(stored, name) != value for name, value in targets.items()):
        rows.relabelled.append(change.rid)


def _row_key(row: Any) -> dict[str, int]:
    return {"b_rid": row.rid, "b_key": row.key, "b_since": row.since}


def _execute(connection: Connection, rows: Rows, batch: Batch) -> None:
    if rows.close:
        connection.execute(_CLOSE_PART, rows.close)
    if rows.rerank:
        connection.execute(_RERANK, rows.rerank)
    if rows.unindex:
        for table in INDEXES:
            connection.execute(delete(table).where(table.c.rid.in_(rows.unindex)))
        _drop_known_links(connection, rows)
    for table in (resource, part, link, *INDEXES):
        if rows.insert.get(table):
            _INSERT[table].run_many(connection, rows.insert[table])
    if rows.told:
        said = _said(rows)
        _INSERT[outbox].run_many(
            connection,
            [
                {
                    "oid": batch.new_id("Outbox"),
                    "rid": change.rid,
                    "person": person,
                    "event": f"{change.type}.{'created' if change.before is None else 'updated'}",
                    "at": batch.time,
                    "due": batch.time,
                    "attempts": 0,
                    "said": " ".join(said.get(change.rid, ())),
                }
                for change, person in rows.told
            ],
        )


def _said(rows: Rows) -> dict[int, list[str]]:
    """By resource, the rows of its parts that begin in this batch: whether a change is visible is asked of these alone."""
    found: dict[int, list[str]] = {}
    for row in rows.insert.get(part, ()):
        found.setdefault(row["rid"], []).append(f"{row['key']}:{row['since']}")
    return found


def _drop_known_links(connection: Connection, rows: Rows) -> None:
    """Links are of all versions, so those of earlier ones stay: a target that begins to reveal takes these along."""
    found = connection.execute(select(link.c.target, link.c.source).where(link.c.source.in_(rows.unindex)))
    known = {(row.target, row.source) for row in found}
    rows.insert[link] = [row for row in rows.insert.get(link, ()) if (row["target"], row["source"]) not in known]


def _write_facts(batch: Batch) -> None:
    """Close facts that ended, then insert those that began; what ends and begins again at one moment goes on."""
    for name, conditions, at in batch.ends:
        table = metadata.tables[name]
        statement = update(table).where(table.c.until > at).values(until=at)
        for column, value in conditions.items():
            statement = statement.where(table.c[column] == value)
        batch.connection.execute(statement)
    for name, found in batch.rows.items():
        _begin(batch.connection.dialect.name, name).run_many(batch.connection, found)


@cache
def _begin(database: str, name: str) -> Prepared:
    table = metadata.tables[name]
    begin = postgresql.insert(table) if database == "postgresql" else sqlite.insert(table)
    keys = list(table.primary_key)
    return Prepared(begin.on_conflict_do_update(index_elements=keys, set_={"until": begin.excluded.until}))
