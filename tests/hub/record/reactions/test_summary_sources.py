"""What one form, one stay or one tie says to a summary, and what says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from hub.record.reactions.summary_sources import (
    make_band,
    make_gir,
    make_hospitalisation,
    make_protection,
    read_answers,
)
from hub.record.tables.base import EVER
from tests.territory import at, stay

GIR, BAND = make_gir({"form": "urn:f"}), make_band({"form": "urn:f"})
STAYS, TIES = make_hospitalisation({"classes": ["IMP"], "days": 30}), make_protection({"relationships": ["GRD"]})


def form(given: dict[str, Any], **elements: Any) -> dict[str, Any]:
    items = [{"linkId": link, "answer": [answer]} for link, answer in given.items()]
    found = {"resourceType": "QuestionnaireResponse", "id": "f", "status": "completed", "questionnaire": "urn:f"}
    return found | {"item": items} | elements


def grid(modalities: str) -> dict[str, Any]:
    names = [
        "coherence",
        "orientation",
        "toilette",
        "habillage",
        "alimentation",
        "elimination",
        "transferts",
        "interieur",
    ]
    return {name: {"valueString": modality} for name, modality in zip(names, modalities, strict=True)}


def value(said: Any) -> str:
    return said[1]["valueCodeableConcept"]["coding"][0]["code"]


def test_an_answer_is_found_however_deep_it_stands() -> None:
    inner = {"linkId": "c", "answer": [{"valueInteger": 3}, {"valueInteger": 4}]}
    nested = [
        {"linkId": "a", "item": [{"linkId": "b", "answer": [{"valueCoding": {"code": "B"}, "item": [inner]}]}]},
        {"linkId": "d", "answer": [{"valueString": "x"}]},
        {"linkId": "e"},
    ]
    assert read_answers({"item": nested}) == {"b": "B", "c": 3, "d": "x"}
    assert read_answers({}) == {}


@pytest.mark.parametrize("status", ["completed", "amended"])
def test_a_grid_says_its_group_and_where_it_comes_from(status: str) -> None:
    said = GIR(form(grid("CCAAAAAA"), status=status, authored="2026-11-20", questionnaire="urn:f|2"))
    assert said == (
        at("2026-11-20"),
        {
            "valueCodeableConcept": {"coding": [{"system": codes.MED, "code": "MED-340", "display": "GIR 2"}]},
            "method": {"text": "CASF annexe 2-2"},
            "derivedFrom": [{"reference": "QuestionnaireResponse/f"}],
        },
    )


def test_twenty_two_answers_say_a_level() -> None:
    said = BAND(form({str(rank): {"valueInteger": 2} for rank in range(1, 23)}))
    assert said is not None
    assert (said[0], value(said)) == (0, "moderate")


@pytest.mark.parametrize(
    "response",
    [
        form(grid("CCAAAAAA"), status="in-progress"),
        form(grid("CCAAAAAA"), status="entered-in-error"),
        form(grid("CCAAAAAA"), questionnaire="urn:other"),
        form({}),
        form(grid("CCAAAAAD")),
        form({**grid("CCAAAAAA"), "toilette": {"valueQuantity": {"value": 1}}}),
    ],
)
def test_a_form_without_a_score_supports_nothing(response: dict[str, Any]) -> None:
    assert GIR(response) is None
    assert BAND(response) is None


def test_a_stay_is_recent_until_thirty_days_after_it() -> None:
    left = at("2026-12-21")
    assert STAYS(stay("e", "2026-11-10", "2026-11-20")) == (
        left,
        {"valueBoolean": True, "effectivePeriod": {"start": "2026-11-10", "end": "2026-12-20T23:00:00.000000Z"}},
    )
    assert STAYS(stay("e", "2026-11-10")) == (
        EVER,
        {"valueBoolean": True, "effectivePeriod": {"start": "2026-11-10"}},
    )


def test_a_stay_at_the_end_of_time_has_no_end_to_write() -> None:
    said = STAYS(stay("e", "2026-11-10", "9999-12-31"))
    assert said is not None
    assert said[1]["effectivePeriod"] == {"start": "2026-11-10"}


@pytest.mark.parametrize(
    "elements",
    [
        {"status": "planned"},
        {"status": "cancelled"},
        {"status": "entered-in-error"},
        {"status": "finished"},
        {"class": {"code": "EMER"}},
    ],
)
def test_what_is_no_hospitalisation_supports_nothing(elements: dict[str, Any]) -> None:
    assert STAYS(stay("e", "2026-11-10", **elements)) is None


def test_a_representative_says_that_there_is_a_measure() -> None:
    tie = {"relationship": [{"coding": [{"system": "urn:x", "code": "GRD"}]}]}
    assert TIES(tie) == (EVER, {"valueBoolean": True})
    period = {"start": "2026-01-01", "end": "2027-01-01"}
    assert TIES(tie | {"period": period}) == (at("2027-01-02"), {"valueBoolean": True, "effectivePeriod": period})
    assert TIES(tie | {"active": False}) is None
    assert TIES({"relationship": [{"coding": [{"code": "NOK"}], "text": "GRD"}]}) is None
