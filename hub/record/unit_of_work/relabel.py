"""Relabelling (`docs/parts.md` 3): when a target begins to need other places, the resources that refer to it are split again.

It happens in the same transaction, to all their versions, and makes no new version. A part whose place changed keeps its
`since` and gets `moved`, by which those who see it now find it with `_lastUpdated`. In the place that it left a row without
elements begins, so that those who saw the part notice that it is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from hub.record.search.index.rows import build_index_rows
from hub.record.tables import index_date, index_quantity, index_string, index_token, link, part, resource, worklist
from hub.record.tables.base import EVER
from hub.record.unit_of_work.part_rows import build_part_row, read_elements, read_part
from hub.record.unit_of_work.targets import TargetInfo
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import Part, build_target, embed_core, encode, join, list_references, split

# A version of a resource → the same, as it is to be stored.
Amend = Callable[[dict[str, Any]], dict[str, Any]]


def relabel_sources(unit: UnitOfWork, targets: Iterable[int]) -> None:
    """Split again every resource that refers to one of `targets`; then those that refer to one whose own needs changed, and
    so on."""
    wave = set(targets)
    while wave:
        # One that was split already is split again when another of its targets follows: the last wave changes nothing.
        sources = select(link.c.source).where(link.c.target.in_(sorted(wave))).distinct()
        wave = {rid for rid in sorted(unit.connection.scalars(sources)) if relabel(unit, rid)}


def relabel(unit: UnitOfWork, rid: int, amend: Amend = lambda whole: whole) -> bool:
    """Split one resource again from its stored versions. Return whether what it needs as a target changed.

    `amend`: returns each version with the section that it should name."""
    row = unit.connection.execute(select(resource).where(resource.c.rid == rid)).one()
    name = {"resourceType": row.type, "id": row.id}
    stored = unit.connection.execute(select(part).where(part.c.rid == rid)).all()
    moments = sorted({row_of_part.since for row_of_part in stored})
    versions = []
    for at in moments:
        current = sorted((r for r in stored if r.since <= at < r.until), key=lambda r: r.key)
        versions.append((at, amend(name | join(read_part(r) for r in current))))
    unit.targets.look_up(ref for _, whole in versions for ref in list_references(whole))
    known = {ref: info.target for ref, info in unit.targets.known.items()}
    moved = _rewrite(
        unit, row, stored, [(at, embed_core(_keep_ranks(stored, at, split(whole, known)))) for at, whole in versions]
    )
    present = versions[-1][1]
    _reindex(unit, row, present, split(present, known), moved)
    target = build_target(present, known)
    changed = (target.entry, target.domain, target.reveals) != (row.entry, row.domain, row.reveals)
    if changed:
        unit.targets.known[f"{row.type}/{row.id}"] = TargetInfo(target, row.person)
        unit.connection.execute(
            update(resource)
            .where(resource.c.rid == rid)
            .values(entry=target.entry, domain=target.domain, reveals=target.reveals)
        )
    return changed


def _keep_ranks(stored: Iterable[Any], at: int, parts: list[Part]) -> list[Part]:
    """Return `parts` of the version at `at` with the ranks that its items have in `stored`: new ranks would make a version
    for actors for whom nothing changed."""
    ranks: dict[str, list[int]] = {}
    for row in stored:
        if row.since <= at < row.until:
            for path, items in read_part(row).ranked.items():
                ranks.setdefault(path, []).extend(rank for rank, _ in items)
    known = {path: sorted(of_path) for path, of_path in ranks.items()}
    return [
        replace(
            split_part,
            ranked={path: _replace_ranks(known.get(path), items) for path, items in split_part.ranked.items()},
        )
        for split_part in parts
    ]


def _replace_ranks(ranks: list[int] | None, items: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Return the items with their stored ranks; one that was added comes after them."""
    if not ranks:
        return items
    return [(ranks[rank] if rank < len(ranks) else ranks[-1] + rank, item) for rank, item in items]


_SILENT = {"content": False, "body": b"", "ranked": b""}


def _has_elements(row: Mapping[str, Any]) -> bool:
    return bool(row["content"] or row["body"] or row["ranked"])


def _rewrite(unit: UnitOfWork, row: Any, stored: Iterable[Any], versions: list[tuple[int, list[Part]]]) -> int:
    """Write the parts of all `versions` anew. Return when a present one last changed."""
    before = {(old.key, old.since): old for old in stored}
    rows: list[dict[str, Any]] = []
    current: dict[int, dict[str, Any]] = {}
    for at, parts in versions:
        by_key = {split_part.place.key: split_part for split_part in parts}
        for key in [key for key, last in current.items() if key not in by_key and _has_elements(last)]:
            current[key]["until"] = at
            moved = max(at, current[key]["moved"])
            rows.append(silent := current[key] | _SILENT | {"since": at, "until": EVER, "moved": moved})
            current[key] = silent
        for key, split_part in by_key.items():
            body, ranked = encode(split_part)
            last = current.get(key)
            if last is not None and (last["body"], last["ranked"], last["content"]) == (
                body,
                ranked,
                split_part.content,
            ):
                continue
            if last is not None:
                last["until"] = at
            old = before.get((key, at))
            # A part with the same place and the same elements did not move.
            stays = old is not None and read_elements(old.body, old.ranked) == read_elements(body, ranked)
            moved = old.moved if old is not None and stays else max(unit.time, at)
            rows.append(fresh := build_part_row(row.rid, row.person, split_part, at, moved))
            current[key] = fresh
    for old in before.values():
        if old.key not in current and old.until == EVER:
            gone = dict(old._mapping)
            if _has_elements(gone):
                # Those who saw this part get a later row without elements, so that they notice that it is gone.
                at = max(unit.time, old.since + 1)
                gone |= _SILENT | {"since": at, "moved": at}
            rows.append(gone)
    unit.connection.execute(delete(part).where(part.c.rid == row.rid))
    unit.connection.execute(insert(part), rows)
    return max(int(part_row["moved"]) for part_row in rows if part_row["until"] == EVER)


def _reindex(unit: UnitOfWork, row: Any, present: dict[str, Any], parts: list[Part], moved: int) -> None:
    for table in (index_token, index_string, index_date, index_quantity, worklist):
        unit.connection.execute(delete(table).where(table.c.rid == row.rid))
    rows: dict[Table, list[dict[str, Any]]] = {}
    for table, index_row in build_index_rows(present, row.rid, row.person, parts, moved):
        rows.setdefault(table, []).append(index_row)
    for table, every in rows.items():
        unit.connection.execute(insert(table), every)
