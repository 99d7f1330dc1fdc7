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

from hub.domain.policy import ALL_DOMAINS, Rights, rights
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

    spells: tuple[TiePeriod, ...]
    words: tuple[ConsentStatement, ...]
    roles_of: Mapping[str, frozenset[str]]


def derive(facts: Facts, roles: Mapping[str, Role]) -> list[dict[str, Any]]:
    """The grant rows (without `person` and `holder`) of one person."""
    rows: list[dict[str, Any]] = []
    for party in sorted({spell.party for spell in facts.spells}):
        for name in sorted(facts.roles_of.get(party, frozenset())):
            rows.extend(_of_holder(party, roles[name], facts))
    return rows


def _of_holder(party: str, role: Role, facts: Facts) -> Iterator[dict[str, Any]]:
    spells = [spell for spell in facts.spells if spell.party == party]
    words = [word for word in facts.words if word.party in ("*", party, role.name)]
    lasting = [(fact.since, fact.until) for fact in spells] + [(word.since, word.until) for word in words]
    cuts = sorted({moment for ends in lasting for moment in ends})
    pieces: list[tuple[int, int, Rights, str]] = []
    for since, until in pairwise(cuts):
        ties = frozenset(spell.kind for spell in spells if spell.since <= since < spell.until)
        said = [word for word in words if word.since <= since < word.until]
        found = rights(role, ties, _consented(said), _opposed(said)) if ties else Rights()
        if pieces and pieces[-1][2] == found and pieces[-1][1] == since:
            pieces[-1] = (pieces[-1][0], until, found, pieces[-1][3])
        else:
            pieces.append((since, until, found, ", ".join(sorted(ties))))
    for since, until, found, why in pieces:
        if until > since and (found.sees or found.own):
            yield from _rows(party, role.name, since, until, found, why)


def _consented(said: Iterable[ConsentStatement]) -> frozenset[str]:
    """Sections agreed to: for this party, or by name; a permit that names neither agrees to nothing that asks."""
    permits = [word for word in said if word.effect == "permit"]
    if any(word.section == "*" and word.party != "*" for word in permits):
        return _ALL_SECTIONS
    return frozenset(word.section for word in permits if word.section != "*")


def _opposed(said: Iterable[ConsentStatement]) -> frozenset[str]:
    return frozenset(word.section for word in said if word.effect == "deny")


class _Everything(frozenset[str]):
    """All sections, as a set that contains any name."""

    def __contains__(self, name: object) -> bool:
        return True


_ALL_SECTIONS: frozenset[str] = _Everything()


def _rows(party: str, role: str, since: int, until: int, found: Rights, why: str) -> Iterator[dict[str, Any]]:
    common = {"party": party, "role": role, "since": since, "until": min(until, EVER), "why": why[:120]}
    yield common | {
        "domains": ALL_DOMAINS,
        "sees": found.sees & ~found.limited,
        "own": found.own,
        "writes": found.writes & ~found.limited,
        "own_writes": found.own_writes,
    }
    if found.limited:
        yield common | {"domains": found.domains, "sees": found.sees, "own": 0, "writes": found.writes, "own_writes": 0}
