"""A write updates grants from its own time on: the rows are those of a rebuild, and a long record costs no more."""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from sqlalchemy import ClauseElement, Executable, insert, select, text
from sqlalchemy.ext.compiler import compiles

from hub.record.access import grant_updates
from hub.record.access.account_party import build_account_party
from hub.record.access.grants import add_party, rebuild_all
from hub.record.db.store import Store
from hub.record.tables import account, assignment, grant, relation, stake
from hub.record.tables.base import EVER
from hub.record.unit_of_work.facts import FactChanges
from hub.slices import get_reference_rid
from tests.contracts.cases import leak
from tests.territory import DAY, PERSON, Territory, settle_territory, statements, task

SAAD, CMP, DAC = "Organization/saad", "Organization/cmp", "Organization/dac"
JEANNE = get_reference_rid(PERSON)
INES = "ines"
OWN = build_account_party(INES, DAC, "gestionnaire")


@pytest.fixture
def here(store: Store) -> Territory:
    territory = settle_territory(store)
    with store.write() as connection:
        person = {"name": "Inès", "national_id": "", "practitioner": "", "active": True, "created": 0}
        connection.execute(insert(account).values(account_id=INES, **person))
        given = {"since": 0, "given_by": "test", "confirmed_by": "", "entry": ""}
        context = {"assignment_id": INES, "account_id": INES, "party": DAC, "role": "gestionnaire"}
        connection.execute(insert(assignment).values(**context, **given))
    return territory


def read_grants(store: Store) -> set[tuple[Any, ...]]:
    with store.write() as connection:
        return {tuple(row) for row in connection.execute(select(grant))}


# --- The rows of a rebuild -------------------------------------------------------------------------------------------


def change_facts(random: Random, facts: FactChanges, now: int, *, of_accounts: bool) -> None:
    """Change one fact as the reactions do: none begins or ends before `now`. `of_accounts`: facts of an account too, after which
    all of the person's grants are derived at each change."""
    later = random.choice([now, now + random.randint(1, 4), EVER])
    party, via = random.choice([SAAD, CMP, DAC]), f"CareTeam/{random.randint(0, 2)}"
    what = random.randint(0, 7 if of_accounts else 6)
    if what <= 1:
        facts.add_stake(f"Task/{random.randint(0, 3)}", party, "owns", via, JEANNE)
    elif what == 2:
        facts.end("stake", JEANNE, kind="owns", party=party)
    elif what == 3:
        kind = random.choice(["circle", "stay", "desk", "asked", "oriented"])
        holder = random.choice([party, OWN if of_accounts else party])
        facts.add_tie(JEANNE, holder, kind, via, (random.choice([0, later]), later + 3))
    elif what == 4:
        facts.end("relation", JEANNE, at=min(later, EVER), kind="circle", party=party, via=get_reference_rid(via))
    elif what == 5:
        row = {"person": JEANNE, "via": get_reference_rid(via), "party": random.choice([party, "*", "saad"])}
        said = {"effect": random.choice(["permit", "deny"]), "section": random.choice(["*", "medical", "psychiatric"])}
        facts.add("consent_fact", row | said | {"since": now, "until": later})
    elif what == 6:
        facts.end("consent_fact", JEANNE, via=get_reference_rid(via))
    else:
        facts.add_mask(JEANNE, INES, via, (0, later))


@leak(kills="a right goes on after a write that ends it")
@pytest.mark.parametrize(("seed", "of_accounts"), [(seed, seed > 5) for seed in range(8)])
def test_after_any_facts_a_rebuild_changes_nothing(here: Territory, seed: int, of_accounts: bool) -> None:
    random = Random(seed)
    for _ in range(25):
        here.pass_time(random.randint(1, 3))
        with here.unit() as unit:
            for _ in range(random.randint(1, 3)):
                change_facts(random, unit.facts, unit.time, of_accounts=of_accounts)
        kept = read_grants(here.store)
        with here.store.write() as connection:
            assert rebuild_all(connection).changed == 0
        assert read_grants(here.store) == kept


def test_a_role_registered_later_and_a_write_after_it_agree(here: Territory) -> None:
    here.write(task("t0", owner=SAAD), by=DAC)
    here.pass_time(DAY)
    with here.store.write() as connection:
        add_party(connection, SAAD, "ssiad", here.store.now())
    here.write(task("t1", owner=SAAD), by=DAC)
    with here.store.write() as connection:
        assert rebuild_all(connection).changed == 0


# --- The same cost ---------------------------------------------------------------------------------------------------


def lengthen(here: Territory, number: int, begin: int) -> None:
    """Add `number` entries of Jeanne by one party: a stake each, and every other a Task that was asked and one that still is."""
    now = here.store.get_time()
    common = {"person": JEANNE, "party": SAAD}
    stakes = [
        common | {"rid": rank, "via": rank, "kind": kind, "since": now - 9_000 + rank, "until": EVER}
        for rank in range(begin, begin + number)
        for kind in ("owns", "authored")
    ]
    asked = [
        common | {"kind": "asked", "via": rank, "since": now - 9_000 + rank, "until": EVER if rank % 2 else now - 100}
        for rank in range(begin, begin + number)
    ]
    with here.store.write() as connection:
        connection.execute(insert(stake), stakes)
        connection.execute(insert(relation), asked)
        rebuild_all(connection)


def count_steps(here: Territory, action: Callable[[], object]) -> tuple[int, int, int]:
    """Count calls of Python, instructions of SQLite's machine (0 elsewhere), and statements of `action`."""
    calls = instructions = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    def count_instructions() -> int:
        nonlocal instructions
        instructions += 1
        return 0

    driver: Any = None
    if not here.store.on_postgres:
        with here.store.write() as connection:
            driver = connection.connection.dbapi_connection
            driver.set_progress_handler(count_instructions, 1)
    before = sys.getprofile()
    with statements(here.store) as said:
        sys.setprofile(count_call)
        try:
            action()
        finally:
            sys.setprofile(before)
            if driver is not None:
                driver.set_progress_handler(None, 0)
    return calls, instructions, len(said)


def test_a_write_about_a_long_lived_person_costs_the_same(here: Territory) -> None:
    here.join_circle("saad", "gestionnaire")
    costs, rows = [], []
    for number, begin in ((10, 0), (4_990, 10)):
        lengthen(here, number, begin)
        for turn in range(3):  # statements are compiled at the first
            here.pass_time()
            before = read_grants(here.store)
            cost = count_steps(here, lambda name=f"t{number}-{turn}": here.write(task(name, owner=SAAD), by=DAC))  # type: ignore[misc]
        costs.append(cost)
        rows.append(len(read_grants(here.store) ^ before))
    assert rows[0] == rows[1] <= 2
    for short, long in zip(*costs, strict=True):
        assert long <= 1.2 * short
    if not here.store.on_postgres:
        assert costs[0][1] > 1_000


def count_rows(plan: dict[str, Any]) -> int:
    """The rows that the nodes of a plan gave or passed over."""
    rows = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return int(rows) + sum(map(count_rows, plan.get("Plans", ())))


def test_postgresql_reads_as_few_rows_of_a_long_record_as_of_a_short_one(here: Territory) -> None:
    if not here.store.on_postgres:
        pytest.skip("SQLite's instructions are counted above")
    read = []
    for number, begin in ((10, 0), (4_990, 10)):
        lengthen(here, number, begin)
        binds = {"persons": [JEANNE], "parties": [SAAD], "now": here.store.now()}
        with here.store.write() as connection:
            connection.execute(text("ANALYZE relation, stake, party_role, resource"))
            plans = [
                connection.execute(Explain(statement), binds).scalar_one()[0]["Plan"]
                for statement in (grant_updates._FEW, grant_updates._LAST_ENDS)
            ]
        read.append(sum(map(count_rows, plans)))
    assert read[1] <= 1.2 * read[0] + 2


class Explain(Executable, ClauseElement):
    """EXPLAIN ANALYZE of a statement."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explain)
def compile_explain(element: Explain, compiler: Any, **options: Any) -> str:
    return "EXPLAIN (ANALYZE, FORMAT JSON) " + str(compiler.process(element.statement, **options))
