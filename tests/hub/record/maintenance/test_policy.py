"""Versions of the policy: when one is due, what applying it derives, and whom a change concerns (`docs/grants.md`)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, select, update

from hub.domain.config_pages import read_config
from hub.domain.policy_changes import Policy, compare, read_policy
from hub.domain.roles import Cell, load_roles
from hub.domain.sections import load_sections
from hub.record.accounts.events import Agent, list_events
from hub.record.maintenance.policy import (
    apply_policy,
    count_concerned,
    count_holders,
    is_policy_due,
    list_versions,
    note_first_policy,
)
from hub.record.tables import grant, policy_version
from tests.territory import Territory

NOW = Policy(load_roles(), load_sections())


def change_role(name: str, **cells: Cell) -> Policy:
    """The policy of now, in which a role has other cells."""
    role = NOW.roles[name]
    return Policy({**NOW.roles, name: replace(role, cells={**role.cells, **cells})}, NOW.sections)


def is_due(here: Territory) -> bool:
    with here.store.read() as connection:
        return is_policy_due(connection)


def test_what_a_record_made_before_holds_may_come_of_another_policy(here: Territory) -> None:
    assert not is_due(here)
    with here.store.write() as connection:
        connection.execute(delete(policy_version))
        note_first_policy(connection, here.store.now())
    # It is not empty, so nobody knows by which pages its grants were derived.
    assert is_due(here)
    apply_policy(here.store, Agent("operator:test"))
    assert not is_due(here)
    assert [(version.number, version.by) for version in list_versions(here.store)] == [(1, "operator:test")]
    assert list_versions(here.store)[0].policy == NOW
    with here.store.read() as connection:
        assert [(event.act, event.why) for event in list_events(connection, "")] == [("policy-applied", "1")]


def test_applying_derives_the_grants_on_persons_and_on_the_directory(here: Territory) -> None:
    here.join_circle("ssiad")
    rows = select(grant).order_by(*grant.primary_key)
    with here.store.read() as connection:
        before = [row._asdict() | {"since": 0} for row in connection.execute(rows)]
    here.pass_time()
    with here.store.write() as connection:
        connection.execute(update(grant).values(sees=1))
    assert apply_policy(here.store, Agent("operator:test")).changed > 1
    with here.store.read() as connection:
        assert [row._asdict() | {"since": 0} for row in connection.execute(rows)] == before
    # Applied again, nothing differs and no version is made.
    assert apply_policy(here.store, Agent("operator:test")).changed == 0
    assert len(list_versions(here.store)) == 1


def test_whom_a_change_concerns_is_counted_by_organisations_and_by_those_tied_to_somebody(here: Territory) -> None:
    narrow = change_role("ssiad", housing=Cell("none"))
    assert count_concerned(here.store, NOW, narrow) == {}
    here.join_circle("ssiad", "saad")
    assert count_concerned(here.store, NOW, narrow) == {("ssiad", "housing"): (0, 1)}
    assert count_concerned(here.store, narrow, NOW) == {("ssiad", "housing"): (1, 0)}
    assert count_holders(here.store)["ssiad"] == 1
    assert "repr_legal" not in count_holders(here.store)


def test_a_role_that_one_version_lacks_loses_all(here: Territory) -> None:
    here.join_circle("ssiad")
    without = Policy({name: role for name, role in NOW.roles.items() if name != "ssiad"}, NOW.sections)
    counted = count_concerned(here.store, NOW, without)
    assert {role for role, _ in counted} == {"ssiad"}
    assert ("ssiad", "medical") in counted
    assert all(change.loses and not change.gains for change in compare(NOW, without).cells)


def test_a_condition_that_falls_away_is_a_gain_and_one_that_comes_a_loss() -> None:
    always = change_role("gestionnaire", psychiatric=Cell("read"))
    [change] = compare(NOW, always).cells
    assert (change.role, change.section, change.gains, change.loses) == ("gestionnaire", "psychiatric", True, False)
    [change] = compare(always, NOW).cells
    assert (change.gains, change.loses) == (False, True)
    [change] = compare(NOW, change_role("guichet", medical=Cell("summary", ("titles",)))).cells
    assert (change.gains, change.loses) == (True, True)
    assert not compare(NOW, NOW)


def test_ties_that_open_records_are_compared_too() -> None:
    role = replace(NOW.roles["saad"], relations=frozenset({"desk"}))
    [change] = compare(NOW, Policy({**NOW.roles, "saad": role}, NOW.sections)).relations
    assert (change.role, change.added, change.removed) == ("saad", ("desk",), ("circle",))


def test_a_section_that_is_new_is_gained_by_who_gets_it() -> None:
    sections = (
        read_config("sections.toml")
        + '\n[[section]]\nname = "sport"\nfrench = "Sport"\ncolumn = "SPO"\nextracts = {}\n'
    )
    roles = read_config("roles.toml").replace("[ssiad.sections]\n", '[ssiad.sections]\nsport = "read"\n', 1)
    [change] = compare(NOW, read_policy(roles, sections)).cells
    assert (change.role, change.section, change.gains) == ("ssiad", "sport", True)
