"""What each kind of parameter takes as a value."""

from __future__ import annotations

import pytest

from hub.domain.errors import Invalid
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.values import composite_of, condition_of, modifiers_of

OBSERVATION = PARAMETERS["Observation"]


def test_an_escaped_comma_is_no_comma() -> None:
    found = condition_of("identifier", "", "a\\,b,c\\\\,d", PARAMETERS["Task"]["identifier"])
    assert found.values == ("a,b", "c\\", "d")


def test_a_composite_is_alternatives_of_its_components() -> None:
    both = OBSERVATION["code-value-quantity"]
    found = composite_of("Observation", both, "urn:x|a\\$b$gt3|urn:u|mg,c$5")
    assert [[part.values for part in parts] for parts in found.alternatives] == [
        [("urn:x|a$b",), ("gt3|urn:u|mg",)],
        [("c",), ("5",)],
    ]
    for wrong in ("a", "a$", "$5", "a$b", "a$5$6", ",", "a$5|mg"):
        with pytest.raises(Invalid, match="parameter-value@code-value-quantity"):
            composite_of("Observation", both, wrong)
    assert modifiers_of("Observation", both) == ()


@pytest.mark.parametrize("value", ["", "x", "5|mg", "5|a|b|c", "gtx", "nan", "5,x"])
def test_a_quantity_is_a_number_with_or_without_its_unit(value: str) -> None:
    with pytest.raises(Invalid, match="parameter-value@value-quantity"):
        condition_of("value-quantity", "", value, OBSERVATION["value-quantity"])
