"""Summaries hold what the definitions mark, and stay R4."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.conformance import check
from hub.domain.errors import Invalid
from hub.fhir import dumps, get_structure, loads
from hub.fhir.summary import list_element_names, load_summaries, select_elements, summarize
from tests import r4
from tests.hub.fhir.summary_table import table

TASK = {
    "resourceType": "Task",
    "id": "t",
    "meta": {"versionId": "1"},
    "contained": [{"resourceType": "Patient", "id": "p"}],
    "extension": [{"url": "urn:x", "valueCode": "y"}],
    "status": "requested",
    "_status": {"id": "s"},
    "intent": "order",
    "code": {"id": "c", "text": "Portage de repas", "extension": [{"url": "urn:x", "valueCode": "y"}]},
    "note": [{"text": "a"}],
    "owner": {"reference": "Organization/o"},
    "restriction": {"repetitions": 1},
    "input": [{"type": {"text": "a"}, "valueBoolean": False}],
}


@r4.needs_data
def test_the_table_is_that_of_the_definitions():
    expected = {kind: frozenset(words) for kind, words in table().items()}
    assert load_summaries() == expected


def test_a_summary_keeps_what_is_marked_and_what_is_mandatory():
    assert summarize(TASK) == {
        "resourceType": "Task",
        "id": "t",
        "meta": {"versionId": "1"},
        "status": "requested",
        "intent": "order",
        "code": {"text": "Portage de repas"},
        "owner": {"reference": "Organization/o"},
    }


def test_a_summary_goes_into_what_it_keeps():
    consent = {
        "resourceType": "Consent",
        "scope": {"text": "x"},
        "provision": {"type": "deny", "actor": [{"role": {"text": "a"}}], "purpose": [{"code": "TREAT"}]},
        "verification": [{"verified": False, "verificationDate": "2026-01-01"}, {"verified": True}],
        "sourceAttachment": {"data": "AAAA"},
    }
    found = summarize(consent)
    assert found["provision"] == {"type": "deny", "purpose": [{"code": "TREAT"}]}
    assert found["verification"] == [{"verified": False}, {"verified": True}]
    # Nothing of it is in the summary: no empty object is left.
    assert "sourceAttachment" not in found


def test_texts_that_have_no_value_are_left_out_with_what_stands_beside():
    patient = {"resourceType": "Patient", "name": [{"given": ["a", None], "_given": [None, {"id": "x"}]}, {"id": "n"}]}
    assert summarize(patient)["name"] == [{"given": ["a"]}]


def test_a_type_outside_the_table_has_no_summary():
    with pytest.raises(KeyError):
        summarize({"resourceType": "Medication"})


def test_elements_are_kept_whole_beside_what_is_mandatory():
    kept = select_elements(TASK, frozenset({"code", "note"}))
    assert set(kept) == {"resourceType", "id", "meta", "status", "_status", "intent", "code", "note"}
    assert kept["code"] == TASK["code"]


def test_a_choice_is_named_with_its_type_or_without():
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {},
        "valueBoolean": True,
        "_valueBoolean": {"id": "v"},
    }
    assert select_elements(observation, frozenset({"value"})) == observation
    assert select_elements(observation, frozenset({"valueBoolean"})) == observation
    assert "valueBoolean" not in select_elements(observation, frozenset({"valueQuantity"}))
    assert {"value", "valueBoolean", "status"} <= list_element_names("Observation")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(sorted(r4.TYPES)).flatmap(r4.generated))
def test_what_is_left_is_of_r4_s_structure(resource):
    """A rule that asks for what is left out may break, which SUBSETTED says; the structure holds."""
    sent = loads(dumps(resource))
    shape = get_structure(sent["resourceType"])
    for left in (summarize(sent), select_elements(sent, frozenset())):
        assert set(left) <= set(sent)
        assert set(shape.required) <= set(left)
        try:
            check(left)
        except Invalid as error:
            assert {problem.code[:3] for problem in error.problems} == {"r4-"}, error
    assert select_elements(sent, frozenset(shape.elements)) == sent
    assert summarize(summarize(sent)) == summarize(sent)
