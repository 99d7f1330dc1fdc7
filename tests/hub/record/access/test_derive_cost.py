"""`derive` sweeps time once: it says what the plain definition says, at a cost that grows with the facts and not their square."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.policy import Rights, compute_rights
from hub.domain.roles import Role, load_roles
from hub.record.access import derive as module
from hub.record.access.account_party import build_account_party, read_account
from hub.record.access.derive import ConsentStatement, Facts, MaskPeriod, TiePeriod, derive
from hub.record.tables.base import EVER

SAAD, CMP, DAC = "Organization/saad", "Organization/cmp", "Organization/dac"
ROLES_OF = {SAAD: frozenset({"saad"}), CMP: frozenset({"psy_cmp"}), DAC: frozenset({"guichet", "gestionnaire"})}
NADIA = "nadia"
CONTEXTS = {NADIA: frozenset({(DAC, "gestionnaire"), (SAAD, "saad")})}
OWN = build_account_party(NADIA, DAC, "gestionnaire")
KINDS = ("circle", "stay", "desk", "hub", "self", "close", "asked", "oriented", "stake", "stake", "stake")


def plain(facts: Facts) -> list[dict[str, Any]]:
    """The definition: time is cut at every moment of every fact, and every fact is looked at in every piece."""
    rows: list[dict[str, Any]] = []
    roles = load_roles()
    for party in sorted({tie.party for tie in facts.ties}):
        for name in sorted(facts.roles_of.get(party, frozenset())):
            ties = [tie for tie in facts.ties if tie.party == party]
            for piece in pieces(roles[name], party, ties, facts.statements, ()):
                rows += module._build_rows(party, name, piece)
    for account in sorted({read_account(tie.party) for tie in facts.ties} | {mask.account for mask in facts.masks}):
        for party, name in sorted(facts.contexts_of.get(account, frozenset())):
            own_party = build_account_party(account, party, name)
            own = [tie for tie in facts.ties if tie.party == own_party]
            masks = [mask for mask in facts.masks if mask.account == account]
            if not own and not masks:
                continue
            begins = min([tie.since for tie in own] + [mask.since for mask in masks])
            ties = [tie for tie in facts.ties if tie.party in (own_party, party)]
            for piece in pieces(roles[name], party, ties, facts.statements, masks):
                if piece.until > begins:
                    rows += module._build_rows(own_party, name, piece)
    return rows


def pieces(
    role: Role, party: str, ties: Sequence[TiePeriod], said: Iterable[ConsentStatement], masks: Sequence[MaskPeriod]
) -> Iterator[module._Piece]:
    mine = [statement for statement in said if statement.party in ("*", party, role.name)]
    every: list[Any] = [*ties, *mine, *masks]
    found: list[module._Piece] = []
    for since, until in pairwise(sorted({moment for fact in every for moment in (fact.since, fact.until)})):
        kinds = frozenset(tie.kind for tie in ties if tie.since <= since < tie.until)
        valid = [statement for statement in mine if statement.since <= since < statement.until]
        rights = Rights()
        if kinds and not any(mask.since <= since < mask.until for mask in masks):
            consented = module._find_consented_sections(valid)
            rights = compute_rights(role, kinds, consented, module._find_opposed_sections(valid))
        if found and found[-1].rights == rights:
            found[-1] = found[-1]._replace(until=until)
        else:
            found.append(module._Piece(since, until, rights, ", ".join(sorted(kinds))))
    yield from (piece for piece in found if piece.rights.sees or piece.rights.own)


def random_facts(random: Random) -> Facts:
    """Some facts whose periods touch, overlap, repeat, are empty or end before they begin."""

    def period() -> tuple[int, int]:
        return random.randint(0, 12), random.choice([EVER, *range(13)])

    ties = [
        TiePeriod(random.choice([SAAD, CMP, DAC, DAC, OWN]), random.choice(KINDS), *period())
        for _ in range(random.randint(0, 12))
    ]
    said = [
        ConsentStatement(
            random.choice(["permit", "deny"]),
            random.choice([SAAD, CMP, DAC, "*", "saad", "psy_cmp", "gestionnaire"]),
            random.choice(["*", "psychiatric", "medical", "identity", "financial"]),
            *period(),
        )
        for _ in range(random.randint(0, 5))
    ]
    masks = [MaskPeriod(NADIA, *period()) for _ in range(random.choice([0, 0, 1, 2]))]
    return Facts(tuple(ties), tuple(said), ROLES_OF, tuple(masks), CONTEXTS)


@given(st.randoms(use_true_random=False))
def test_as_the_plain_definition_whatever_the_facts(random: Random) -> None:
    for _ in range(30):
        facts = random_facts(random)
        assert derive(facts, load_roles()) == plain(facts)


def count_calls(action: Callable[[], object]) -> int:
    """How many functions are called and generators resumed: the same on any machine."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(before)
    return calls


def test_twice_the_entries_cost_twice_and_not_four_times() -> None:
    def notes(number: int) -> Facts:
        ties = [TiePeriod(SAAD, "stake", 10 + day, EVER) for day in range(number)]
        ties += [TiePeriod(SAAD, "asked", 10 + 2 * day, 11 + 2 * day) for day in range(number)]
        return Facts((*ties, TiePeriod(SAAD, "circle", 0, EVER)), (), ROLES_OF)

    derive(notes(1), load_roles())
    small, large = (count_calls(lambda size=size: derive(notes(size), load_roles())) for size in (500, 1_000))  # type: ignore[misc]
    assert large < 2.2 * small
