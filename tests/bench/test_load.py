"""The bulk path writes what settling writes, row by row."""

from __future__ import annotations

from hub.record.access.grants import add_party
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables import metadata
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush
from tests.bench import population
from tests.bench.load import write, write_persons
from tests.bench.rows import written

# The outbox tells subscribers of what changes: nobody waits for news of a population.
_NOT_LOADED = {"outbox"}


def _directory(store: Store) -> None:
    with store.write() as connection:
        time = tick(store, connection)
        write(connection, population.directory(), time)
        for number in range(population.ORGANISATIONS):
            add_party(connection, population.name_of(number), population.role_of(number), time)


def _load(store: Store, person: int) -> None:
    with store.write() as connection:
        write_persons(connection, [person], tick(store, connection))


def _settle(store: Store, person: int, time: int) -> None:
    with store.write() as connection:
        for resources in ([population.patient(person), population.team(person)], list(population.tasks(person))):
            batch = UnitOfWork(connection, time, store.new_id)
            for one in resources:
                batch.create(one, by="")
            flush(batch)


def test_loaded_rows_are_settled_rows(store: Store) -> None:
    _directory(store)
    loaded = dict(written(store, lambda: _load(store, 7)))
    with store.write() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name in loaded:
                connection.execute(table.delete().where(table.c.person != 0) if "person" in table.c else table.delete())
    settled = dict(written(store, lambda: _settle(store, 7, loaded["part"][0]["since"])))
    assert set(settled) - set(loaded) == _NOT_LOADED
    for name, rows in loaded.items():
        assert sorted(map(repr, rows)) == sorted(map(repr, settled[name])), name


def test_a_population_is_the_same_each_time() -> None:
    assert list(population.tasks(3)) == list(population.tasks(3))
    assert len(set(population.circle_of(3))) == population.CIRCLE
