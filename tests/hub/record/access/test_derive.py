"""Grants from facts: where time is cut, what wins, and since when (`docs/parts.md` 12–16)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.policy import ALL_DOMAINS, Rights, compute_rights
from hub.domain.roles import load_roles
from hub.domain.sections import load_sections
from hub.record.access.account_party import build_account_party
from hub.record.access.derive import ConsentStatement, Facts, MaskPeriod, TiePeriod, derive
from hub.record.tables.base import EVER

PLACES = load_sections()
SAAD, CMP, DAC = "Organization/saad", "Organization/cmp", "Organization/dac"
ROLES_OF = {SAAD: frozenset({"saad"}), CMP: frozenset({"psy_cmp"}), DAC: frozenset({"guichet", "gestionnaire"})}


def rows(spells: Iterable[TiePeriod], words: Iterable[ConsentStatement] = ()) -> list[dict[str, Any]]:
    return derive(Facts(tuple(spells), tuple(words), ROLES_OF), load_roles())


def at(found: list[dict[str, Any]], party: str, role: str, moment: int) -> int:
    """What `party` in `role` sees at `moment`, all domains together."""
    mask = 0
    for row in found:
        if (row["party"], row["role"]) == (party, role) and row["since"] <= moment < row["until"]:
            mask |= row["sees"]
    return mask


def test_a_tie_opens_from_its_beginning_to_its_end() -> None:
    assert rows([TiePeriod(SAAD, "circle", 10, 20)]) == [
        {
            "party": SAAD,
            "role": "saad",
            "since": 10,
            "until": 20,
            "why": "circle",
            "domains": ALL_DOMAINS,
            "sees": compute_rights(load_roles()["saad"], frozenset({"circle"})).sees,
            "own": compute_rights(load_roles()["saad"], frozenset()).own,
            "writes": 0,
            "own_writes": compute_rights(load_roles()["saad"], frozenset()).own_writes,
        }
    ]


def test_no_facts_no_grants() -> None:
    assert rows([]) == []
    assert rows([], [ConsentStatement("permit", SAAD, "*", 0, EVER)]) == []  # a permit is no tie
    assert rows([TiePeriod("Organization/unknown", "circle", 0, EVER)]) == []


def test_each_role_of_a_party_has_its_own() -> None:
    found = rows([TiePeriod(DAC, "circle", 5, EVER), TiePeriod(DAC, "desk", 5, EVER)])
    assert {row["role"] for row in found} == {"guichet", "gestionnaire"}
    assert at(found, DAC, "guichet", 5) & PLACES.whole("goals") == 0
    assert at(found, DAC, "gestionnaire", 5) & PLACES.whole("goals") == PLACES.whole("goals")


def test_ties_that_overlap_are_one_piece_when_they_open_the_same() -> None:
    found = rows([TiePeriod(SAAD, "circle", 0, 10), TiePeriod(SAAD, "circle", 5, 15)])
    assert [(row["since"], row["until"]) for row in found] == [(0, 15)]


def test_time_is_cut_where_rights_change_and_since_says_when() -> None:
    found = rows(
        [TiePeriod(SAAD, "asked", 0, 10), TiePeriod(SAAD, "circle", 10, EVER), TiePeriod(SAAD, "stake", 0, EVER)]
    )
    assert [(row["since"], row["until"]) for row in found] == [(0, 10), (10, EVER)]
    assert at(found, SAAD, "saad", 3) == PLACES.place("identity.usual")


def test_an_agreement_for_a_section_opens_to_all_that_wait_for_it() -> None:
    circle = [TiePeriod(DAC, "circle", 0, EVER), TiePeriod(SAAD, "circle", 0, EVER)]
    found = rows(circle, [ConsentStatement("permit", "*", "psychiatric", 10, 20)])
    asked = PLACES.whole("psychiatric")
    assert [at(found, DAC, "gestionnaire", moment) & asked for moment in (9, 10, 19, 20)] == [0, asked, asked, 0]
    assert at(found, SAAD, "saad", 15) & asked == 0


def test_an_agreement_for_a_party_opens_to_it_alone() -> None:
    circle = [TiePeriod(DAC, "circle", 0, EVER), TiePeriod("Organization/ssiad", "circle", 0, EVER)]
    facts = Facts(
        tuple(circle),
        (ConsentStatement("permit", DAC, "*", 0, EVER),),
        {**ROLES_OF, "Organization/ssiad": frozenset({"ssiad"})},
    )
    found = derive(facts, load_roles())
    assert at(found, DAC, "gestionnaire", 1) & PLACES.whole("psychiatric")
    assert not at(found, "Organization/ssiad", "ssiad", 1) & PLACES.whole("psychiatric")


def test_a_permit_that_names_neither_party_nor_section_opens_nothing_that_asks() -> None:
    found = rows([TiePeriod(DAC, "circle", 0, EVER)], [ConsentStatement("permit", "*", "*", 0, EVER)])
    assert not at(found, DAC, "gestionnaire", 1) & PLACES.whole("psychiatric")


def test_opposition_beats_circle_and_agreement_in_its_time() -> None:
    circle, agreed = TiePeriod(DAC, "circle", 0, EVER), ConsentStatement("permit", DAC, "*", 0, EVER)
    for party in (DAC, "*", "gestionnaire"):
        found = rows([circle], [agreed, ConsentStatement("deny", party, "*", 10, 20)])
        seen = [bool(at(found, DAC, "gestionnaire", moment)) for moment in (9, 10, 19, 20)]
        assert seen == [True, False, False, True]
    other = rows([circle], [ConsentStatement("deny", SAAD, "*", 10, 20)])
    assert at(other, DAC, "gestionnaire", 15)


def test_opposition_to_a_section_closes_that_section() -> None:
    found = rows([TiePeriod(CMP, "circle", 0, EVER)], [ConsentStatement("deny", CMP, "medical", 0, EVER)])
    assert not at(found, CMP, "psy_cmp", 1) & PLACES.whole("medical")
    assert at(found, CMP, "psy_cmp", 1) & PLACES.whole("psychiatric")


def test_ones_own_stays_after_the_circle() -> None:
    found = rows([TiePeriod(SAAD, "circle", 0, 10), TiePeriod(SAAD, "stake", 5, EVER)])
    after = [row for row in found if row["since"] <= 12 < row["until"]]
    assert [row["sees"] for row in after] == [0]
    assert after[0]["own"] == compute_rights(load_roles()["saad"], frozenset()).own


def test_what_is_by_domain_stands_in_a_row_of_its_own() -> None:
    found = rows([TiePeriod(CMP, "circle", 0, EVER)])
    everywhere, limited = sorted(found, key=lambda row: -row["domains"])
    assert everywhere["domains"] == ALL_DOMAINS
    assert not everywhere["sees"] & PLACES.whole("assessments")
    assert limited["domains"] == sum(PLACES.domains[name] for name in ("psy", "sante", "coordination"))
    assert limited["sees"] & PLACES.whole("assessments") == PLACES.whole("assessments")
    assert (limited["own"], limited["own_writes"]) == (0, 0)
    assert everywhere["since"] == limited["since"]


# --- Whatever the facts ---------------------------------------------------------------------------------------------

moments = st.integers(0, 30)
ends = moments | st.just(EVER)
parties = st.sampled_from([SAAD, CMP, DAC])
spells = st.builds(
    TiePeriod,
    parties,
    st.sampled_from(["circle", "stay", "desk", "hub", "self", "close", "asked", "oriented", "stake"]),
    moments,
    ends,
)
words = st.builds(
    ConsentStatement,
    st.sampled_from(["permit", "deny"]),
    parties | st.sampled_from(["*", "saad", "psy_cmp", "gestionnaire"]),
    st.sampled_from(["*", "psychiatric", "medical", "identity", "financial"]),
    moments,
    ends,
)


@given(st.lists(spells, max_size=8), st.lists(words, max_size=6), st.integers(-1, 31))
def test_at_any_moment_a_holder_has_what_the_facts_of_that_moment_open(
    some: list[TiePeriod], said: list[ConsentStatement], moment: int
) -> None:
    found = rows(some, said)
    for party, names in ROLES_OF.items():
        for name in names:
            wanted = _rights(party, name, some, said, moment)
            assert at(found, party, name, moment) == wanted.sees


def _rights(party: str, name: str, some: list[TiePeriod], said: list[ConsentStatement], moment: int) -> Rights:
    ties = {s.kind for s in some if s.party in (party, f"role:{name}") and s.since <= moment < s.until}
    if not ties or party not in {s.party for s in some}:
        return Rights()
    mine = [w for w in said if w.party in ("*", party, name) and w.since <= moment < w.until]
    permits = [w for w in mine if w.effect == "permit"]
    consented = {w.section for w in permits if w.section != "*"}
    if any(w.section == "*" and w.party != "*" for w in permits):
        consented = {section.name for section in PLACES.all}
    opposed = {w.section for w in mine if w.effect == "deny"}
    return compute_rights(load_roles()[name], frozenset(ties), frozenset(consented), frozenset(opposed))


@given(st.lists(spells, max_size=8), st.lists(words, max_size=6))
def test_rows_of_a_holder_do_not_overlap_and_none_is_empty(some: list[TiePeriod], said: list[ConsentStatement]) -> None:
    by_holder: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for row in rows(some, said):
        assert row["since"] < row["until"]
        by_holder.setdefault((row["party"], row["role"], row["domains"]), []).append(row)
    for one in by_holder.values():
        ordered = sorted(one, key=lambda row: int(row["since"]))
        assert all(a["until"] <= b["since"] for a, b in pairwise(ordered))


@given(st.lists(spells, max_size=8), st.lists(words, max_size=6), st.randoms())
def test_the_order_of_facts_does_not_matter(some: list[TiePeriod], said: list[ConsentStatement], random: Any) -> None:
    mixed_spells, mixed_words = list(some), list(said)
    random.shuffle(mixed_spells)
    random.shuffle(mixed_words)
    assert rows(some, said) == rows(mixed_spells, mixed_words)


# --- Accounts --------------------------------------------------------------------------------------------------------

NADIA = "nadia"
CONTEXTS = {NADIA: frozenset({(DAC, "gestionnaire"), (SAAD, "saad")})}
OWN = build_account_party(NADIA, DAC, "gestionnaire")


def account_rows(
    ties: Iterable[TiePeriod], statements: Iterable[ConsentStatement] = (), masks: Iterable[MaskPeriod] = ()
) -> list[dict[str, Any]]:
    facts = Facts(tuple(ties), tuple(statements), ROLES_OF, tuple(masks), CONTEXTS)
    return [row for row in derive(facts, load_roles()) if row["party"].startswith("Account/")]


def test_an_account_without_facts_of_its_own_has_no_rows() -> None:
    """Colleagues in one role see the same: what they see is their organisation's."""
    assert account_rows([TiePeriod(DAC, "circle", 0, EVER)]) == []


def test_what_an_account_holds_is_of_one_context() -> None:
    found = account_rows([TiePeriod(OWN, "circle", 10, 20), TiePeriod(SAAD, "circle", 0, EVER)])
    assert {(row["party"], row["role"]) for row in found} == {(OWN, "gestionnaire")}
    assert (
        at(found, OWN, "gestionnaire", 10) == compute_rights(load_roles()["gestionnaire"], frozenset({"circle"})).sees
    )
    assert [at(found, OWN, "gestionnaire", moment) for moment in (9, 20)] == [0, 0]


def test_words_to_the_organisation_and_the_role_bind_the_account() -> None:
    tie = TiePeriod(OWN, "circle", 0, EVER)
    for party in (DAC, "gestionnaire", "*"):
        found = account_rows([tie], [ConsentStatement("deny", party, "medical", 10, 20)])
        seen = [bool(at(found, OWN, "gestionnaire", moment) & PLACES.whole("medical")) for moment in (9, 10, 19, 20)]
        assert seen == [True, False, False, True]
    agreed = account_rows([tie], [ConsentStatement("permit", DAC, "psychiatric", 10, EVER)])
    assert at(agreed, OWN, "gestionnaire", 10) & PLACES.whole("psychiatric")
    others = account_rows([tie], [ConsentStatement("deny", SAAD, "medical", 0, EVER)])
    assert at(others, OWN, "gestionnaire", 10) & PLACES.whole("medical")


def test_when_its_own_tie_ends_the_account_goes_on_with_what_its_organisation_sees_since_then() -> None:
    """Else `since` would fall back to that of the organisation, and the version with it (`docs/parts.md` 18)."""
    found = account_rows([TiePeriod(DAC, "asked", 0, EVER), TiePeriod(OWN, "circle", 10, 20)])
    assert sorted({(row["since"], row["until"]) for row in found}) == [(10, 20), (20, EVER)]
    assert at(found, OWN, "gestionnaire", 20) == PLACES.place("identity.usual")


def test_a_masked_account_has_nothing_and_begins_anew_when_the_mask_ends() -> None:
    ties = [TiePeriod(DAC, "circle", 0, EVER), TiePeriod(OWN, "stay", 5, EVER)]
    found = account_rows(ties, (), [MaskPeriod(NADIA, 10, 20)])
    assert sorted({(row["since"], row["until"]) for row in found}) == [(0, 10), (20, EVER)]
    only_masked = account_rows(ties[:1], (), [MaskPeriod(NADIA, 10, 20)])
    assert sorted({(row["since"], row["until"]) for row in only_masked}) == [(20, EVER)]
    assert account_rows(ties, (), [MaskPeriod(NADIA, 0, EVER)]) == []
    assert not account_rows([TiePeriod(SAAD, "circle", 0, 10)], (), [MaskPeriod(NADIA, 20, EVER)])


@given(
    st.lists(
        st.builds(
            TiePeriod, st.sampled_from([DAC, OWN]), st.sampled_from(["circle", "desk", "asked", "stake"]), moments, ends
        ),
        max_size=8,
    ),
    st.lists(words, max_size=6),
    st.lists(st.builds(MaskPeriod, st.just(NADIA), moments, ends), max_size=3),
    st.integers(-1, 31),
)
def test_since_never_falls_back_when_what_an_account_sees_changes(
    ties: list[TiePeriod], said: list[ConsentStatement], masks: list[MaskPeriod], moment: int
) -> None:
    """Of the rows of either holder that are valid, the latest `since` is not before that of any earlier moment."""
    facts = Facts(tuple(ties), tuple(said), ROLES_OF, tuple(masks), CONTEXTS)
    held = [row for row in derive(facts, load_roles()) if row["party"] in (DAC, OWN) and row["role"] == "gestionnaire"]

    def latest(now: int) -> int:
        is_masked = any(mask.since <= now < mask.until for mask in masks)
        return (
            -1 if is_masked else max((row["since"] for row in held if row["since"] <= now < row["until"]), default=-1)
        )

    def sees(now: int) -> int:
        is_masked = any(mask.since <= now < mask.until for mask in masks)
        rows_now = [row for row in held if row["since"] <= now < row["until"]]
        return 0 if is_masked else reduce(or_, (row["sees"] for row in rows_now), 0)

    before, now = latest(moment), latest(moment + 1)
    assert now == -1 or before <= now
    if sees(moment) != sees(moment + 1) and now != -1:
        assert now == moment + 1
