"""What a Consent says, as facts."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from hub.record.reactions.agreements import read_statements
from hub.record.tables.base import EVER
from tests.territory import at, consent

SAAD, CCAS = "Organization/saad", "Organization/ccas"


def facts(resource: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(effect, party, section) for effect, party, section, _, _ in read_statements(resource)}


@pytest.mark.parametrize("effect", ["permit", "deny"])
@pytest.mark.parametrize("party", ["", SAAD])
@pytest.mark.parametrize("section", ["", "psychiatric"])
def test_the_rule_says_permit_or_deny_and_the_root_says_to_whom_and_what(effect: str, party: str, section: str) -> None:
    assert facts(consent(effect, party, section)) == {(effect, party or "*", section or "*")}


def test_several_actors_and_sections_are_all_pairs() -> None:
    many = consent("permit")
    many["provision"] = {
        "actor": [{"role": {"text": "x"}, "reference": {"reference": name}} for name in (SAAD, CCAS)],
        "class": [{"system": codes.SECTION, "code": code} for code in ("medical", "social")],
    }
    assert facts(many) == {("permit", party, section) for party in (SAAD, CCAS) for section in ("medical", "social")}


def test_a_nested_provision_takes_what_the_root_says_and_has_its_own_type() -> None:
    nested = consent("permit", SAAD)
    nested["provision"]["provision"] = [
        {"type": "deny", "securityLabel": [{"system": codes.ACT_CODE, "code": "PSY"}]},
        {"class": [{"system": codes.SECTION, "code": "social"}]},
    ]
    assert facts(nested) == {("permit", SAAD, "*"), ("deny", SAAD, "psychiatric")}


def test_without_a_rule_the_nested_ones_alone_speak() -> None:
    nested = consent("permit") | {"policyRule": {"text": "x"}}
    nested["provision"] = {"provision": [{"type": "deny", "actor": consent("deny", CCAS)["provision"]["actor"]}]}
    assert facts(nested) == {("deny", CCAS, "*")}


def test_a_period_bounds_it() -> None:
    bounded = consent("permit", SAAD)
    bounded["provision"]["period"] = {"start": "2026-12-01", "end": "2027-01-01"}
    assert list(read_statements(bounded)) == [("permit", SAAD, "*", at("2026-12-01"), at("2027-01-02"))]
    assert list(read_statements(consent("permit", SAAD))) == [("permit", SAAD, "*", 0, EVER)]


def test_codes_of_others_name_no_section() -> None:
    foreign = consent("permit", SAAD)
    foreign["provision"]["class"] = [{"system": "urn:x", "code": "psychiatric"}]
    assert facts(foreign) == set()


@pytest.mark.parametrize(
    "limit",
    [
        {"class": [{"system": "urn:x", "code": "x"}]},
        {"securityLabel": [{"system": codes.ACT_CODE, "code": "SDV"}]},
        {"code": [{"text": "x"}]},
        {"data": [{"meaning": "instance", "reference": {"reference": "Observation/o"}}]},
        {"dataPeriod": {"start": "2026"}},
        {"action": [{"text": "x"}]},
        {"actor": [{"role": {"text": "x"}, "reference": {"display": "quelqu'un"}}]},
        {"actor": [{"role": {"text": "x"}, "reference": {"identifier": {"value": "x"}}}]},
    ],
)
def test_a_limit_that_the_hub_cannot_tell_widens_no_permit_and_narrows_no_opposition(limit: dict[str, Any]) -> None:
    assert facts(consent("permit") | {"provision": limit}) == set()
    assert facts(consent("deny") | {"provision": limit}) == {("deny", "*", "*")}


@pytest.mark.parametrize(
    "elements",
    [
        {"status": "draft"},
        {"status": "rejected"},
        {"status": "inactive"},
        {"status": "entered-in-error"},
        {"scope": {"coding": [{"system": codes.CONSENT_SCOPE, "code": "research"}]}},
        {"scope": {"text": "patient-privacy"}},
    ],
)
def test_what_is_no_active_privacy_consent_says_nothing(elements: dict[str, Any]) -> None:
    assert facts(consent("deny", SAAD, **elements)) == set()
    assert facts({}) == set()
