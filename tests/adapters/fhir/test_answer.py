"""What the sender is told is a valid OperationOutcome that quotes nothing of the message."""

from __future__ import annotations

import json

from adapters.fhir.answer import render_outcome
from adapters.fhir.elements.parse import MAX_BYTES
from adapters.fhir.referral import read
from hub.domain.errors import HubError, Problem
from tests import r4
from tests.adapters.fhir.golden import CASES, raw


def refusal(message: bytes) -> tuple[Problem, ...]:
    try:
        read(message)
    except HubError as error:
        return error.problems
    raise AssertionError("it was read")


def test_success_names_the_task_and_carries_no_extension() -> None:
    told = json.loads(render_outcome("Task/abc"))
    (issue,) = told["issue"]
    assert (issue["severity"], issue["code"], issue["diagnostics"]) == ("information", "informational", "Task/abc")
    assert "extension" not in render_outcome("Task/abc").decode()


def test_each_problem_is_an_issue_with_its_place() -> None:
    problems = refusal(raw("bad-types-and-dates"))
    issues = json.loads(render_outcome(problems))["issue"]
    assert [issue["expression"] for issue in issues] == [[problem.where] for problem in problems]
    assert {issue["severity"] for issue in issues} == {"error"}


def test_the_whole_message_has_no_place() -> None:
    assert "expression" not in json.loads(render_outcome([Problem("json-malformed")]))["issue"][0]


def test_the_text_is_french_on_demand() -> None:
    assert json.loads(render_outcome("Task/1", "fr"))["issue"][0]["details"]["text"] == "La demande est reçue"


@r4.needs_data
def test_every_answer_keeps_the_invariants_of_r4() -> None:
    for case in (case for case in CASES if case.startswith("bad-")):
        assert r4.violations(json.loads(render_outcome(refusal(raw(case))))) == []
    assert r4.violations(json.loads(render_outcome("Task/1"))) == []


def test_no_value_of_the_message_comes_back() -> None:
    secret = "Zyxwvut"
    body = {
        "resourceType": "ServiceRequest",
        "status": secret,
        "intent": secret,
        "priority": secret,
        "authoredOn": secret,
    }
    body["subject"] = {"reference": secret, "display": secret}
    assert secret not in render_outcome(refusal(json.dumps(body).encode())).decode()


def test_too_long_too_deep_and_not_an_object() -> None:
    assert [p.code for p in refusal(b" " * (MAX_BYTES + 1))] == ["json-too-large"]
    assert [p.code for p in refusal(b'{"a":' * 200 + b"1" + b"}" * 200)] == ["json-too-deep"]
    assert [p.code for p in refusal(b'{"a":' * 100_000)] == ["json-too-deep"]
    assert [p.code for p in refusal(b"[]")] == ["json-not-object"]
    assert [p.code for p in refusal(b'{"a":1e99999999999999999999}')] == ["json-number"]
    assert [p.code for p in refusal(b'{"a":"\\ud800"}')] == ["json-malformed"]
