import pytest

from hub.domain.config_pages import PageError
from hub.domain.sections import load_sections
from hub.slices import split
from hub.slices.placement.forms import load_forms, read_form

APA = "https://maillage.example/fhir/Questionnaire/referentiel-apa"
PLACES = load_sections()


def _needs(questionnaire: str) -> dict[str, int]:
    """linkId of each item → what it takes to see it."""
    answer = {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "questionnaire": questionnaire,
        "subject": {"reference": "Patient/p"},
        "item": [
            {"linkId": "8", "answer": [{"valueString": "deuxième étage"}]},
            {"linkId": "6", "item": [{"linkId": "6.budget", "answer": [{"valueString": "des dettes"}]}]},
            {"linkId": "autre", "answer": [{"valueString": "x"}]},
        ],
    }
    return {item["linkId"]: part.place.needs for part in split(answer, {}) for _, item in part.ranked.get("item", ())}


def test_an_answer_needs_its_section_beside_the_assessment():
    needs = _needs(f"{APA}|1.0")
    assert needs["8"] == PLACES.places(["assessments", "housing"])
    assert needs["6"] == PLACES.places(["assessments", "rights", "financial"])
    assert needs["autre"] == PLACES.place("assessments")


def test_a_form_that_the_hub_does_not_know_stands_with_its_assessment():
    assert set(_needs("https://ailleurs.example/formulaire").values()) == {PLACES.place("assessments")}


def test_a_form_whose_item_lacks_a_section_stops_start_up():
    for items in ('"1" = ""', '"1" = "nulle-part"', ""):
        with pytest.raises(PageError, match=r"^forms/x\.toml: items"):
            read_form(f'url = "urn:x"\n[items]\n{items}', PLACES, "forms/x.toml")


def test_every_form_of_the_territory_is_well_formed():
    assert APA in load_forms()
