"""Derive the grant rows of a person from facts, without a database (`docs/parts.md` 12–16, 31, `docs/grants.md`).

For each holder (a party in one role), time is cut into periods at every change of a fact. In each period the holder gets the
rights that its ties, the person's consents and oppositions give. All rows of a period share its `since`, which is therefore
the time at which the holder's rights on this person last changed.

An account gets rows of its own only for a person on whom it has facts of its own, and from the first of these on: a tie, or that
she masked it. They say all that it sees, by its organisation's facts too, so that their `since` is when that last changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
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
    """Return the rows of table `grant` for one person, without the columns `person` and `holder`."""
    rows: list[dict[str, Any]] = []
    for party in sorted({tie.party for tie in facts.ties}):
        for name in sorted(facts.roles_of.get(party, frozenset())):
            rows.extend(_derive_for_party(party, roles[name], facts))
    for account in sorted({read_account(tie.party) for tie in facts.ties} | {mask.account for mask in facts.masks}):
        for party, name in sorted(facts.contexts_of.get(account, frozenset())):
            rows.extend(_derive_for_account(account, party, roles[name], facts))
    return rows


class _Piece(NamedTuple):
    """A period, [since, until), in which the rights of a holder stay the same. `why`: its ties in that period."""

    since: int
    until: int
    rights: Rights
    why: str


def _derive_for_party(party: str, role: Role, facts: Facts) -> Iterator[dict[str, Any]]:
    ties = [tie for tie in facts.ties if tie.party == party]
    for piece in _cut(role, ties, _list_statements(party, role, facts)):
        yield from _build_rows(party, role.name, piece)


def _derive_for_account(account: str, party: str, role: Role, facts: Facts) -> Iterator[dict[str, Any]]:
    """Derive the rows of `account` in the context of `party` and `role`, from the first fact of its own on."""
    own_party = build_account_party(account, party, role.name)
    own_ties = [tie for tie in facts.ties if tie.party == own_party]
    masks = [mask for mask in facts.masks if mask.account == account]
    if not own_ties and not masks:
        return
    first = min(*(tie.since for tie in own_ties), *(mask.since for mask in masks), EVER)
    ties = [*own_ties, *(tie for tie in facts.ties if tie.party == party)]
    for piece in _cut(role, ties, _list_statements(party, role, facts), masks):
        if piece.until > first:
            yield from _build_rows(own_party, role.name, piece)


def _list_statements(party: str, role: Role, facts: Facts) -> list[ConsentStatement]:
    """Return what the person says to all, to `party` or to `role`; it binds the accounts of the party too."""
    return [statement for statement in facts.statements if statement.party in ("*", party, role.name)]


def _cut(
    role: Role, ties: Sequence[TiePeriod], statements: Sequence[ConsentStatement], masks: Sequence[MaskPeriod] = ()
) -> Iterator[_Piece]:
    """Yield the periods in which `ties` and `statements` give `role` something and none of `masks` is valid."""
    facts: list[TiePeriod | ConsentStatement | MaskPeriod] = [*ties, *statements, *masks]
    cuts = sorted({moment for fact in facts for moment in (fact.since, fact.until)})
    pieces: list[_Piece] = []
    for since, until in pairwise(cuts):
        kinds = frozenset(tie.kind for tie in ties if tie.since <= since < tie.until)
        valid = [statement for statement in statements if statement.since <= since < statement.until]
        is_masked = any(mask.since <= since < mask.until for mask in masks)
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
        if piece.until > piece.since and (piece.rights.sees or piece.rights.own):
            yield piece


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
