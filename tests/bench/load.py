"""A territory written at once, straight as rows: what `hub.record.write.commit.flush` would write, by the same pure functions.

Settling follows every reaction of every resource, which is right for a referral and long for 100 000. Here the facts are said
outright; `test_load.py` holds the rows of both ways together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, insert

from hub.domain.resource_types import DIRECTORY_TYPES
from hub.domain.roles import load_roles
from hub.domain.sections import load_sections
from hub.record.access.derive import Facts, TiePeriod, derive
from hub.record.access.grants import add_party
from hub.record.access.predicate import hash_holder
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.search.index.rows import build_index_rows
from hub.record.tables import grant, link, part, relation, resource, stake
from hub.record.tables.base import EVER
from hub.record.unit_of_work.array_positions import add_gaps
from hub.record.unit_of_work.part_rows import build_part_row
from hub.slices import (
    Target,
    build_default_target,
    build_target,
    embed_core,
    find_patient,
    get_reference_rid,
    list_references,
    split,
)
from tests.bench import population

_CHUNK = 500  # persons of one transaction

_HELD = {
    population.name_of(number): frozenset({population.role_of(number)}) for number in range(population.ORGANISATIONS)
}

Row = dict[str, Any]


def load(store: Store, tasks: int, *, begin: int = 0, progress: Callable[[int], None] = lambda done: None) -> None:
    """Fill a record with a territory until it has `tasks` Tasks; it has `begin` already. `progress` is told how many now."""
    if not begin:
        with store.write() as connection:
            time = tick(store, connection)
            write(connection, population.directory(), time)
            for number in range(population.ORGANISATIONS):
                add_party(connection, population.name_of(number), population.role_of(number), time)
    persons = range(begin // population.TASKS_EACH, tasks // population.TASKS_EACH)
    for first in persons[::_CHUNK]:
        with store.write() as connection:
            chunk = range(first, min(first + _CHUNK, persons.stop))
            write_persons(connection, chunk, tick(store, connection))
        progress((chunk[-1] + 1) * population.TASKS_EACH)


def write_persons(connection: Connection, persons: Iterable[int], time: int) -> None:
    """Persons with their circle, Tasks, stakes and grants."""
    found: dict[Table, list[Row]] = defaultdict(list)
    for person in persons:
        patient, team, tasks = population.patient(person), population.team(person), list(population.tasks(person))
        for written in (patient, team, *tasks, *population.goals(person)):
            _add_rows(found, written, time)
        facts = [*_relations(patient, team, time)], [*_stakes(patient, tasks, time)]
        found[relation] += facts[0]
        found[stake] += facts[1]
        found[grant] += _grants(get_reference_rid(f"Patient/{patient['id']}"), *facts)
    _insert(connection, found)


def write_notes(store: Store, person: int, author: str, count: int) -> None:
    """Add `count` notes about `person`, each of its own moment and with the stake of its `author`: a note a day for years."""
    with store.write() as connection:
        time = tick(store, connection)
        found: dict[Table, list[Row]] = defaultdict(list)
        for number, note in enumerate(population.daily_notes(person, count)):
            _add_rows(found, note, time)
            rid = get_reference_rid(f"Communication/{note['id']}")
            row = {"rid": rid, "via": rid, "kind": "authored", "party": author, "since": time - count + number}
            about = get_reference_rid(note["subject"]["reference"])
            found[stake].append(row | {"until": EVER, "person": about})
        _insert(connection, found)


def write(connection: Connection, resources: Iterable[Row], time: int) -> None:
    """Resources and nothing that follows from them."""
    found: dict[Table, list[Row]] = defaultdict(list)
    for written in resources:
        _add_rows(found, written, time)
    _insert(connection, found)


def _insert(connection: Connection, found: dict[Table, list[Row]]) -> None:
    for table, rows in found.items():
        if rows:
            connection.execute(insert(table), rows)


def _add_rows(found: dict[Table, list[Row]], written: Row, time: int) -> None:
    kind, names = written["resourceType"], set(list_references(written))
    rid = get_reference_rid(f"{kind}/{written['id']}")
    about = find_patient(written)
    person = 0 if kind in DIRECTORY_TYPES or about is None else get_reference_rid(about)
    targets = {name: _plain(name.partition("/")[0]) for name in names}
    label = build_target(written, targets)
    head = {"rid": rid, "type": kind, "id": written["id"], "person": person}
    found[resource].append(head | {"entry": label.entry, "domain": label.domain, "reveals": label.reveals})
    parts = add_gaps(split(written, targets))
    found[part] += [build_part_row(rid, person, one, time) for one in embed_core(parts)]
    found[link] += [{"target": get_reference_rid(name), "source": rid} for name in names]
    for table, row in build_index_rows(written, rid, person, parts, time):
        found[table].append(row)


def _plain(kind: str) -> Target:
    """What these resources ask as targets: organisations reveal nothing, and no Task has a domain."""
    return build_default_target(kind, load_sections())


def _relations(patient: Row, team: Row, time: int) -> Iterator[Row]:
    name = f"Patient/{patient['id']}"
    common = {"person": get_reference_rid(name), "since": time, "until": EVER}
    yield common | {"party": name, "kind": "self", "via": get_reference_rid(name)}
    for participant in team["participant"]:
        via = get_reference_rid(f"CareTeam/{team['id']}")
        yield common | {"party": participant["member"]["reference"], "kind": "circle", "via": via}


def _stakes(patient: Row, tasks: Iterable[Row], time: int) -> Iterator[Row]:
    common = {"person": get_reference_rid(f"Patient/{patient['id']}"), "since": time, "until": EVER}
    for task in tasks:
        rid = get_reference_rid(f"Task/{task['id']}")
        for kind, element in (("requested", "requester"), ("owns", "owner")):
            yield common | {"rid": rid, "via": rid, "kind": kind, "party": task[element]["reference"]}


def _grants(person: int, relations: Iterable[Row], stakes: Iterable[Row]) -> list[Row]:
    spells = {TiePeriod(row["party"], row["kind"], row["since"], row["until"]) for row in relations}
    spells |= {TiePeriod(row["party"], "stake", row["since"], row["until"]) for row in stakes}
    rows = derive(Facts(tuple(spells), (), _HELD), load_roles())
    return [row | {"person": person, "holder": hash_holder(row["party"], row["role"])} for row in rows]
