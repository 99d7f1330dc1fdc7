from __future__ import annotations

from typing import Any

import pytest

from hub.slices.contained import list_local_names, points_inside


def test_names_are_those_of_what_is_contained_and_of_the_container() -> None:
    contained = [{"resourceType": "Organization", "id": "a"}, {"resourceType": "Practitioner", "id": "b"}]
    assert list_local_names({"contained": contained}) == {"#a", "#b", "#"}
    assert list_local_names({"resourceType": "Task"}) == frozenset()


@pytest.mark.parametrize(
    ("value", "inside"),
    [
        ({"reference": "#a"}, True),
        ([{"who": {"reference": "#a"}}], True),
        ("#a", True),  # a canonical
        ({"reference": "Task/a"}, False),
        ({"text": "#ab is no name"}, False),
        ([1, None, True], False),
    ],
)
def test_points_inside(value: Any, inside: bool) -> None:
    assert points_inside(value, frozenset({"#a"})) is inside
