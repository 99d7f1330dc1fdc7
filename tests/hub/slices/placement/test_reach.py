"""Where a type or an element can stand at all: never less than where split puts it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.resource_types import TYPES
from hub.domain.sections import load_sections
from hub.record.search.index.parameters import PARAMETERS
from hub.slices import split
from hub.slices.placement.reach import get_element_places, get_type_places
from tests import r4
from tests.territory import PERSON, condition, consent, observation, person, request, task

PLACES = load_sections()


@pytest.mark.parametrize(
    ("kind", "element", "names"),
    [
        ("Patient", "birthDate", ["identity"]),
        ("Patient", "name", ["identity", "identity.usual"]),
        ("Patient", "gender", ["identity.usual"]),
        ("Coverage", "payor", ["rights"]),
        ("ServiceRequest", "reasonCode", ["tasks", "received"]),
        ("Condition", "code", ["medical.titles", "psychiatric", "received"]),
        ("Organization", "name", ["directory"]),
    ],
)
def test_the_places_of_an_element(kind: str, element: str, names: list[str]) -> None:
    assert sorted(PLACES.names(get_element_places(kind, element))) == sorted(names)


def test_what_stands_in_the_spine_may_stand_wherever_the_type_does() -> None:
    assert get_element_places("Task", "status") == get_type_places("Task")
    assert get_type_places("Task") & PLACES.place("tasks.titles")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(TYPES - {"Questionnaire"})).flatmap(r4.generated))
def test_no_part_stands_outside_the_places_of_its_type(resource: dict[str, Any]) -> None:
    kind = resource["resourceType"]
    for part in split(resource, {}):
        if part.content and not part.place.offer and "contained" not in part.ranked:
            assert part.place.needs & get_type_places(kind), PLACES.names(part.place.needs)


@pytest.mark.parametrize(
    "resource",
    [
        person(),
        task("a", extension=[]),
        request("r"),
        condition("c"),
        observation("o", "ald"),
        consent("permit", PERSON),
    ],
    ids=lambda resource: str(resource["resourceType"]),
)
def test_an_element_that_can_be_searched_stands_in_its_places(resource: dict[str, Any]) -> None:
    searched = {path.element for found in PARAMETERS[resource["resourceType"]].values() for path in found.paths}
    for part in split(resource, {}):
        for element in {*part.members, *part.ranked} & searched:
            if part.place.needs and not part.place.offer:
                assert part.place.needs & get_element_places(resource["resourceType"], element), element
