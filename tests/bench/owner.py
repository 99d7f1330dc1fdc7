"""An organisation with any number of Tasks, all about a few persons: one Task as rows, repeated. As `load`, without reactions.

Each Task has a time of its own, as if it were the only one of its transaction.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, insert

from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables import part, resource, stake, worklist
from hub.slices import get_reference_rid
from tests.bench import population
from tests.bench.load import Row, _add_rows, _stakes, write_persons

# Of ten Tasks, three are asked for and not yet answered.
STATUSES = ("requested", "accepted", "in-progress", "requested", "completed", "accepted", "requested", "in-progress",
            "completed", "accepted")  # fmt: skip
_CHUNK = 1000


def write_tasks(store: Store, persons: range, count: int, *, prefix: str) -> None:
    """Write `count` Tasks about `persons`, in turn, owned by the first of each person's circle. The persons are there already."""
    models = [_build_model(person) for person in persons]
    for first in range(0, count, _CHUNK):
        found: dict[Table, list[Row]] = defaultdict(list)
        with store.write() as connection:
            time = tick(store, connection)
            for number in range(first, min(first + _CHUNK, count)):
                model = models[number % len(models)][number // len(models) % len(STATUSES)]
                _repeat(found, model, f"{prefix}-{number * 7919 % 1_000_003:07d}", time + number)
            for table, rows in found.items():
                connection.execute(insert(table), rows)


def write_circle(store: Store, persons: range) -> None:
    """Write `persons` with their circle and the five Tasks that each has in a population."""
    with store.write() as connection:
        write_persons(connection, persons, tick(store, connection))


def _build_model(person: int) -> list[dict[Table, list[Row]]]:
    """Return the rows of one Task about `person` in each of `STATUSES`."""
    patient, task = population.patient(person), next(population.tasks(person))
    owner, requester = (population.name_of(number) for number in population.circle_of(person)[:2])
    models = []
    for status in STATUSES:
        found: dict[Table, list[Row]] = defaultdict(list)
        parties = {"owner": {"reference": owner}, "requester": {"reference": requester}}
        written = task | parties | {"id": "model", "status": status}
        _add_rows(found, written, 0)
        found[stake] += _stakes(patient, [written], 0)
        models.append(found)
    return models


def _repeat(found: dict[Table, list[Row]], model: dict[Table, list[Row]], name: str, time: int) -> None:
    rid = get_reference_rid(f"Task/{name}")
    for table, rows in model.items():
        changed: dict[str, Any] = {"source": rid} if "source" in table.c else {"rid": rid}
        if table in (resource, worklist):
            changed["id"] = name
        if table is worklist:
            changed |= {"authored": time, "age": -time}
        if table is part:
            changed |= {"since": time, "moved": time}
        if table is stake:
            changed |= {"via": rid, "since": time}
        found[table] += [row | changed for row in rows]
