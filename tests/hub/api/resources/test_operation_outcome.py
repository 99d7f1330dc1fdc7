"""The table of errors (`docs/leaks.md` B0: NF and DENY are constant)."""

import json

import pytest

from hub.api.resources.operation_outcome import answer_error
from hub.domain.errors import Conflict, Invalid, Malformed, NotFound, Problem, Refused
from hub.http import bearer


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Malformed("json-malformed"), 400, "structure"),
        (Invalid("required-missing", where="Task.intent"), 422, "invalid"),
        (Invalid("parameter-unknown", where="x"), 400, "not-supported"),
        (Invalid("modifier-unknown", where="x"), 400, "not-supported"),
        (Invalid("if-match-required"), 428, "required"),
        (Invalid("http-media-type"), 415, "not-supported"),
        (Invalid("http-not-acceptable"), 406, "not-supported"),
        (Invalid("batch-too-large"), 413, "too-costly"),
        (Conflict("version-conflict"), 412, "conflict"),
        (Refused("type-closed"), 403, "forbidden"),
        (NotFound(), 404, "not-found"),
        (bearer.make_missing_token_error(), 401, "login"),
    ],
)
def test_each_error_has_its_status_and_type(error, status, code):
    answer = answer_error(error)
    assert (answer.status, json.loads(answer.body)["issue"][0]["code"]) == (status, code)
    assert (answer.version, answer.location) == ("", "")


def test_every_problem_is_an_issue_with_its_place():
    answer = answer_error(Invalid(Problem("required-missing", "Task.intent"), Problem("empty")))
    assert [issue.get("expression") for issue in json.loads(answer.body)["issue"]] == [["Task.intent"], None]


@pytest.mark.parametrize(
    ("code", "where", "expression"),
    [
        ("parameter-unknown", "ownerr", "http.ownerr"),
        ("if-match-malformed", "If-Match", "http.If-Match"),
        ("if-match-malformed", "Bundle.entry[2]", "Bundle.entry[2]"),
        ("reference-unresolved", "Task.focus", "Task.focus"),
    ],
)
def test_places_of_the_request_are_told_as_such(code, where, expression):
    assert json.loads(answer_error(Invalid(code, where=where)).body)["issue"][0]["expression"] == [expression]


def test_refusals_have_one_body_and_only_the_scope_is_told():
    by_scope, by_type, by_offer = (
        answer_error(Refused(code, where=code)) for code in ("scope-insufficient", "type-closed", "not-offered")
    )
    assert by_scope.body == by_type.body == by_offer.body
    assert (by_scope.challenge, by_type.challenge) == ('Bearer realm="fhir", error="insufficient_scope"', "")
