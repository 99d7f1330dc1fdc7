"""Index rows and periods of facts derived again: the same by the same rules, others in another zone of the territory."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from hub.domain import dates
from hub.domain.errors import NotFound
from hub.ops.readiness import find_problems
from hub.record.access.grants import rebuild_all
from hub.record.maintenance import reindex as reindexing
from hub.record.maintenance.reindex import is_reindex_due, reindex_all, write_index_fingerprint
from hub.record.tables import consent_fact, index_rules, masked, relation
from hub.record.unit_of_work.store_rows import INDEXES
from tests.colleagues import add_colleague
from tests.territory import Territory, at, condition, consent, observation, request, stay, task
from tests.zones import live_in

NOON = "2026-11-25T12:00:00Z"


def index_of(here: Territory) -> Counter[tuple[object, ...]]:
    with here.store.read() as connection:
        return Counter((table.name, *row) for table in INDEXES for row in connection.execute(select(table)))


def test_the_same_rows_come_again_whatever_was_lost(here: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing, "STEP", 3)
    here.join_circle("ssiad", "psy_cmp")
    here.write(
        condition("c"),
        request("r", requester="Organization/dac", intent="filler-order"),
        task("t", owner="Organization/ssiad", focus="ServiceRequest/r"),
        task("offer", focus="ServiceRequest/r"),
        observation("o", "ald", valueQuantity={"value": 1, "unit": "x"}),
    )
    here.change("Condition/c", onsetString="hier")
    before = index_of(here)
    assert {row[0] for row in before} == {table.name for table in INDEXES}
    with here.store.write() as connection:
        connection.execute(delete(INDEXES[0]).where(INDEXES[0].c.name == "status"))
    steps: list[tuple[int, int]] = []
    assert reindex_all(here.store, lambda done, total: steps.append((done, total))) > 5
    assert index_of(here) == before
    assert steps[-1][0] == steps[-1][1]


def test_c_3_the_record_knows_by_which_zone_it_was_indexed(here: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_due() -> bool:
        return "ready-reindex" in {problem.code for problem in find_problems(here.store)}

    with here.store.write() as connection:
        write_index_fingerprint(connection)
        assert not is_reindex_due(connection)
    assert not is_due()
    live_in(monkeypatch, "Indian/Reunion")
    monkeypatch.setattr(reindexing, "load_territory", dates.load_territory)
    assert is_due()
    reindex_all(here.store)
    assert not is_due()


def test_c_3_another_zone_reaches_what_is_indexed(here: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    here.join_circle("ssiad")
    here.write(observation("o", "ald", effectiveDateTime="2026-11-20"))
    live_in(monkeypatch, "Indian/Reunion")

    def find(value: str) -> int:
        return len(here.open("ssiad").search("Observation", [("date", value)]).slices)

    # In Reunion, the 20th of November begins three hours before it does in Paris.
    assert find("2026-11-20") == 0
    version = here.open("ssiad").read("Observation/o").version
    here.pass_time()
    reindex_all(here.store)
    assert find("2026-11-20") == 1
    assert here.open("ssiad").read("Observation/o").version == version


def can_read(here: Territory, role: str, name: str) -> bool:
    try:
        here.open(role).read(name)
    except NotFound:
        return False
    return True


def test_c_3_a_right_until_a_day_includes_that_day_of_the_territory(here: Territory) -> None:
    here.write(condition("c"))
    here.join_circle("ssiad")
    here.change("CareTeam/cercle", lambda team: end_participants(team, "2026-11-25"))
    go_to(here, "2026-11-25T22:59:59Z")
    assert can_read(here, "ssiad", "Condition/c")
    go_to(here, "2026-11-25T23:00:00Z")
    assert not can_read(here, "ssiad", "Condition/c")


def end_participants(team: dict[str, Any], day: str) -> None:
    for participant in team["participant"]:
        participant["period"]["end"] = day


def go_to(here: Territory, time: str) -> None:
    here.pass_time(at(time) - here.store.now())


@pytest.fixture
def former(here: Territory) -> Territory:
    """A record in which the facts that end with a day end at its beginning in UTC, as an earlier version read it."""
    here.write(condition("c"), stay("e", "2026-11-01", "2026-11-20"))
    here.join_circle("ssiad")
    here.change("CareTeam/cercle", lambda team: end_participants(team, "2026-11-25"))
    given = consent("permit", party="Organization/saad", id="accord")
    given["provision"]["period"] = {"start": "2026-11-23", "end": "2026-11-25"}
    here.write(given)
    with here.store.write() as connection:
        midnight = at("2026-11-25T00:00:00Z")
        connection.execute(update(relation).where(relation.c.kind == "circle").values(until=midnight))
        connection.execute(update(relation).where(relation.c.kind == "stay").values(until=at("2026-12-20T00:00:00Z")))
        connection.execute(update(consent_fact).values(since=at("2026-11-23T00:00:00Z"), until=midnight))
        rebuild_all(connection)
    return here


def test_c_3_facts_of_an_older_record_are_carried_along(former: Territory) -> None:
    go_to(former, NOON)
    assert not can_read(former, "ssiad", "Condition/c")
    version = former.open("hosp_clinicien").read("Condition/c").version
    reindex_all(former.store)
    assert can_read(former, "ssiad", "Condition/c")
    assert former.open("hosp_clinicien").read("Condition/c").version == version
    with former.store.read() as connection:
        ends = {row.kind: row.until for row in connection.execute(select(relation)) if row.kind in ("circle", "stay")}
        agreed = connection.execute(select(consent_fact)).one()
    assert ends == {"circle": at("2026-11-26"), "stay": at("2026-12-21")}
    assert agreed.until == at("2026-11-26")


def test_a_fact_that_ended_otherwise_stays_as_it_is(former: Territory) -> None:
    """A tie that ended long before its resource says so is none that days of another zone explain."""
    with former.store.write() as connection:
        connection.execute(update(relation).where(relation.c.kind == "circle").values(until=at("2026-11-22")))
    reindex_all(former.store)
    with former.store.read() as connection:
        ends = connection.scalars(select(relation.c.until).where(relation.c.kind == "circle")).all()
    assert ends == [at("2026-11-22")]


def test_oppositions_to_a_professional_of_an_older_record_become_masks(here: Territory) -> None:
    here.join_circle("ssiad")
    ines = add_colleague(here, "ines", ("Organization/ssiad", "ssiad"))
    ines.mask()
    here.change("Consent/masque", lambda found: found["provision"].update(period={"end": "2026-11-25"}))
    with here.store.write() as connection:
        connection.execute(delete(masked))
        rebuild_all(connection)
    here.pass_time()
    assert ines.open("Organization/ssiad", "ssiad").search("Patient", []).slices
    reindex_all(here.store)
    here.pass_time()
    assert not ines.open("Organization/ssiad", "ssiad").search("Patient", []).slices
    with here.store.write() as connection:
        (row,) = connection.execute(select(masked)).all()
        assert row.until == at("2026-11-26")
        connection.execute(update(masked).values(until=at("2026-11-25T00:00:00Z")))
    reindex_all(here.store)
    with here.store.read() as connection:
        assert connection.scalars(select(masked.c.until)).all() == [at("2026-11-26")]


def test_a_record_made_before_the_rules_were_noted_is_due(here: Territory) -> None:
    with here.store.write() as connection:
        connection.execute(delete(index_rules))
        connection.execute(index_rules.insert().values(fingerprint=""))
    with here.store.read() as connection:
        assert is_reindex_due(connection)
