"""What each kind of parameter takes as a value."""

from __future__ import annotations

import pytest

from hub.domain.errors import Invalid
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.values import list_modifiers, read_composite, read_values

OBSERVATION = PARAMETERS["Observation"]


def test_an_escaped_comma_is_no_comma() -> None:
    found = read_values("identifier", "", "a\\,b,c\\\\,d", PARAMETERS["Task"]["identifier"])
    assert found.values == ("a,b", "c\\", "d")


def test_a_composite_is_alternatives_of_its_components() -> None:
    both = OBSERVATION["code-value-quantity"]
    found = read_composite("Observation", both, "urn:x|a\\$b$gt3|urn:u|mg,c$5")
    assert [[part.values for part in parts] for parts in found.alternatives] == [
        [("urn:x|a$b",), ("gt3|urn:u|mg",)],
        [("c",), ("5",)],
    ]
    for wrong in ("a", "a$", "$5", "a$b", "a$5$6", ",", "a$5|mg"):
        with pytest.raises(Invalid, match="parameter-value@code-value-quantity"):
            read_composite("Observation", both, wrong)
    assert list_modifiers("Observation", both) == ()


@pytest.mark.parametrize("value", ["", "x", "5|mg", "5|a|b|c", "gtx", "nan", "5,x"])
def test_a_quantity_is_a_number_with_or_without_its_unit(value: str) -> None:
    with pytest.raises(Invalid, match="parameter-value@value-quantity"):
        read_values("value-quantity", "", value, OBSERVATION["value-quantity"])
