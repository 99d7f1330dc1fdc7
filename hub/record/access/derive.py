"""Grants derived from facts: pure (`docs/parts.md` 12–16, `docs/grants.md`).

For each holder (a party in one role) time is cut where anything about it changes; each piece gets what the role's ties,
the person's consents and oppositions open then. All rows of a piece share its `since`, which is thus when the holder's
rights on this person last changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from hub.domain.policy import ALL_DOMAINS, Rights, compute_rights
from hub.domain.roles import Role
from hub.record.tables.base import EVER


@dataclass(frozen=True)
class TiePeriod:
    """Something true of a party from `since` until `until`. `kind`: a tie (`circle`, `stake`, …)."""

    party: str
    kind: str
    since: int
    until: int


class ConsentStatement(NamedTuple):
    """What the person said. `effect`: permit or deny. `party`: a reference, a role, or `*`; `section`: a name or `*`."""

    effect: str
    party: str
    section: str
    since: int
    until: int


@dataclass(frozen=True)
class Facts:
    """All that is known of one person that bears on rights. `roles_of`: the roles that each party has."""

    ties: tuple[TiePeriod, ...]
    statements: tuple[ConsentStatement, ...]
    roles_of: Mapping[str, frozenset[str]]


def derive(facts: Facts, roles: Mapping[str, Role]) -> list[dict[str, Any]]:
    """The grant rows (without `person` and `holder`) of one person."""
    rows: list[dict[str, Any]] = []
    for party in sorted({tie.party for tie in facts.ties}):
        for name in sorted(facts.roles_of.get(party, frozenset())):
            rows.extend(_of_holder(party, roles[name], facts))
    return rows


class _Piece(NamedTuple):
    """A time in which the rights of a holder stay the same. `why`: the ties that it has then."""

    since: int
    until: int
    rights: Rights
    why: str


def _of_holder(party: str, role: Role, facts: Facts) -> Iterator[dict[str, Any]]:
    ties = [tie for tie in facts.ties if tie.party == party]
    statements = [statement for statement in facts.statements if statement.party in ("*", party, role.name)]
    facts_of_holder: list[TiePeriod | ConsentStatement] = [*ties, *statements]
    cuts = sorted({moment for fact in facts_of_holder for moment in (fact.since, fact.until)})
    pieces: list[_Piece] = []
    for since, until in pairwise(cuts):
        kinds = frozenset(tie.kind for tie in ties if tie.since <= since < tie.until)
        valid = [statement for statement in statements if statement.since <= since < statement.until]
        opened = compute_rights(role, kinds, _consented(valid), _opposed(valid)) if kinds else Rights()
        if pieces and pieces[-1].rights == opened and pieces[-1].until == since:
            pieces[-1] = pieces[-1]._replace(until=until)
        else:
            pieces.append(_Piece(since, until, opened, ", ".join(sorted(kinds))))
    for piece in pieces:
        if piece.until > piece.since and (piece.rights.sees or piece.rights.own):
            yield from _rows(party, role.name, piece)


def _consented(statements: Iterable[ConsentStatement]) -> frozenset[str]:
    """Sections agreed to: for this party, or by name; a permit that names neither agrees to nothing that asks."""
    permits = [statement for statement in statements if statement.effect == "permit"]
    if any(permit.section == "*" and permit.party != "*" for permit in permits):
        return _ALL_SECTIONS
    return frozenset(permit.section for permit in permits if permit.section != "*")


def _opposed(statements: Iterable[ConsentStatement]) -> frozenset[str]:
    return frozenset(statement.section for statement in statements if statement.effect == "deny")


class _Everything(frozenset[str]):
    """All sections, as a set that contains any name."""

    def __contains__(self, name: object) -> bool:
        return True


_ALL_SECTIONS: frozenset[str] = _Everything()


def _rows(party: str, role: str, piece: _Piece) -> Iterator[dict[str, Any]]:
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
