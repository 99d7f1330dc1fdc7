"""Settle: what a batch writes, in which order, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from hub.domain.errors import Invalid
from hub.record.tables import grant, index_token, link, outbox, part, resource, stake, worklist
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.territory import PERSON, Territory, condition, request, statements, task


def count(here: Territory, table: Any, *conditions: Any) -> int:
    with here.store.write() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def rows(here: Territory, statement: Any) -> list[Any]:
    with here.store.write() as connection:
        return list(connection.execute(statement))


def test_what_points_nowhere_is_not_written(here: Territory) -> None:
    before = count(here, part)
    with pytest.raises(Invalid) as caught:
        here.write(condition("c"), request("r") | {"reasonReference": [{"reference": "Condition/none"}]})
    assert [(p.code, p.where) for p in caught.value.problems] == [("reference-unresolved", "ServiceRequest")]
    assert count(here, part) == before
    assert count(here, resource, resource.c.id == "c") == 0


def test_resources_of_one_batch_point_to_each_other_in_any_order(here: Territory) -> None:
    here.write(task("t", owner="Organization/saad", focus="ServiceRequest/r"), request("r"), condition("c"))
    assert here.whole("Task/t")["focus"] == {"reference": "ServiceRequest/r"}


def test_rows_of_a_person_bear_its_number_and_those_of_an_offer_none(here: Territory) -> None:
    here.write(request("r"), task("t", focus="ServiceRequest/r"))
    found = rows(here, select(part.c.person, part.c.needs).where(part.c.rid == get_reference_rid("Task/t")))
    assert {row.person for row in found} == {0, get_reference_rid(PERSON)}
    assert count(here, part, part.c.rid == get_reference_rid("Organization/saad"), part.c.person != 0) == 0


def test_the_author_of_a_new_resource_gets_a_stake_and_of_a_person_none(here: Territory) -> None:
    here.write(condition("c"), by="Organization/cabinet")
    here.change("Condition/c", onsetString="hier", by="Organization/chu")
    found = rows(here, select(stake.c.party, stake.c.kind).where(stake.c.rid == get_reference_rid("Condition/c")))
    assert [tuple(row) for row in found] == [("Organization/cabinet", "authored")]
    made = here.write({"resourceType": "Patient"}, by="Organization/dac")
    assert count(here, stake, stake.c.rid == get_reference_rid(made)) == 0


def test_indexes_are_those_of_the_present_version(here: Territory) -> None:
    here.write(condition("c"))
    here.change("Condition/c", code=condition("c", "I50")["code"])
    found = rows(
        here, select(index_token.c.code).where(index_token.c.name == "code", index_token.c.type == "Condition")
    )
    assert [row.code for row in found] == ["I50"]


def test_links_are_those_of_all_versions(here: Territory) -> None:
    here.write(condition("c"), condition("d"), request("r") | {"reasonReference": [{"reference": "Condition/c"}]})
    for name in ("Condition/d", "Condition/c"):
        here.change("ServiceRequest/r", reasonReference=[{"reference": name}])
    found = rows(here, select(link.c.target).where(link.c.source == get_reference_rid("ServiceRequest/r")))
    assert {get_reference_rid("Condition/c"), get_reference_rid("Condition/d")} <= {row.target for row in found}


def test_versions_are_never_updated_but_their_end(here: Territory) -> None:
    here.write(condition("c"))
    rid = get_reference_rid("Condition/c")
    columns = (part.c.key, part.c.since, part.c.body, part.c.ranked, part.c.needs, part.c.moved)
    before = set(rows(here, select(*columns).where(part.c.rid == rid)))
    here.pass_time()
    here.change("Condition/c", onsetString="hier", note=None)
    assert before <= set(rows(here, select(*columns).where(part.c.rid == rid)))
    now = rows(here, select(part.c.key).where(part.c.rid == rid, part.c.until == EVER))
    assert len(now) == len({row.key for row in now})


def test_what_ends_and_begins_at_one_moment_goes_on(here: Territory) -> None:
    """In one transaction; the next one has a later time."""
    here.join_circle("saad", "ccas")
    with here.unit() as unit:
        team = unit.read_whole("CareTeam/cercle")
        unit.replace("CareTeam/cercle", team | {"participant": team["participant"][1:]}, by="")
        unit.replace("CareTeam/cercle", team, by="")
    assert here.open("saad").read(PERSON)
    found = rows(here, select(grant.c.until).where(grant.c.role == "saad", grant.c.person != 0))
    assert [row.until for row in found] == [EVER]


def test_tasks_plans_and_requests_are_told_to_subscribers_by_name_alone(here: Territory) -> None:
    here.write(request("r"), task("t", owner="Organization/saad", focus="ServiceRequest/r"), condition("c"))
    here.change("Task/t", status="accepted")
    found = rows(here, select(outbox.c.rid, outbox.c.event, outbox.c.person))
    told = {(row.rid, row.event) for row in found}
    task_rid = get_reference_rid("Task/t")
    assert {(task_rid, "Task.created"), (task_rid, "Task.updated")} <= told
    assert get_reference_rid("Condition/c") not in {rid for rid, _ in told}
    assert {row.person for row in found} == {get_reference_rid(PERSON)}


def test_a_list_row_follows_its_owner_and_status(here: Territory) -> None:
    here.write(request("r"), task("t", owner="Organization/saad", focus="ServiceRequest/r"))
    for owner, status in (("Organization/saad", "requested"), ("Organization/ccas", "received")):
        here.change("Task/t", owner={"reference": owner}, status=status)
        found = rows(
            here, select(worklist.c.party, worklist.c.status).where(worklist.c.id == "t", worklist.c.name == "owner")
        )
        assert [tuple(row) for row in found] == [(owner, status)]
    here.change("Task/t", owner=None)
    assert count(here, worklist, worklist.c.id == "t", worklist.c.name == "owner") == 0


def test_the_number_of_statements_does_not_grow_with_the_batch(here: Territory) -> None:
    with statements(here.store) as few:
        here.write(condition("a"))
    with statements(here.store) as many:
        here.write(*(condition(f"m{number}") for number in range(20)))
    assert len(many) == len(few)


def test_the_number_of_statements_of_a_change_does_not_grow_with_the_record(here: Territory) -> None:
    here.join_circle("saad", "ssiad")
    here.write(condition("a"))
    with statements(here.store) as few:
        here.change("Condition/a", onsetString="hier")
    here.write(*(condition(f"m{number}") for number in range(30)))
    for text in "abc":
        here.change("Condition/a", onsetString=text)
    with statements(here.store) as many:
        here.change("Condition/a", onsetString="avant-hier")
    assert len(many) == len(few)
