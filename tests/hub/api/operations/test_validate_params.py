"""The question that parameters and a body make; those of HTTP are tried in test_validate."""

import pytest

from hub.api.operations.validate_params import ValidateParams, parse_validate_params
from hub.domain.errors import Invalid

GOAL = {"resourceType": "Goal"}
MODE, PROFILE = {"name": "mode", "valueCode": "create"}, {"name": "profile", "valueUri": "urn:x"}
HELD = {"name": "resource", "resource": GOAL}


def parameters(*given):
    return {"resourceType": "Parameters", "parameter": list(given)}


@pytest.mark.parametrize(
    ("pairs", "sent", "asked"),
    [
        ([], GOAL, ValidateParams(GOAL, "", "")),
        ([], None, ValidateParams(None, "", "")),
        ([], {"resourceType": "Parameters"}, ValidateParams(None, "", "")),
        ([("mode", "create"), ("profile", "urn:x")], GOAL, ValidateParams(GOAL, "create", "urn:x")),
        ([], parameters(HELD, MODE, PROFILE), ValidateParams(GOAL, "create", "urn:x")),
        ([("mode", "update")], parameters(HELD, PROFILE), ValidateParams(GOAL, "update", "urn:x")),
        ([("mode", "delete")], None, ValidateParams(None, "delete", "")),
        ([("mode", "profile"), ("profile", "urn:x")], None, ValidateParams(None, "profile", "urn:x")),
    ],
)
def test_it_is_asked_in_a_url_and_in_parameters(pairs, sent, asked):
    assert parse_validate_params(pairs, sent) == asked


@pytest.mark.parametrize(
    ("pairs", "sent", "refused"),
    [
        ([("mode", "nonsense")], GOAL, "validate-mode@mode"),
        ([("mode", "profile")], GOAL, "validate-mode@mode"),
        ([("mode", "delete")], GOAL, "validate-mode@mode"),
        ([("mode", "update")], None, "validate-mode@mode"),
        ([("other", "x")], GOAL, "parameter-unknown@other"),
        ([("mode", "create"), ("mode", "create")], GOAL, "parameter-twice@mode"),
        ([("mode", "create")], parameters(HELD, MODE), "parameter-twice@mode"),
        ([], parameters(HELD, HELD), "validate-resource@Parameters.parameter"),
        ([], parameters({"name": "resource", "valueString": "x"}), "validate-resource@Parameters.parameter"),
        ([], parameters(HELD, {"name": "other", "valueString": "x"}), "parameter-unknown@Parameters.parameter"),
    ],
)
def test_what_is_no_question(pairs, sent, refused):
    with pytest.raises(Invalid) as told:
        parse_validate_params(pairs, sent)
    assert str(told.value) == refused
