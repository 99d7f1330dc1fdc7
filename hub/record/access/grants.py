"""Update the table `grant` after its facts change: in the same transaction, or from scratch (`hub grants rebuild`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, literal, select, tuple_, union_all

from hub.domain.policy import compute_directory_rights
from hub.domain.roles import load_roles
from hub.record.access.account_party import build_prefix, read_account
from hub.record.access.derive import ConsentStatement, Facts, MaskPeriod, TiePeriod, derive
from hub.record.access.predicate import hash_holder
from hub.record.db.statements import CompiledStatement
from hub.record.tables import assignment, consent_fact, grant, masked, party_role, relation, stake
from hub.record.tables.base import EVER

T = TypeVar("T")

_PERSONS: BindParameter[list[int]] = bindparam("persons", expanding=True)
# Ties, and as those of the kind `_MASKED` the accounts that the person masks.
_MASKED = "masked"
_TIES = union_all(
    select(relation.c.person, relation.c.party, relation.c.kind, relation.c.since, relation.c.until).where(
        relation.c.person.in_(_PERSONS)
    ),
    select(masked.c.person, masked.c.account, literal(_MASKED), masked.c.since, masked.c.until).where(
        masked.c.person.in_(_PERSONS)
    ),
)
_STAKES = (
    select(stake.c.person, stake.c.party, stake.c.since, stake.c.until).where(stake.c.person.in_(_PERSONS)).distinct()
)
_STATEMENTS = select(consent_fact).where(consent_fact.c.person.in_(_PERSONS))
_PARTIES: BindParameter[list[str]] = bindparam("parties", expanding=True)
# The roles of parties, and of accounts with the party for which each acts.
_ROLES = union_all(
    select(party_role.c.party, party_role.c.role, literal("").label("context")).where(party_role.c.party.in_(_PARTIES)),
    select(assignment.c.account_id, assignment.c.role, assignment.c.party).where(assignment.c.account_id.in_(_PARTIES)),
)

_GRANTS = select(grant).where(grant.c.person.in_(_PERSONS))
_GRANT = CompiledStatement(insert(grant))
_KEY = tuple(grant.primary_key)
_FORGET = delete(grant).where(tuple_(*_KEY).in_(bindparam("rows", expanding=True)))

# PostgreSQL binds at most 65 535 values in one statement, some builds of SQLite half of that; a row to delete binds four.
_AT_ONCE = 1_000


def rebuild_grants(connection: Connection, persons: Iterable[int]) -> None:
    """Derive the grants of `persons` (any number) again; rows that stay the same are not written."""
    numbers = sorted({person for person in persons if person})
    for some in _split_by_thousand(numbers):
        facts = read_facts(connection, some)
        rows = [row | {"person": person} for person in some for row in derive(facts[person], load_roles())]
        present = [row._asdict() for row in connection.execute(_GRANTS, {"persons": some})]
        store_grants(connection, present, [row | {"holder": hash_holder(row["party"], row["role"])} for row in rows])


def _split_by_thousand(many: Sequence[T]) -> Iterator[Sequence[T]]:
    return (many[first : first + _AT_ONCE] for first in range(0, len(many), _AT_ONCE))


def read_facts(connection: Connection, persons: Sequence[int]) -> dict[int, Facts]:
    """Return the facts of each of `persons`. The number of statements does not depend on how many they are."""
    ties: dict[int, list[TiePeriod]] = defaultdict(list)
    statements: dict[int, list[ConsentStatement]] = defaultdict(list)
    masks: dict[int, list[MaskPeriod]] = defaultdict(list)
    binds = {"persons": persons}
    for row in connection.execute(_TIES, binds):
        if row.kind == _MASKED:
            masks[row.person].append(MaskPeriod(row.party, row.since, row.until))
        else:
            ties[row.person].append(TiePeriod(row.party, row.kind, row.since, row.until))
    for row in connection.execute(_STAKES, binds):
        ties[row.person].append(TiePeriod(row.party, "stake", row.since, row.until))
    for row in connection.execute(_STATEMENTS, binds):
        statements[row.person].append(ConsentStatement(row.effect, row.party, row.section, row.since, row.until))
    roles_of, contexts_of = _read_roles(
        connection,
        {read_account(tie.party) or tie.party for of_person in ties.values() for tie in of_person}
        | {mask.account for of_person in masks.values() for mask in of_person},
    )
    return {
        person: Facts(tuple(ties[person]), tuple(statements[person]), roles_of, tuple(masks[person]), contexts_of)
        for person in persons
    }


def _read_roles(
    connection: Connection, parties: Iterable[str]
) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[tuple[str, str]]]]:
    """Return {party: roles} and {account: (party, role) of each context} of `parties`, some of which are accounts."""
    roles_of: dict[str, set[str]] = defaultdict(set)
    contexts_of: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in connection.execute(_ROLES, {"parties": sorted(parties)}):
        if row.context:
            contexts_of[row.party].add((row.context, row.role))
        else:
            roles_of[row.party].add(row.role)
    return (
        {party: frozenset(names) for party, names in roles_of.items()},
        {account: frozenset(contexts) for account, contexts in contexts_of.items()},
    )


def store_grants(connection: Connection, stored: Iterable[dict[str, Any]], due: Iterable[dict[str, Any]]) -> None:
    """Replace the rows `stored` by the rows `due`; those that are equal are not written."""
    derived = {_get_key(row): row for row in due}
    present = {_get_key(row): row for row in stored}
    for stale in _split_by_thousand([key for key, row in present.items() if derived.get(key) != row]):
        connection.execute(_FORGET, {"rows": stale})
    if fresh := [row for key, row in derived.items() if present.get(key) != row]:
        _GRANT.run_many(connection, fresh)


def _get_key(row: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(row[column.name] for column in _KEY)


def add_party(connection: Connection, party: str, role: str, since: int) -> None:
    """Give `role` to `party` from `since` on, with its rights on the directory and on every person it is tied to.

    Nothing happens when it has the role already."""
    present = connection.execute(
        select(party_role).where(party_role.c.party == party, party_role.c.role == role)
    ).one_or_none()
    if present is not None:
        return
    connection.execute(insert(party_role).values(party=party, role=role))
    _add_directory_grant(connection, party, role, since)
    tied = set(connection.scalars(select(relation.c.person).where(relation.c.party == party)))
    tied |= set(connection.scalars(select(stake.c.person).where(stake.c.party == party)))
    rebuild_grants(connection, tied)


def _add_directory_grant(connection: Connection, party: str, role: str, since: int) -> None:
    general = compute_directory_rights(load_roles()[role])
    if general.sees:
        connection.execute(
            insert(grant).values(
                person=0, holder=hash_holder(party, role), since=since, domains=general.domains, until=EVER, party=party,
                role=role, sees=general.sees, own=general.own, writes=general.writes, own_writes=general.own_writes,
                why="directory",
            )
        )  # fmt: skip


def rebuild_directory(connection: Connection, since: int) -> int:
    """Derive the grants on the directory again; those that differ hold from `since` on. How many differ."""
    changed = 0
    rows = {(row.party, row.role): row for row in connection.execute(select(grant).where(grant.c.person == 0))}
    for party, role in connection.execute(select(party_role.c.party, party_role.c.role)).all():
        general = compute_directory_rights(load_roles()[role])
        row = rows.get((party, role))
        present = (row.domains, row.sees, row.own, row.writes, row.own_writes) if row is not None else None
        due = (general.domains, general.sees, general.own, general.writes, general.own_writes) if general.sees else None
        if present != due:
            connection.execute(delete(grant).where(grant.c.person == 0, grant.c.holder == hash_holder(party, role)))
            _add_directory_grant(connection, party, role, since)
            changed += 1
    return changed


def add_context(connection: Connection, account: str, party: str, role: str, since: int) -> None:
    """Give `role` to `party` as `add_party` does, and derive what `account` holds by itself when it acts so: its assignment is
    stored."""
    add_party(connection, party, role, since)
    own = relation.c.party.startswith(build_prefix(account), autoescape=True)
    persons = set(connection.scalars(select(masked.c.person).where(masked.c.account == account)))
    rebuild_grants(connection, persons | set(connection.scalars(select(relation.c.person).where(own))))


@dataclass(frozen=True)
class Rebuilt:
    """The result of a rebuild: how many persons were read, and how many grant rows were added or removed."""

    persons: int
    changed: int


def rebuild_all(connection: Connection) -> Rebuilt:
    """Delete and derive again the grants of every person (`hub grants rebuild`)."""
    persons = set(connection.scalars(select(relation.c.person))) | set(connection.scalars(select(stake.c.person)))
    every = select(grant).where(grant.c.person != 0)
    before = {tuple(row) for row in connection.execute(every)}
    connection.execute(delete(grant).where(grant.c.person != 0))
    rebuild_grants(connection, persons)
    after = {tuple(row) for row in connection.execute(every)}
    return Rebuilt(len(persons - {0}), len(before ^ after))
