"""The question that parameters and a body make; those of HTTP are tried in test_validate."""

import pytest

from hub.api.operations.validate_params import Asked, question
from hub.domain.errors import Invalid

GOAL = {"resourceType": "Goal"}
MODE, PROFILE = {"name": "mode", "valueCode": "create"}, {"name": "profile", "valueUri": "urn:x"}
HELD = {"name": "resource", "resource": GOAL}


def parameters(*given):
    return {"resourceType": "Parameters", "parameter": list(given)}


@pytest.mark.parametrize(
    ("pairs", "sent", "asked"),
    [
        ([], GOAL, Asked(GOAL, "", "")),
        ([], None, Asked(None, "", "")),
        ([], {"resourceType": "Parameters"}, Asked(None, "", "")),
        ([("mode", "create"), ("profile", "urn:x")], GOAL, Asked(GOAL, "create", "urn:x")),
        ([], parameters(HELD, MODE, PROFILE), Asked(GOAL, "create", "urn:x")),
        ([("mode", "update")], parameters(HELD, PROFILE), Asked(GOAL, "update", "urn:x")),
        ([("mode", "delete")], None, Asked(None, "delete", "")),
        ([("mode", "profile"), ("profile", "urn:x")], None, Asked(None, "profile", "urn:x")),
    ],
)
def test_it_is_asked_in_a_url_and_in_parameters(pairs, sent, asked):
    assert question(pairs, sent) == asked


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
        question(pairs, sent)
    assert str(told.value) == refused
