"""Parameters of operations, as their values reach the operation."""

import pytest

from hub.api.resources.parameters import get_simple_value
from hub.domain.errors import Invalid
from hub.fhir import loads


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b'{"name":"x","valueInteger":10}', "10"),
        (b'{"name":"x","valueDecimal":1.50}', "1.50"),
        (b'{"name":"x","valueBoolean":true}', "true"),
        (b'{"name":"x","valueBoolean":false}', "false"),
        (b'{"name":"x","valueString":"a,b"}', "a,b"),
    ],
)
def test_a_value_is_what_a_url_would_say(sent, text):
    assert get_simple_value("x", loads(sent)) == text


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "x"},
        {"name": "x", "valuePeriod": {"start": "2026"}},
        {"name": "x", "part": []},
        {"name": "x", "valueString": None},
        {"name": "x", "valueString": "a", "valueInteger": 1},
        {"name": "x", "resource": {}},
    ],
)
def test_no_value_several_or_a_composed_one_is_none(sent):
    with pytest.raises(Invalid, match="parameter-value@x"):
        get_simple_value("x", sent)
