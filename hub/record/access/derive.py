"""Derive the grant rows of a person from facts, without a database (`docs/parts.md` 12–16, `docs/grants.md`).

For each holder (a party in one role), time is cut into periods at every change of a fact. In each period the holder gets the
rights that its ties, the person's consents and oppositions give. All rows of a period share its `since`, which is therefore
the time at which the holder's rights on this person last changed.
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


@dataclass(frozen=True)
class Facts:
    """All facts about one person from which rights follow. `roles_of`: the roles of each party."""

    ties: tuple[TiePeriod, ...]
    statements: tuple[ConsentStatement, ...]
    roles_of: Mapping[str, frozenset[str]]


def derive(facts: Facts, roles: Mapping[str, Role]) -> list[dict[str, Any]]:
    """Return the rows of table `grant` for one person, without the columns `person` and `holder`."""
    rows: list[dict[str, Any]] = []
    for party in sorted({tie.party for tie in facts.ties}):
        for name in sorted(facts.roles_of.get(party, frozenset())):
            rows.extend(_derive_for_holder(party, roles[name], facts))
    return rows


class _Piece(NamedTuple):
    """A period, [since, until), in which the rights of a holder stay the same. `why`: its ties in that period."""

    since: int
    until: int
    rights: Rights
    why: str


def _derive_for_holder(party: str, role: Role, facts: Facts) -> Iterator[dict[str, Any]]:
    ties = [tie for tie in facts.ties if tie.party == party]
    statements = [statement for statement in facts.statements if statement.party in ("*", party, role.name)]
    facts_of_holder: list[TiePeriod | ConsentStatement] = [*ties, *statements]
    cuts = sorted({moment for fact in facts_of_holder for moment in (fact.since, fact.until)})
    pieces: list[_Piece] = []
    for since, until in pairwise(cuts):
        kinds = frozenset(tie.kind for tie in ties if tie.since <= since < tie.until)
        valid = [statement for statement in statements if statement.since <= since < statement.until]
        opened = (
            compute_rights(role, kinds, _find_consented_sections(valid), _find_opposed_sections(valid))
            if kinds
            else Rights()
        )
        if pieces and pieces[-1].rights == opened and pieces[-1].until == since:
            pieces[-1] = pieces[-1]._replace(until=until)
        else:
            pieces.append(_Piece(since, until, opened, ", ".join(sorted(kinds))))
    for piece in pieces:
        if piece.until > piece.since and (piece.rights.sees or piece.rights.own):
            yield from _build_rows(party, role.name, piece)


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
