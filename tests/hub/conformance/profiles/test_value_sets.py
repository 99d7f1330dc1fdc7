"""Our value sets: whole systems and chosen codes."""

import pytest

from fhir_profiles import codes
from fhir_profiles.definitions import load_definitions
from hub.conformance.profiles.value_sets import contains, is_foreign, list_members

BAND = f"{codes.BASE}ValueSet/band"
RULE = f"{codes.BASE}ValueSet/consent-rule"
MILD = {"system": codes.BAND, "code": "light"}


def test_a_whole_system_and_some_codes_of_another():
    assert [member.code for member in list_members(BAND)] == ["none", "light", "moderate", "severe"]
    assert {(member.system, member.code) for member in list_members(RULE)} == {
        (codes.ACT_CODE, "OPTIN"),
        (codes.ACT_CODE, "OPTOUT"),
    }
    assert all(list_members(one["url"]) for one in load_definitions("ValueSet"))


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("light", True),
        ("nonsense", False),
        (MILD, True),
        ({"code": "light"}, False),
        ({"coding": [{"system": "urn:x", "code": "y"}, MILD]}, True),
        ({"coding": [{"system": "urn:x", "code": "light"}]}, False),
        ({"text": "light"}, False),
        (12, False),
    ],
)
def test_membership(value, held):
    assert contains(BAND, value) is held


def test_a_code_that_our_system_does_not_have():
    assert is_foreign({"system": codes.BAND, "code": "nonsense"})
    assert not is_foreign(MILD)
    assert not is_foreign({"system": codes.BAND})
    assert not is_foreign({"system": "urn:x", "code": "nonsense"})
    assert not is_foreign({"code": "nonsense"})
