"""What a resource can be found by."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.fhir import structure
from hub.record.moments import moment
from hub.record.search.extract import fold, span, values
from hub.record.search.parameters import PARAMETERS
from hub.slices import TYPES
from tests.territory import at, consent, person, task


def of(resource: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for element, value in resource.items():
        for parameter, entry in values(resource["resourceType"], element, value):
            found.setdefault(parameter.name, []).append(entry)
    return found


def test_every_type_has_its_line() -> None:
    assert set(PARAMETERS) == TYPES


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_parameter_reads_an_element_that_exists(kind: str) -> None:
    for name, parameter in PARAMETERS[kind].items():
        assert parameter.name == name
        assert parameter.kind in ("token", "reference", "string", "date")
        element, *steps = parameter.path.split(".")
        shape = structure(kind)
        if element.endswith("[x]"):
            assert element[:-3] in shape.choices
            continue
        found = shape.elements[element]
        for step in steps:
            if step in ("phone", "email", "*"):
                break
            assert step in structure(found.kind).elements, (kind, name)
            found = structure(found.kind).elements[step]


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
    assert found["birthdate"] == [span("1938-02-03")]
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
    assert of(kind | {"occurrenceDateTime": "2026"})["occurrence"] == [span("2026")]
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
    assert span(text) == (moment(low), moment(high))


def test_the_last_year_has_an_end() -> None:
    assert span("9999")[1] == span("9999-12")[1] == span("9999-12-31")[1]


def test_a_fraction_is_one_microsecond() -> None:
    assert span("2026-11-21T08:00:00.5Z") == (at("2026-11-21T08:00:00.5Z"), at("2026-11-21T08:00:00.5Z") + 1)


@pytest.mark.parametrize("text", ["", "x", "202", "2026-1", "2026-00", "20260101", "2026-W01-1", "2026-11-21T"])
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        span(text)


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
