"""The table of places, held to the sections, to R4's structure and to R4's invariants (`docs/parts.md` 8)."""

from __future__ import annotations

import re

import pytest

from hub.conformance import TYPES as KEPT
from hub.domain.sections import sections
from hub.fhir import structure
from hub.slices import RULES, TYPES
from tests import r4
from tests.sights import every_sight

# What a rule may say instead of a place, with what decides then.
DECIDED = {"spine", "own-words", "by-code", "titles", "by-document", "by-target", "target"}

# Error-level invariants over two places, and why no slice breaks them.
SPANNING = {
    (
        "ServiceRequest",
        "prr-1",
    ): "orderDetail is seen through a reading or a stake that shows the code too (test below)",
}


def test_every_kept_type_has_a_rule() -> None:
    assert TYPES == KEPT


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_rule_names_places_and_elements_that_exist(kind: str) -> None:
    rule, shape = RULES[kind], structure(kind)
    places = {rule.rest, *rule.elements.values()} | ({rule.entry} if rule.entry else set())
    assert places - DECIDED <= set(sections().bits)
    named = {*rule.elements, *rule.spine, *rule.by_item, *rule.bearers, *rule.handed}
    assert named <= set(shape.elements)
    person = rule.person.partition(".")[0]
    assert person in {"", "id"} | set(shape.elements)


@r4.needs_data
@pytest.mark.parametrize("kind", sorted(TYPES))
def test_no_error_level_invariant_spans_two_places(kind: str) -> None:
    for key, expression in r4.error_invariants(kind).items():
        if key.startswith(("dom-", "ele-", "ext-")):
            continue
        places = {_place(kind, name) for name in _mentioned(kind, expression)}
        assert len(places) <= 1 or (kind, key) in SPANNING, key


def _mentioned(kind: str, expression: str) -> set[str]:
    """The top-level elements of an expression: names that follow no dot, outside `where(…)`."""
    outside = re.sub(r"where\((?:[^()]|\([^()]*\))*\)", "", expression).replace(f"{kind}.", "")
    words = set(re.findall(r"(?<![.\w'])[a-z]\w*", outside))
    return {e.name for e in structure(kind).elements.values() if e.name in words or (e.choice and e.choice in words)}


def _place(kind: str, element: str) -> str:
    rule = RULES[kind]
    return "spine" if element in rule.spine else rule.elements.get(element, rule.rest)


def test_the_mentioned_elements_are_found() -> None:
    said = "abatement.empty() or clinicalStatus.coding.where(system='x' and (code='resolved' or code='y')).exists()"
    assert _mentioned("Condition", said) == {
        "clinicalStatus", "abatementDateTime", "abatementAge", "abatementPeriod", "abatementRange", "abatementString",
    }  # fmt: skip


def test_who_sees_the_words_of_a_request_sees_its_code() -> None:
    """The exception of prr-1: `received` and `tasks` never come without `tasks.titles`."""
    places = sections()
    title, words = places.place("tasks.titles"), places.places(("tasks", "received"))
    for access in every_sight():
        for mask in (access.on_person.sees, access.on_person.own):
            assert not mask & words or mask & title
