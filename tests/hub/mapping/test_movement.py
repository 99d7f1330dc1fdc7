"""A hospital's notice about someone who is followed (`docs/domain.md` §5.2)."""

import pytest

from hub.mapping import map_movement
from tests.hub.mapping.cases import context, followed, movement


def made(event, told=None, **changes):
    noticed = map_movement(movement(event, **changes), told or followed())
    return noticed, lambda type_: [r for r in noticed.resources if r["resourceType"] == type_]


def test_an_admission_tells_the_care_manager_and_asks_for_nothing():
    noticed, found = made("admit")
    [word] = found("Communication")
    assert word["recipient"] == [{"reference": "PractitionerRole/cm"}]
    assert word["about"] == [{"reference": noticed.encounter}]
    assert found("Encounter")[0]["status"] == "in-progress"
    assert noticed.task == "" and found("Task") == found("Flag") == found("Patient") == []


def test_a_discharge_asks_for_the_return_home_within_48_hours():
    noticed, found = made("discharge")
    [task] = found("Task")
    assert noticed.task == f"Task/{task['id']}"
    assert task["restriction"]["period"]["end"] == "2026-11-22T09:00:00+01:00"
    assert (task["owner"], task["requester"]) == (
        {"reference": "PractitionerRole/cm"},
        {"reference": "Organization/dac"},
    )
    assert "return-home" in [c["code"] for c in task["code"]["coding"]]
    assert found("Encounter")[0]["status"] == "finished"


def test_without_care_manager_the_desk_takes_it():
    _, found = made("discharge", followed(care_manager="", care_plan=""))
    assert found("Task")[0]["owner"] == {"reference": "Organization/dac"}
    assert "focus" not in found("Task")[0]


def test_the_known_stay_keeps_its_id():
    noticed, _ = made("discharge", followed(encounter="Encounter/known"))
    assert noticed.encounter == "Encounter/known"


@pytest.mark.parametrize(("event", "status"), [("admit", "cancelled"), ("discharge", "in-progress")])
def test_an_event_taken_back(event, status):
    noticed, found = made(event, cancelled=True)
    assert found("Encounter")[0]["status"] == status
    assert "end" not in found("Encounter")[0]["period"]
    assert noticed.task == ""
    assert found("Communication")[0]["category"][0]["coding"][0]["code"] == "hospital-cancelled"


def test_another_event_only_updates_the_stay():
    _, found = made("other")
    assert found("Communication") == found("Task") == []
    assert found("Encounter")


def test_a_word_never_carries_a_value_of_the_message():
    _, found = made("discharge")
    assert found("Communication")[0]["payload"][0]["contentString"].startswith("Sortie de l'hôpital annoncée")


def test_about_someone_not_followed_nothing_is_made():
    with pytest.raises(ValueError, match="not followed"):
        map_movement(movement("admit"), context())
