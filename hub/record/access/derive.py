"""Derive the grant rows of a person from facts, without a database (`docs/parts.md` 12–16, 31, `docs/grants.md`).

For each holder (a party in one role), time is cut into periods at every change of a fact. In each period the holder gets the
rights that its ties, the person's consents and oppositions give. All rows of a period share its `since`, which is therefore
the time at which the holder's rights on this person last changed.

An account gets rows of its own only for a person on whom it has facts of its own, and from the first of these on: a tie, or that
she masked it. They say all that it sees, by its organisation's facts too, so that their `since` is when that last changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hub.domain.policy import ALL_DOMAINS, Rights, compute_rights
from hub.domain.roles import Role
from hub.record.access.account_party import build_account_party, read_account
from hub.record.tables.base import EVER


@dataclass(frozen=True)
class TiePeriod:
    """One tie of a party to a person, in [since, until) in microseconds. `kind`: `circle`, `stake`, …"""

    party: str
    kind: str
    since: int
    until: int


class ConsentStatement(NamedTuple):
    """A consent (`effect`: permit) or an opposition (deny) of the person.

    `party`: a reference, a role, or `*`; `section`: a name or `*`."""

    effect: str
    party: str
    section: str
    since: int
    until: int


class MaskPeriod(NamedTuple):
    """The person masks `account` in [since, until)."""

    account: str
    since: int
    until: int


@dataclass(frozen=True)
class Facts:
    """All facts about one person from which rights follow. `roles_of`: the roles of each party. `contexts_of`: the (party, role)
    in which each account acts."""

    ties: tuple[TiePeriod, ...]
    statements: tuple[ConsentStatement, ...]
    roles_of: Mapping[str, frozenset[str]]
    masks: tuple[MaskPeriod, ...] = ()
    contexts_of: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)


def derive(facts: Facts, roles: Mapping[str, Role]) -> list[dict[str, Any]]:
    """Return the rows of table `grant` for one person, without the columns `person` and `holder`.

    The work grows with the number of facts (and the logarithm of sorting them), not with its square."""
    ties: dict[str, list[TiePeriod]] = defaultdict(list)
    masks: dict[str, list[MaskPeriod]] = defaultdict(list)
    for tie in facts.ties:
        ties[tie.party].append(tie)
    for mask in facts.masks:
        masks[mask.account].append(mask)
    rows: list[dict[str, Any]] = []
    for party in sorted(ties):
        for name in sorted(facts.roles_of.get(party, frozenset())):
            for piece in _cut(roles[name], ties[party], _list_statements(party, roles[name], facts)):
                rows.extend(_build_rows(party, name, piece))
    for account in sorted({read_account(party) for party in ties} | set(masks)):
        for party, name in sorted(facts.contexts_of.get(account, frozenset())):
            own_party = build_account_party(account, party, name)
            own_ties, own_masks = ties.get(own_party, []), masks.get(account, [])
            statements = _list_statements(party, roles[name], facts)
            for piece in _cut_for_account(roles[name], own_ties, ties.get(party, []), statements, own_masks):
                rows.extend(_build_rows(own_party, name, piece))
    return rows


def _cut_for_account(
    role: Role,
    own_ties: list[TiePeriod],
    party_ties: list[TiePeriod],
    statements: Sequence[ConsentStatement],
    masks: Sequence[MaskPeriod],
) -> Iterator[_Piece]:
    """Yield the periods of an account that acts in `role`, from the first fact of its own on: none if it has no such fact."""
    begins = min([*(tie.since for tie in own_ties), *(mask.since for mask in masks)], default=EVER)
    for piece in _cut(role, own_ties + party_ties, statements, masks):
        if piece.until > begins:
            yield piece


class _Piece(NamedTuple):
    """A period, [since, until), in which the rights of a holder stay the same. `why`: its ties in that period."""

    since: int
    until: int
    rights: Rights
    why: str


def _list_statements(party: str, role: Role, facts: Facts) -> list[ConsentStatement]:
    """Return what the person says to all, to `party` or to `role`; it binds the accounts of the party too."""
    return [statement for statement in facts.statements if statement.party in ("*", party, role.name)]


def _cut(
    role: Role, ties: Sequence[TiePeriod], statements: Sequence[ConsentStatement], masks: Sequence[MaskPeriod] = ()
) -> Iterator[_Piece]:
    """Yield the periods in which `ties` and `statements` give `role` something and none of `masks` is valid.

    Time is swept once: what is valid is counted up and down at each moment, and rights are computed only where it differs."""
    pieces: list[_Piece] = []
    for since, until, kinds, valid, is_masked in _sweep(ties, statements, masks):
        opened = (
            compute_rights(role, kinds, _find_consented_sections(valid), _find_opposed_sections(valid))
            if kinds and not is_masked
            else Rights()
        )
        if pieces and pieces[-1].rights == opened and pieces[-1].until == since:
            pieces[-1] = pieces[-1]._replace(until=until)
        else:
            pieces.append(_Piece(since, until, opened, ", ".join(sorted(kinds))))
    for piece in pieces:
        if piece.rights.sees or piece.rights.own:
            yield piece


def _sweep(
    ties: Iterable[TiePeriod], statements: Iterable[ConsentStatement], masks: Iterable[MaskPeriod]
) -> Iterator[tuple[int, int, frozenset[str], frozenset[ConsentStatement], bool]]:
    """Yield (since, until, kinds of ties, statements, whether masked) of each longest period in which these stay the same.

    A fact is valid in [since, until), so that one that ends before it begins never is."""
    changes: dict[int, list[tuple[str | ConsentStatement | None, int]]] = defaultdict(list)
    facts: list[tuple[str | ConsentStatement | None, int, int]] = [(tie.kind, tie.since, tie.until) for tie in ties]
    facts += [(statement, statement.since, statement.until) for statement in statements]
    facts += [(None, mask.since, mask.until) for mask in masks]
    for fact, since, until in facts:
        if since < until:
            changes[since].append((fact, 1))
            changes[until].append((fact, -1))
    counts: Counter[str | ConsentStatement | None] = Counter()
    valid: frozenset[str | ConsentStatement | None] = frozenset()
    begun = 0
    for moment in sorted(changes):
        for fact, step in changes[moment]:
            counts[fact] += step
            if not counts[fact]:
                del counts[fact]
        if counts.keys() != valid:
            if valid:
                yield _describe_period(begun, moment, valid)
            begun, valid = moment, frozenset(counts)


def _describe_period(
    since: int, until: int, valid: Iterable[str | ConsentStatement | None]
) -> tuple[int, int, frozenset[str], frozenset[ConsentStatement], bool]:
    kinds = frozenset(fact for fact in valid if isinstance(fact, str))
    statements = frozenset(fact for fact in valid if isinstance(fact, ConsentStatement))
    return since, until, kinds, statements, None in valid


def _find_consented_sections(statements: Iterable[ConsentStatement]) -> frozenset[str]:
    """Return the sections that need consent and have it: all if a permit names this party, else those that permits name.

    A permit for every party and every section opens none of them."""
    permits = [statement for statement in statements if statement.effect == "permit"]
    if any(permit.section == "*" and permit.party != "*" for permit in permits):
        return _ALL_SECTIONS
    return frozenset(permit.section for permit in permits if permit.section != "*")


def _find_opposed_sections(statements: Iterable[ConsentStatement]) -> frozenset[str]:
    return frozenset(statement.section for statement in statements if statement.effect == "deny")


class _Everything(frozenset[str]):
    """The set of all sections: it contains any name."""

    def __contains__(self, name: object) -> bool:
        return True


_ALL_SECTIONS: frozenset[str] = _Everything()


def _build_rows(party: str, role: str, piece: _Piece) -> Iterator[dict[str, Any]]:
    until, opened = min(piece.until, EVER), piece.rights
    common = {"party": party, "role": role, "since": piece.since, "until": until, "why": piece.why[:120]}
    yield common | {
        "domains": ALL_DOMAINS,
        "sees": opened.sees & ~opened.limited,
        "own": opened.own,
        "writes": opened.writes & ~opened.limited,
        "own_writes": opened.own_writes,
    }
    if opened.limited:
        yield common | {
            "domains": opened.domains,
            "sees": opened.sees,
            "own": 0,
            "writes": opened.writes,
            "own_writes": 0,
        }
