import os
from pathlib import Path

from tests.clock import FakeClock
from tests.ids import SeededIds


def test_each_test_has_a_record_of_its_own_with_empty_tables(store):
    from hub.record.tables import metadata
    from hub.record.tables.state import index_rules, placement_pages, policy_version

    # These say of an empty record by which pages it will be filled.
    kept = [table for table in metadata.sorted_tables if table not in (index_rules, placement_pages, policy_version)]
    with store.read() as connection:
        rows = {table.name: connection.execute(table.select()).all() for table in kept}
    assert rows and not any(rows.values())


def test_a_database_of_the_tests_is_gone_when_dropped(postgres):
    name = postgres.create()
    assert name in postgres.url(name)
    postgres.drop(name)
    assert postgres.create() != name


def test_the_cluster_is_not_run_by_root(postgres):
    import psycopg

    if "HUB_TEST_POSTGRES_URL" in os.environ:
        return
    name = postgres.create()
    with psycopg.connect(postgres.url(name)) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone()
    assert Path(folder).stat().st_uid != 0
    postgres.drop(name)


def test_the_clock_moves_only_when_told():
    clock = FakeClock()
    before = clock()
    assert clock() == before
    assert clock.tick(2) == before + 2000 == clock()


def test_an_id_depends_on_its_own_request_and_type_only():
    ids, others = SeededIds(), SeededIds()
    others("Task")
    ids.request = others.request = "POST /fhir/Patient"
    others("Task")
    assert ids("Patient") == others("Patient") != ids("Patient")
