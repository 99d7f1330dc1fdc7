"""Three judges accept what the generator makes: our check, fhir.resources, and the published invariants."""

from __future__ import annotations

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from hub.conformance import check, make_admissible
from hub.domain.resource_types import TYPES
from hub.fhir import dumps, loads
from tests import r4

few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("name", sorted(TYPES))
@few
@given(data=st.data())
def test_generated_resources_are_valid_for_three_judges(name: str, data: st.DataObject) -> None:
    resource = data.draw(r4.generated(name))
    check(resource)
    assert loads(dumps(resource)) == resource
    assert make_admissible(resource, r4.EXTENSIONS) == resource
    get_fhir_model_class(name).model_validate(resource)
    if r4.shared_data() is not None:
        assert r4.violations(resource) == []


@pytest.mark.parametrize(
    ("name", "sign"), [("Task", "'extension'"), ("Task", "'contained'"), ("Observation", "0')"), ("Task", "'period'")]
)
def test_the_generator_reaches_what_is_rare(name: str, sign: str) -> None:
    """An extension, a contained resource, a decimal with a trailing zero, an element of an element."""
    patient = settings(max_examples=2000, deadline=None, database=None, phases=[Phase.generate])
    assert sign in str(find(r4.generated(name), lambda resource: sign in str(resource), settings=patient))
