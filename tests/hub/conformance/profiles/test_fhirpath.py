"""A rule holds when it is true; nothing and "perhaps" are not true."""

import pytest

from hub.conformance.profiles.fhirpath import holds

TASK = {"resourceType": "Task", "status": "completed", "output": [{"valueString": "x"}], "focus": {"reference": "#a"}}


@pytest.mark.parametrize(
    ("expression", "true"),
    [
        ("output.exists()", True),
        ("note.exists()", False),
        ("note.text = 'x'", False),
        ("output.value = 'x'", True),
        ("status in ('completed' | 'failed')", True),
        ("%resource.status = 'completed'", True),
    ],
)
def test_of_a_resource(expression, true):
    assert holds(expression, TASK, "Task", TASK) is true


def test_of_an_element_and_of_a_primitive_in_it():
    assert holds("reference.startsWith('#')", TASK["focus"], "Task.focus", TASK)
    assert holds("matches('^comp')", "completed", "Task.status", TASK)
    assert holds("%resource.output.exists()", TASK["focus"], "Task.focus", TASK)
