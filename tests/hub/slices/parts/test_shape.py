from __future__ import annotations

import pytest

from hub.domain.resource_types import TYPES
from hub.fhir import get_structure
from hub.slices.parts.shape import list_item_arrays, list_required_elements


@pytest.mark.parametrize(
    ("kind", "required"),
    [
        ("Task", {"status", "intent"}),
        ("Goal", {"lifecycleStatus", "description", "subject"}),
        ("Coverage", {"status", "beneficiary", "payor"}),
        ("MedicationStatement", {"status", "subject", "medicationCodeableConcept", "medicationReference"}),
        ("AuditEvent", {"type", "recorded", "agent", "source"}),
        ("Patient", set()),
    ],
)
def test_required_elements_are_those_of_r4(kind: str, required: set[str]) -> None:
    assert list_required_elements(kind) == required


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_array_of_references_is_stored_by_item_and_no_primitive_one_is(kind: str) -> None:
    """Else a hidden item would take its visible neighbours with it; a primitive array goes with its `_x` partner."""
    arrays = {element for element in get_structure(kind).elements.values() if element.many}
    by_item = list_item_arrays(kind)
    assert {element.name for element in arrays if element.kind in ("Reference", "Annotation", "Identifier")} <= by_item
    assert not {element.name for element in arrays if element.primitive} & by_item


def test_references_are_found_at_any_depth() -> None:
    assert {"participant", "note", "extension"} <= list_item_arrays("CareTeam")
    assert {"activity", "goal"} <= list_item_arrays("CarePlan")
    assert {"input", "output"} <= list_item_arrays("Task")  # a Reference among the types of their value
    assert not {"category", "telecom"} & list_item_arrays("CareTeam")
    assert "contained" in list_item_arrays("CareTeam")
