"""The judge itself is judged: it finds what R4 forbids, passes what R4 publishes, and says what it leaves out."""

from __future__ import annotations

import pytest

from tests import r4

pytestmark = r4.needs_data


def test_published_examples_break_no_invariant() -> None:
    examples = r4.r4_examples()
    assert len(examples) > 250
    assert {path.name: found for path, resource in examples if (found := r4.violations(resource))} == {}


def test_examples_are_fresh_copies() -> None:
    r4.r4_examples(["Task"])[0][1].clear()
    assert r4.r4_examples(["Task"])[0][1]["resourceType"] == "Task"


@pytest.mark.parametrize(
    ("elements", "broken"),
    [
        ({"valueQuantity": {"value": 1, "code": "kg"}}, ["qty-3@Observation.valueQuantity"]),
        ({"valueInteger": 1, "dataAbsentReason": {"text": "x"}}, ["obs-6@Observation"]),
        ({"subject": {"reference": "#x"}}, ["ref-1@Observation.subject"]),
        ({"referenceRange": [{"text": "x", "low": {}}]}, ["ele-1@Observation.referenceRange[0].low"]),
        ({"referenceRange": [{"age": {"low": {"value": 1}}}]}, ["obs-3@Observation.referenceRange[0]"]),
        ({"_status": {"extension": [{"url": "a:b"}]}}, ["ext-1@Observation._status.extension[0]"]),
        ({"contained": [{"resourceType": "Task", "meta": {"versionId": "1"}}]}, ["dom-4@Observation"]),
    ],
)  # fmt: skip
def test_broken_invariants_are_named_with_their_place(elements: r4.Resource, broken: list[str]) -> None:
    resource = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **elements}
    assert r4.violations(resource) == broken


def test_what_is_left_out_exists_and_is_counted() -> None:
    paths = [path for path in r4.elements() if path.split(".")[0] in r4.TYPES or path[0].isupper()]
    known = {key for path in paths for key in r4.error_invariants(path)}
    assert set(r4.NOT_JUDGED) <= known
    assert len(r4.NOT_JUDGED) == 10
