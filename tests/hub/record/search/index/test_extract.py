"""What a resource can be found by."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.dates import parse_moment, parse_span
from hub.domain.normalization.folding import fold
from hub.domain.resource_types import TYPES
from hub.fhir import get_structure
from hub.record.search.index.extract import EARLIEST, LATEST, list_values
from hub.record.search.index.parameter import list_targets
from hub.record.search.index.parameters import PARAMETERS
from tests import r4
from tests.territory import at, consent, person, task

KINDS = ("token", "reference", "canonical", "string", "date", "quantity", "uri", "composite")
NOT_R4 = {("Task", "output"), ("ServiceRequest", "reason-code"), ("ServiceRequest", "reason-reference")}


def of(resource: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for element, value in resource.items():
        for parameter, entry in list_values(resource["resourceType"], element, value):
            found.setdefault(parameter.name, []).append(entry)
    return found


def test_every_type_has_its_line() -> None:
    assert set(PARAMETERS) == TYPES


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_parameter_reads_an_element_that_exists(kind: str) -> None:
    for name, parameter in PARAMETERS[kind].items():
        assert parameter.name == name
        assert parameter.kind in KINDS
        assert all(component in PARAMETERS[kind] for component in parameter.components)
        for element, steps, only in parameter.paths:
            assert not only or only in TYPES
            shape = get_structure(kind)
            if "[x]" in parameter.path:
                # A choice type that this choice does not have is no element, and nothing is read there.
                assert any(name in shape.elements for name in {path.element for path in parameter.paths})
                continue
            found = shape.elements[element]
            for step in steps:
                if step in ("phone", "email", "*", "exists()"):
                    break
                assert step in get_structure(found.kind).elements, (kind, name)
                found = get_structure(found.kind).elements[step]


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_reference_leads_to_a_kept_type(kind: str) -> None:
    for parameter in PARAMETERS[kind].values():
        if parameter.of_reference:
            assert set(list_targets(kind, parameter)) <= TYPES
            assert list_targets(kind, parameter), (kind, parameter.name)


@r4.needs_data
def test_names_and_kinds_are_r4s() -> None:
    published: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in r4.read(r4.shared_data() / "r4/search-parameters.json")["entry"]:
        for base in entry["resource"].get("base", ()):
            published[base, entry["resource"]["code"]] = entry["resource"]
    for kind, parameters in PARAMETERS.items():
        for name, parameter in parameters.items():
            if (kind, name) in NOT_R4:
                continue
            assert published[kind, name]["type"] == parameter.type, (kind, name)


def test_a_person_is_found_by_names_numbers_and_addresses() -> None:
    found = of(person())
    assert ("urn:oid:1.2.3.4", "IPP-1") in found["identifier"]
    assert found["family"] == [("naissance", "NAISSANCE"), ("fictive", "Fictive")]
    assert ("jeanne", "Jeanne") in found["given"]
    assert set(found["name"]) == {
        ("naissance", "NAISSANCE"),
        ("fictive", "Fictive"),
        ("jeanne", "Jeanne"),
        ("marie", "Marie"),
    }
    assert found["phone"] == found["telecom"] == [("", "0000000001")]
    assert "email" not in found
    assert found["active"] == [("", "true")]
    assert found["birthdate"] == [parse_span("1938-02-03")]
    assert found["address-city"] == [("fictiville", "Fictiville")]
    assert found["general-practitioner"] == [("", "Organization/cabinet")]


def test_references_lose_their_version_and_need_to_be_literal() -> None:
    made = task("t", owner="Organization/saad") | {
        "focus": {"reference": "ServiceRequest/r/_history/3"},
        "for": {"display": "x"},
    }
    assert of(made)["focus"] == [("", "ServiceRequest/r")]
    assert "patient" not in of(made)
    assert of(made)["owner"] == [("", "Organization/saad")]


def test_choices_are_read_by_their_types() -> None:
    kind = {"resourceType": "ServiceRequest"}
    assert of(kind | {"occurrenceDateTime": "2026"})["occurrence"] == [parse_span("2026")]
    assert of(kind | {"occurrencePeriod": {"start": "2026-01-01"}})["occurrence"][0][0] == at("2026-01-01")
    assert "occurrence" not in of(kind | {"occurrenceTiming": {"code": {"text": "x"}}})
    assert "occurrence" not in of(kind | {"occurrence": "2026"})


def test_a_period_without_an_end_lasts() -> None:
    low, high = of({"resourceType": "CarePlan", "period": {"start": "2026"}})["date"][0]
    assert low == at("2026")
    assert high > at("2999")
    low, high = of({"resourceType": "CarePlan", "period": {"end": "2026"}})["date"][0]
    assert low < at("1900")
    assert high == at("2027")
    assert "date" not in of({"resourceType": "CarePlan", "period": {}})


def test_an_actor_of_a_consent() -> None:
    assert of(consent("permit", "Organization/saad"))["actor"] == [("", "Organization/saad")]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2026-02-28", "2026-02-28", "2026-03-01"),
        ("2026-11-21T08:00:00Z", "2026-11-21T08:00:00Z", "2026-11-21T08:00:01Z"),
        ("2026-11-21T09:00:00+01:00", "2026-11-21T08:00:00Z", "2026-11-21T08:00:01Z"),
        ("2026-11-21T08:00Z", "2026-11-21T08:00:00Z", "2026-11-21T08:01:00Z"),
        ("2026-11-21T09:00+01:00", "2026-11-21T08:00:00Z", "2026-11-21T08:01:00Z"),
    ],
)
def test_a_span_is_from_the_first_moment_to_the_first_after(text: str, low: str, high: str) -> None:
    assert parse_span(text) == (parse_moment(low), parse_moment(high))


def test_the_last_year_has_an_end() -> None:
    assert parse_span("9999")[1] == parse_span("9999-12")[1] == parse_span("9999-12-31")[1]


def test_a_fraction_is_one_microsecond() -> None:
    assert parse_span("2026-11-21T08:00:00.5Z") == (at("2026-11-21T08:00:00.5Z"), at("2026-11-21T08:00:00.5Z") + 1)


@pytest.mark.parametrize("text", ["", "x", "202", "2026-1", "2026-00", "20260101", "2026-W01-1", "2026-11-21T"])
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        parse_span(text)


@pytest.mark.parametrize(
    ("text", "folded"), [("Éloïse", "eloise"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("Ǖ", "u")]
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_long_values_are_cut() -> None:
    assert len(of({"resourceType": "Organization", "name": "x" * 999})["name"][0][0]) == 200


@pytest.mark.parametrize(
    ("timing", "low", "high"),
    [
        ({"event": ["2026-01-02", "2026-01-05", "2026-01-03T10:00:00Z"]}, at("2026-01-02"), at("2026-01-06")),
        (
            {"repeat": {"boundsPeriod": {"start": "2026-01-02", "end": "2026-01-05"}}},
            at("2026-01-02"),
            at("2026-01-06"),
        ),
        ({"repeat": {"boundsPeriod": {"start": "2026-01-02"}, "frequency": 1}}, at("2026-01-02"), LATEST),
        ({"repeat": {"boundsPeriod": {"end": "2026-01-05"}}}, EARLIEST, at("2026-01-06")),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, EARLIEST, LATEST),
        (
            {"event": ["2026-01-01"], "repeat": {"boundsPeriod": {"end": "2026-01-05"}}},
            at("2026-01-01"),
            at("2026-01-06"),
        ),
        ({"event": ["2026-02"], "repeat": {"boundsPeriod": {"end": "2026-01-05"}}}, at("2026-02"), at("2026-03")),
        ({"event": ["2026-01-02"], "repeat": {"count": 3}}, at("2026-01-02"), LATEST),
        ({"event": [None], "_event": [{"extension": []}]}, EARLIEST, LATEST),
    ],
)
def test_c6_of_a_timing_its_outer_limits_are_indexed(timing, low, high):
    """R4 search.html#date: "the specified scheduling details are ignored and only the outer limits matter"."""
    request = {"resourceType": "ServiceRequest", "occurrenceTiming": timing}
    assert of(request)["occurrence"] == [(low, high)]
    plan = {"resourceType": "CarePlan", "activity": [{"detail": {"scheduledTiming": timing}}]}
    assert of(plan)["activity-date"] == [(low, high)]
    assert of({"resourceType": "Observation", "effectiveTiming": timing})["date"] == [(low, high)]


def test_c6_a_timing_without_a_moment_has_no_date():
    assert "occurrence" not in of({"resourceType": "ServiceRequest", "occurrenceTiming": {"code": {"text": "BID"}}})


def test_c8_of_a_contact_the_case_does_not_count():
    """R4 search.html#token: "token searches on ContactPoint may use special handling"; RFC 5321 §2.4: domains mind no case."""
    telecom = [{"system": "email", "value": "Zoe.Fictive@Example.ORG"}, {"system": "phone", "value": "+33 1 EXT 7"}]
    for kind in (name for name, parameters in PARAMETERS.items() if "telecom" in parameters):
        indexed = of({"resourceType": kind, "telecom": telecom})
        assert indexed["email"] == [("", "zoe.fictive@example.org")]
        assert indexed["phone"] == [("", "+33 1 ext 7")]
        assert set(indexed["telecom"]) == {*indexed["email"], *indexed["phone"]}
