"""The registry of resource types, held to the sections, to R4's structure and to R4's invariants (`docs/parts.md` 8)."""

from __future__ import annotations

import re

import pytest

from hub.domain.resource_types import MODULES, RESOURCE_TYPES, STORED_TYPES, TYPES
from hub.domain.sections import load_sections
from hub.fhir import RESOURCES, get_structure
from tests import r4
from tests.sights import every_sight

# What a placement may say instead of a place, with what decides then.
DECIDED = {"spine", "own-words", "by-code", "titles", "by-document", "by-target", "target"}

# Error-level invariants over two places, and why no slice breaks them.
SPANNING = {
    (
        "ServiceRequest",
        "prr-1",
    ): "orderDetail is seen through a reading or a stake that shows the code too (test below)",
}


def test_each_name_has_one_entry() -> None:
    entries = [entry for module in MODULES for entry in module.RESOURCE_TYPES]
    assert len(entries) == len(RESOURCE_TYPES)
    assert TYPES <= RESOURCES


def test_what_is_not_stored_is_written_by_the_hub() -> None:
    assert {"AuditEvent"} == TYPES - STORED_TYPES
    assert all(RESOURCE_TYPES[name].only_hub_writes for name in TYPES - STORED_TYPES)
    assert {name for name, entry in RESOURCE_TYPES.items() if entry.example is None} == {
        name for name, entry in RESOURCE_TYPES.items() if entry.only_hub_writes
    }


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_an_entry_names_places_and_elements_that_exist(kind: str) -> None:
    entry, shape = RESOURCE_TYPES[kind], get_structure(kind)
    placement = entry.placement
    places = {placement.rest, *placement.elements.values()} | ({placement.entry} if placement.entry else set())
    assert places - DECIDED <= set(load_sections().bits)
    named = {
        *placement.elements,
        *placement.core,
        *placement.by_item,
        *placement.attributed_by,
        *placement.shared_on_assignment,
        *entry.titles,
    }
    assert named <= set(shape.elements)
    person = placement.person.partition(".")[0]
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
    return {
        e.name for e in get_structure(kind).elements.values() if e.name in words or (e.choice and e.choice in words)
    }


def _place(kind: str, element: str) -> str:
    placement = RESOURCE_TYPES[kind].placement
    return "spine" if element in placement.core else placement.elements.get(element, placement.rest)


def test_the_mentioned_elements_are_found() -> None:
    said = "abatement.empty() or clinicalStatus.coding.where(system='x' and (code='resolved' or code='y')).exists()"
    assert _mentioned("Condition", said) == {
        "clinicalStatus", "abatementDateTime", "abatementAge", "abatementPeriod", "abatementRange", "abatementString",
    }  # fmt: skip


def test_who_sees_the_words_of_a_request_sees_its_code() -> None:
    """The exception of prr-1: `received` and `tasks` never come without `tasks.titles`."""
    places = load_sections()
    title, words = places.place("tasks.titles"), places.places(("tasks", "received"))
    for access in every_sight():
        for mask in (access.on_person.sees, access.on_person.own):
            assert not mask & words or mask & title
