"""Bring the grants up to date after a write, from its commit time on, at a cost that does not grow with the record.

Facts begin and end at the commit time or later, never before (`hub.record.unit_of_work.facts`). So the rows of grants that ended
before are right for ever, and of the facts only those are read that are valid now or will be: of a thousand stakes of one party
the one that ends last, found by an index. The rows are those that `rebuild_grants` would derive from all facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Connection, bindparam, literal, select, true, union_all

from hub.domain.roles import STORED_TIES, load_roles
from hub.record.access.derive import ConsentStatement, Facts, TiePeriod, derive
from hub.record.access.grants import rebuild_grants, store_grants
from hub.record.access.predicate import hash_holder
from hub.record.tables import consent_fact, grant, masked, party_role, relation, resource, stake
from hub.record.tables.facts import IS_ACCOUNT

Row = dict[str, Any]

# Persons of one statement, each of which is looked up with the parties of all of them.
_AT_ONCE = 50

_NOW = bindparam("now", type_=BigInteger)
_PERSONS: BindParameter[list[int]] = bindparam("persons", expanding=True)
_PARTIES: BindParameter[list[str]] = bindparam("parties", expanding=True)
_HOLDERS: BindParameter[list[int]] = bindparam("holders", expanding=True)

_TIE, _ACCOUNT = "tie", "account"
_TIE_COLUMNS = (relation.c.person, relation.c.party, relation.c.kind, relation.c.since, relation.c.until)
# The few facts that are read whole: ties that have not begun, what the person says, and whether accounts have facts of their own.
_FEW = union_all(
    select(literal(_TIE).label("what"), *_TIE_COLUMNS).where(relation.c.person.in_(_PERSONS), relation.c.since > _NOW),
    select(literal(_ACCOUNT), relation.c.person, relation.c.party, literal(""), literal(0), literal(0)).where(
        relation.c.person.in_(_PERSONS), IS_ACCOUNT
    ),
    select(literal(_ACCOUNT), masked.c.person, masked.c.account, literal(""), literal(0), literal(0)).where(
        masked.c.person.in_(_PERSONS)
    ),
    select(
        consent_fact.c.effect,
        consent_fact.c.person,
        consent_fact.c.party,
        consent_fact.c.section,
        consent_fact.c.since,
        consent_fact.c.until,
    ).where(consent_fact.c.person.in_(_PERSONS), consent_fact.c.until > _NOW),
)


def _select_last_end(table: Any, *conditions: Any) -> Any:
    """Return the subquery of the last end of the facts that have begun, of one person and party: one entry of an index."""
    return (
        select(table.c.until)
        .where(table.c.person == resource.c.rid, table.c.party == party_role.c.party, *conditions)
        .where(table.c.since <= _NOW)
        .order_by(table.c.until.desc())
        .limit(1)
        .scalar_subquery()
    )


# Each role of each party, and of each kind of tie the end that is last; of stakes too.
_LAST_ENDS = (
    select(
        resource.c.rid,
        party_role.c.party,
        party_role.c.role,
        _select_last_end(stake).label("stake"),
        *(_select_last_end(relation, relation.c.kind == kind).label(kind) for kind in sorted(STORED_TIES)),
    )
    .join_from(resource, party_role, true())
    .where(resource.c.rid.in_(_PERSONS), party_role.c.party.in_(_PARTIES))
)
_GRANTS = select(grant).where(grant.c.person.in_(_PERSONS), grant.c.holder.in_(_HOLDERS), grant.c.until >= _NOW)


@dataclass
class _Collected:
    """The facts of one person that are valid now or later. `roles_of`: the roles of the parties that are derived; `has_accounts`:
    an account has facts of its own on her."""

    ties: list[TiePeriod] = field(default_factory=list)
    statements: list[ConsentStatement] = field(default_factory=list)
    roles_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    has_accounts: bool = False


def update_grants(connection: Connection, parties: Mapping[int, AbstractSet[str]], now: int) -> None:
    """Derive from `now` on the grants of the `parties` whose facts changed, by person.

    `now`: the commit time. Facts that begin or end before it must not have changed: for these, `rebuild_grants`. It is called
    here for a person on whom accounts have facts of their own, since these make rows of what was before them."""
    persons = sorted(person for person in parties if person)
    for first in range(0, len(persons), _AT_ONCE):
        collected = {person: _Collected() for person in persons[first : first + _AT_ONCE]}
        _read_few(connection, collected, now)
        rebuild_grants(connection, [person for person, facts in collected.items() if facts.has_accounts])
        collected = {person: facts for person, facts in collected.items() if not facts.has_accounts}
        if collected:
            _read_last_ends(connection, collected, parties, now)
            _store_from(connection, collected, now)


def _read_few(connection: Connection, collected: Mapping[int, _Collected], now: int) -> None:
    for what, person, party, name, since, until in connection.execute(_FEW, {"persons": list(collected), "now": now}):
        facts, begins = collected[person], max(since, now)
        if what == _TIE:
            facts.ties.append(TiePeriod(party, name, begins, until))
        elif what == _ACCOUNT:
            facts.has_accounts = True
        else:
            facts.statements.append(ConsentStatement(what, party, name, begins, until))


def _read_last_ends(
    connection: Connection, collected: Mapping[int, _Collected], parties: Mapping[int, AbstractSet[str]], now: int
) -> None:
    """Add the ties of the `parties` of each person that are valid now, one of each kind, and their roles."""
    every = sorted({party for person in collected for party in parties[person]})
    rows = connection.execute(_LAST_ENDS, {"persons": list(collected), "parties": every, "now": now})
    for row in rows.mappings():
        person, party = row["rid"], row["party"]
        facts = collected[person]
        if party not in parties[person]:
            continue
        if party not in facts.roles_of:
            for kind in ("stake", *STORED_TIES):
                if row[kind] is not None and row[kind] > now:
                    facts.ties.append(TiePeriod(party, kind, now, row[kind]))
        facts.roles_of[party].add(row["role"])


def _store_from(connection: Connection, collected: Mapping[int, _Collected], now: int) -> None:
    """Replace what the grants of the parties in `collected` say from `now` on; those that stay are not written."""
    present: dict[tuple[int, int], list[Row]] = {}
    due: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for person, facts in collected.items():
        for party, names in facts.roles_of.items():
            present |= {(person, hash_holder(party, name)): [] for name in names}
        roles_of = {party: frozenset(names) for party, names in facts.roles_of.items()}
        for row in derive(Facts(tuple(facts.ties), tuple(facts.statements), roles_of), load_roles()):
            holder = hash_holder(row["party"], row["role"])
            due[(person, holder)].append(row | {"person": person, "holder": holder})
    binds = {"persons": list(collected), "holders": sorted({holder for _, holder in present}), "now": now}
    for stored in connection.execute(_GRANTS, binds):
        if (stored.person, stored.holder) in present:
            present[(stored.person, stored.holder)].append(stored._asdict())
    store_grants(
        connection,
        [row for rows in present.values() for row in rows],
        [row for key, rows in present.items() for row in _join(rows, due[key], now)],
    )


def _join(present: Sequence[Row], due: Sequence[Row], now: int) -> list[Row]:
    """Return the rows of one holder: what was before `now`, as stored, then `due`. Equal rights on both sides are one period."""
    before = [row for row in present if row["since"] < now]
    periods = [list(rows) for _, rows in groupby(sorted(due, key=itemgetter("since")), itemgetter("since"))]
    until = now
    if before and periods and periods[0][0]["since"] == now and _list_rights(before) == _list_rights(periods[0]):
        until = periods.pop(0)[0]["until"]
    return [row | {"until": until} for row in before] + [row for period in periods for row in period]


def _list_rights(rows: Iterable[Row]) -> list[tuple[int, ...]]:
    """Return what the rows of one period open: one row, and another if some places are limited to domains."""
    return sorted(tuple(row[name] for name in ("domains", "sees", "own", "writes", "own_writes")) for row in rows)
