"""A line for each resource, in the words of its slice and no others."""

import pytest
from lxml import etree

from hub.api.operations.narrative import get_party_name, write_narrative

TOLD = {
    "Organization/o": {"resourceType": "Organization", "name": "Structure <fictive>"},
    "Practitioner/p": {"resourceType": "Practitioner", "name": [{"family": "Fictive", "given": ["Odile"]}]},
}


def line(resource, language="fr"):
    root = etree.fromstring(write_narrative([resource], TOLD, language))
    assert root.tag == "{http://www.w3.org/1999/xhtml}div"
    return root[0][0].text


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ({"resourceType": "CarePlan", "title": "Plan", "status": "active"}, "Plan (actif)"),
        ({"resourceType": "Goal", "description": {"text": "But"}, "lifecycleStatus": "on-hold"}, "But (en pause)"),
        ({"resourceType": "Condition", "code": {"coding": [{"code": "I10", "display": "Tension"}]}}, "Tension"),
        (
            {
                "resourceType": "Condition",
                "code": {"coding": [{"code": "I10"}]},
                "clinicalStatus": {"coding": [{"code": "resolved"}]},
            },
            "I10 (résolu)",
        ),
        ({"resourceType": "Task", "status": "inconnu"}, "Sans intitulé"),
        (
            {"resourceType": "Task", "description": "a", "owner": {"reference": "Organization/o"}},
            "a : Structure <fictive>",
        ),
        ({"resourceType": "Task", "description": "a", "owner": {"reference": "Organization/hidden"}}, "a"),
        (
            {
                "resourceType": "CareTeam",
                "name": [{"text": "Ami"}],
                "participant": [{"member": {"reference": "Practitioner/p"}}, {}],
            },
            "Ami : Odile Fictive",
        ),
        ({"resourceType": "CarePlan", "title": "<b>&\n  x</b>"}, "<b>& x</b>"),
    ],
)
def test_what_a_line_says(resource, said):
    assert line(resource) == said


def test_it_speaks_english_too():
    assert line({"resourceType": "CarePlan", "title": "Plan", "status": "on-hold"}, "en") == "Plan (on hold)"


def test_names_of_parties():
    assert [get_party_name(one) for one in TOLD.values()] == ["Structure <fictive>", "Odile Fictive"]
    assert get_party_name({"resourceType": "Organization"}) == ""
