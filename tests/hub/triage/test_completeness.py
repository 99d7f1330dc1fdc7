"""Which of the seven questions a demand answers."""

from __future__ import annotations

from typing import Any

import pytest

from hub.triage.completeness import QUESTIONS, measure_completeness

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"family": "Fictive"}],
    "address": [{"city": "Fictiville"}],
}
REQUEST: dict[str, Any] = {
    "resourceType": "ServiceRequest",
    "requester": {"reference": "Organization/chu"},
    "code": {"text": "Coordination"},
    "priority": "urgent",
    "reasonCode": [{"text": "Chutes répétées"}],
}
OTHERS = [{"resourceType": "Observation"}, {"resourceType": "Procedure"}]


def test_a_whole_demand_answers_all_seven() -> None:
    completeness = measure_completeness(REQUEST, PATIENT, OTHERS)
    assert (completeness.score, completeness.answered, completeness.missing) == (7, QUESTIONS, ())


def test_an_empty_demand_answers_none_and_lacks_who_and_what() -> None:
    completeness = measure_completeness({}, {})
    assert (completeness.score, completeness.missing, completeness.needed) == (0, QUESTIONS, ("qui", "quoi"))


@pytest.mark.parametrize(
    ("request_less", "patient_less", "others", "missing"),
    [
        ({"requester"}, (), OTHERS, ("qui",)),
        ((), {"name"}, OTHERS, ("qui",)),
        ((), {"address"}, OTHERS, ("ou",)),
        ({"priority"}, (), OTHERS, ("quand",)),
        ({"code"}, (), OTHERS, ()),
        ({"reasonCode"}, (), OTHERS, ("pourquoi",)),
        ({"code", "reasonCode"}, (), OTHERS, ("quoi", "pourquoi")),
        ((), (), OTHERS[:1], ("comment",)),
        ((), (), OTHERS[1:], ("combien",)),
    ],
)
def test_what_is_missing_has_a_name(
    request_less: Any, patient_less: Any, others: Any, missing: tuple[str, ...]
) -> None:
    request = {name: value for name, value in REQUEST.items() if name not in request_less}
    patient = {name: value for name, value in PATIENT.items() if name not in patient_less}
    assert measure_completeness(request, patient, others).missing == missing
