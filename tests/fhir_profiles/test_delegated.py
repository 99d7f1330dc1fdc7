"""What the hub makes of an accepted plan, and of the end of its actions, keeps the profiles of both."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from fhir_profiles.definitions import load_by_url
from hub.conformance import validate
from hub.delegation import close_parent, delegate, withdraw_children
from hub.slices import load_labels
from tests.fhir_profiles.corpus import EXAMPLES
from tests.hub.delegation.plans import HELPERS, HUB, NOW, NURSES, activity, counter, domain

OURS = f"{codes.BASE}StructureDefinition/"
LATER = "2026-12-01T09:00:00+01:00"


def faults(resource: Any, profile: str) -> list[Any]:
    assert OURS + profile in load_by_url("StructureDefinition")
    return validate(dict(resource), [OURS + profile], load_labels().extensions.keys(), to_write=True)


@pytest.fixture
def made() -> Any:
    """The example's plan, still a draft, with two activities to hand on."""
    drafted = EXAMPLES["care-plan"] | {"status": "draft"}
    extended = activity(HELPERS, scheduledPeriod={"end": "2027-01-31"}) | {"extension": [domain("aide-domicile")]}
    drafted["activity"] = [activity(NURSES), extended]
    referral = EXAMPLES["referral"]
    return delegate(drafted, EXAMPLES["intake-task"], referral, now=NOW, new_id=counter(), hub=HUB)


def test_a_delegated_plan(made: Any) -> None:
    assert faults(made.plan, "care-plan") == []
    kinds = {"ServiceRequest": "delegated-request", "Task": "partner-task"}
    assert {one["resourceType"] for one in made.resources} == set(kinds)
    for one in made.resources:
        assert faults(one, kinds[one["resourceType"]]) == []


@pytest.mark.parametrize(
    "statuses", [("completed", "rejected"), ("rejected", "cancelled"), ("in-progress", "requested")]
)
def test_what_the_ends_of_actions_bring(made: Any, statuses: tuple[str, str]) -> None:
    tasks = [dict(one) for one in made.resources if one["resourceType"] == "Task"]
    children = [one | {"status": status} for one, status in zip(tasks, statuses, strict=True)]
    parent = close_parent(EXAMPLES["intake-task"], children, LATER)
    assert parent is not None
    assert faults(parent, "intake-task") == []
    for child in withdraw_children(children, LATER):
        assert faults(child, "partner-task") == []
