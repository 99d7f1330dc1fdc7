"""The grant table kept in step with the facts: in the transaction that changes them, and from scratch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Connection, bindparam, delete, insert, select

from hub.policy import directory_rights, roles
from hub.record.derive import Facts, Spell, Word, derive
from hub.record.prepared import Prepared
from hub.record.tables import consent_fact, grant, party_role, relation, stake
from hub.record.tables.base import EVER
from hub.record.visibility import holder_of

_PERSONS: BindParameter[list[int]] = bindparam("persons", expanding=True)
_RELATIONS = select(relation).where(relation.c.person.in_(_PERSONS))
_STAKES = (
    select(stake.c.person, stake.c.party, stake.c.since, stake.c.until).where(stake.c.person.in_(_PERSONS)).distinct()
)
_WORDS = select(consent_fact).where(consent_fact.c.person.in_(_PERSONS))
_ROLES = select(party_role).where(party_role.c.party.in_(bindparam("parties", expanding=True)))

_GRANTS = Prepared(select(grant).where(grant.c.person == bindparam("person", type_=BigInteger)))
_GRANT = Prepared(insert(grant))
_FORGET = Prepared(
    delete(grant).where(
        *(grant.c[name] == bindparam(name, type_=BigInteger) for name in ("person", "holder", "since", "domains"))
    )
)


def rebuild_grants(connection: Connection, persons: Iterable[int]) -> None:
    """Derive the grants of `persons` again; rows that stay the same are left alone."""
    wanted_for = sorted({person for person in persons if person})
    if not wanted_for:
        return
    facts = read_facts(connection, wanted_for)
    for person in wanted_for:
        _store(connection, person, [row | {"person": person} for row in derive(facts[person], roles())])


def read_facts(connection: Connection, persons: list[int]) -> dict[int, Facts]:
    """The facts of `persons`, in five statements whatever their number."""
    spells: dict[int, list[Spell]] = defaultdict(list)
    words: dict[int, list[Word]] = defaultdict(list)
    asked = {"persons": persons}
    for row in connection.execute(_RELATIONS, asked):
        spells[row.person].append(Spell(row.party, row.kind, row.since, row.until))
    for row in connection.execute(_STAKES, asked):
        spells[row.person].append(Spell(row.party, "stake", row.since, row.until))
    for row in connection.execute(_WORDS, asked):
        words[row.person].append(Word(row.effect, row.party, row.section, row.since, row.until))
    parties = {spell.party for found in spells.values() for spell in found}
    roles_of: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(_ROLES, {"parties": sorted(parties)}):
        roles_of[row.party].add(row.role)
    known = {party: frozenset(found) for party, found in roles_of.items()}
    return {person: Facts(tuple(spells[person]), tuple(words[person]), known) for person in persons}


def _store(connection: Connection, person: int, rows: list[dict[str, Any]]) -> None:
    wanted = {}
    for row in rows:
        row["holder"] = holder_of(row["party"], row["role"])
        wanted[(row["holder"], row["since"], row["domains"])] = row
    columns = grant.columns.keys()
    rows_now = [dict(zip(columns, row, strict=True)) for row in _GRANTS.rows(connection, {"person": person})]
    present = {(row["holder"], row["since"], row["domains"]): row for row in rows_now}
    if stale := [row for key, row in present.items() if wanted.get(key) != row]:
        _FORGET.run_many(connection, stale)
    if fresh := [row for key, row in wanted.items() if present.get(key) != row]:
        _GRANT.run_many(connection, fresh)


def add_party(connection: Connection, party: str, role: str, since: int) -> None:
    """`party` has `role` from `since` on: its rights on every person it is tied to, and on the directory."""
    found = connection.execute(
        select(party_role).where(party_role.c.party == party, party_role.c.role == role)
    ).one_or_none()
    if found is not None:
        return
    connection.execute(insert(party_role).values(party=party, role=role))
    general = directory_rights(roles()[role])
    if general.sees:
        connection.execute(
            insert(grant).values(
                person=0, holder=holder_of(party, role), since=since, domains=general.domains, until=EVER, party=party,
                role=role, sees=general.sees, own=general.own, writes=general.writes, own_writes=general.own_writes,
                why="directory",
            )
        )  # fmt: skip
    tied = set(connection.scalars(select(relation.c.person).where(relation.c.party == party)))
    tied |= set(connection.scalars(select(stake.c.person).where(stake.c.party == party)))
    rebuild_grants(connection, tied)


@dataclass(frozen=True)
class Rebuilt:
    """How many persons were gone through, and how many grant rows came out otherwise than they stood."""

    persons: int
    changed: int


def rebuild_all(connection: Connection) -> Rebuilt:
    """Every person's grants from scratch (`hub grants rebuild`)."""
    persons = set(connection.scalars(select(relation.c.person))) | set(connection.scalars(select(stake.c.person)))
    every = select(grant).where(grant.c.person != 0)
    before = {tuple(row) for row in connection.execute(every)}
    connection.execute(delete(grant).where(grant.c.person != 0))
    rebuild_grants(connection, persons)
    after = {tuple(row) for row in connection.execute(every)}
    return Rebuilt(len(persons - {0}), len(before ^ after))
