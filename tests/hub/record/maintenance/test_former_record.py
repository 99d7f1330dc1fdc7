"""A whole record that version 0007 of the tables wrote is carried along: `hub init`, `hub relabel`, `hub reindex`.

`record_of_0007.sql` is such a record as SQL text. Everybody in it is invented: two demands of a hospital, one of them accepted; a
circle, a Consent and a stay that end with a day; and what came without a known code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hub.domain.errors import NotFound, Refused
from hub.ops.readiness import find_problems
from hub.record.db.store import Store, open_store
from hub.record.maintenance.migrate import is_current, migrate
from hub.record.maintenance.reindex import reindex_all
from hub.record.maintenance.relabel import relabel_all
from hub.record.repository.filing import FilingMixin
from hub.record.tables import consent_fact, relation, resource
from hub.slices import get_named_section
from tests.clock import FakeClock
from tests.conftest import SEAL_KEYS
from tests.territory import Territory, at

FORMER = Path(__file__).parent / "record_of_0007.sql"
ACCEPTED, WAITING = "Task/gw7jogn3h63jqr72wqai5dt6me", "Task/nyrlzn2eyzb73ctanretrkfqpb"
ROLES = ("hosp_clinicien", "guichet", "gestionnaire", "ssiad", "medecin_traitant")


@pytest.fixture
def former(tmp_path: Path) -> Iterator[Territory]:
    path = tmp_path / "hub.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(FORMER.read_text("utf-8"))
    connection.close()
    clock = FakeClock(datetime(2026, 11, 22, 8, 0, tzinfo=UTC))
    store = open_store(f"sqlite:///{path}", SEAL_KEYS, durable=False, now=clock)
    yield Territory(store)
    store.dispose()


def list_names(store: Store) -> list[str]:
    with store.read() as connection:
        rows = connection.execute(select(resource.c.type, resource.c.id).order_by(resource.c.type, resource.c.id))
        return [f"{row.type}/{row.id}" for row in rows]


def read_all(here: Territory, role: str) -> dict[str, tuple[str, bytes]]:
    """{name: (version, body)} of what a role reads."""
    found = {}
    for name in list_names(here.store):
        try:
            item = here.open(role).read(name)
        except (NotFound, Refused):
            continue
        found[name] = item.version, item.body
    return found


def carry_along(here: Territory) -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    relabel_all(here.store, lambda done, total: steps.append((done, total)))
    reindex_all(here.store, lambda done, total: steps.append((done, total)))
    here.pass_time()
    return steps


def name_of(here: Territory, resource_type: str, words: str) -> str:
    names = [name for name in list_names(here.store) if name.startswith(f"{resource_type}/")]
    return next(name for name in names if words in str(here.whole(name)))


def test_a_former_record_is_carried_along(former: Territory) -> None:
    assert not is_current(former.store)
    migrate(former.store)
    due = {problem.code for problem in find_problems(former.store)}
    assert due >= {"ready-relabel", "ready-reindex"}
    names = list_names(former.store)
    whole = {name: former.whole(name) for name in names}
    read = {role: read_all(former, role) for role in ROLES}
    steps = carry_along(former)
    assert len(names) > 30
    assert steps[-1] == (len(names), len(names))
    assert not {problem.code for problem in find_problems(former.store)} & {"ready-relabel", "ready-reindex"}

    # Nothing is lost, and of what a resource says only the section is new, where no code says it.
    assert list_names(former.store) == names
    unplaced = {name for name in names if former.whole(name) != whole[name]}
    assert {get_named_section(former.whole(name)) for name in unplaced} == {"received"}
    words = name_of(former, "Condition", "paranoïde")
    assert unplaced == {words, name_of(former, "Condition", "Chute'")}
    assert {name: strip_section(former.whole(name)) for name in names} == whole

    # A version moves where the reader sees other bytes, or a reference that moved with its target.
    coded = name_of(former, "Condition", "58214004")
    messages = {name for name in names if name.startswith(("DocumentReference/", "Binary/"))}
    moved = unplaced | {coded} | messages
    for role, before in read.items():
        now = read_all(former, role)
        for name, (version, body) in now.items():
            if name in before and before[name][1] == body and not refers_to(whole[name], moved) and name not in moved:
                assert before[name][0] == version, (role, name)
        gone = before.keys() - now.keys()
        assert all(name in moved or role in ("guichet", "gestionnaire") for name in gone), (role, gone)


def strip_section(resource_body: dict[str, Any]) -> dict[str, Any]:
    if get_named_section(resource_body) != "received":
        return resource_body
    return {name: value for name, value in resource_body.items() if name != "extension"}


def refers_to(resource_body: dict[str, Any], names: set[str]) -> bool:
    return any(name in str(resource_body) for name in names)


def test_a_former_record_reads_and_files_by_the_rules_of_now(former: Territory) -> None:
    migrate(former.store)
    carry_along(former)
    words, coded = name_of(former, "Condition", "paranoïde"), name_of(former, "Condition", "58214004")
    heart, measure = name_of(former, "Condition", "I50.9"), "Observation/mesure"
    ssiad = read_all(former, "ssiad")
    assert {heart, measure} <= ssiad.keys()
    assert not {words, coded} & ssiad.keys()
    assert {words, coded} <= read_all(former, "hosp_clinicien").keys()
    # The demand that is decided waits with the desk; the other one is handed over by its Task.
    desk = FilingMixin(former.store, former.actor("guichet"))
    assert words in {row.name for row in desk.list_filing(ACCEPTED)[0]}
    assert name_of(former, "Condition", "Chute'") in {row.name for row in desk.list_filing(WAITING)[0]}
    desk.file(ACCEPTED, words, "psychiatric")


def test_a_former_record_has_the_days_of_the_territory(former: Territory) -> None:
    migrate(former.store)
    carry_along(former)

    def find(value: str) -> list[str]:
        return [item.name for item in former.open("ssiad").search("Observation", [("date", value)]).slices]

    assert find("2026-11-20") == ["Observation/mesure"]
    assert find("2026-11-19") == []
    with former.store.read() as connection:
        circle = set(connection.scalars(select(relation.c.until).where(relation.c.party == "Organization/ssiad")))
        stays = set(connection.scalars(select(relation.c.until).where(relation.c.kind == "stay")))
        agreed = set(connection.scalars(select(consent_fact.c.until)))
    assert at("2027-01-01") in circle
    assert stays == {at("2026-12-11")}
    assert agreed == {at("2026-12-01")}
    people = former.open("guichet").search("Patient", [("family", "exemple")]).slices
    assert len(people) == 1
