"""Members of an organisation say the places, hours and conditions of its own services, and nothing else of the directory."""

from __future__ import annotations

import json

import pytest

from fhir_profiles import codes
from hub.domain.errors import Invalid
from tests.contracts.cases import leak
from tests.territory import settle_territory

SSIAD = {"reference": "Organization/ssiad"}


@pytest.fixture
def territory(store):
    here = settle_territory(store)
    here.write(
        {"resourceType": "HealthcareService", "id": "soins", "active": True, "providedBy": SSIAD, "name": "Soins"}
    )
    return here


def say(territory, role, **changes):
    record = territory.open(role)
    service = record.read("HealthcareService/soins")
    record.edit("HealthcareService/soins", {**json.loads(service.body), **changes}, service.version)


def list_extensions(territory):
    return {each["url"]: each for each in territory.whole("HealthcareService/soins").get("extension", ())}


def places(count):
    return [{"url": codes.FREE_PLACES_EXTENSION, "valueUnsignedInt": count}]


def test_a_service_says_its_places_and_the_hub_notes_when(territory, store):
    say(territory, "ssiad", extension=places(2))
    extensions = list_extensions(territory)
    assert extensions[codes.FREE_PLACES_EXTENSION]["valueUnsignedInt"] == 2
    assert extensions[codes.FREE_PLACES_SAID_EXTENSION]["valueDateTime"]


def test_the_hub_alone_says_when(territory):
    old = {"url": codes.FREE_PLACES_SAID_EXTENSION, "valueDateTime": "2020-01-01T00:00:00Z"}
    say(territory, "ssiad", extension=[*places(2), old])
    assert list_extensions(territory)[codes.FREE_PLACES_SAID_EXTENSION] != old


@pytest.mark.parametrize(
    "changes", [{"appointmentRequired": True}, {"comment": "Sur prescription"}, {"availableTime": [{"allDay": True}]}]
)
def test_a_service_says_its_hours_and_conditions(territory, changes):
    say(territory, "ssiad", **changes)
    assert territory.whole("HealthcareService/soins") | changes == territory.whole("HealthcareService/soins")


@leak(kills="the members of an organisation change more of the directory than its places, hours and conditions")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Autre nom"},
        {"providedBy": {"reference": "Organization/saad"}},
        {"active": False},
        {"extension": [{"url": codes.ACTIVITY_DOMAIN_EXTENSION, "valueCode": "care"}]},
        {"type": [{"text": "Psychiatrie"}]},
    ],
)
def test_nothing_else_of_the_directory_is_theirs(territory, changes):
    before = territory.whole("HealthcareService/soins")
    with pytest.raises(Invalid):
        say(territory, "ssiad", **changes)
    assert territory.whole("HealthcareService/soins") == before


@leak(kills="an organisation says the places of another's service")
@pytest.mark.parametrize("role", ["saad", "ccas", "hosp_clinicien", "psy_cmp"])
def test_another_organisation_says_nothing(territory, role):
    before = territory.whole("HealthcareService/soins")
    with pytest.raises(Invalid):
        say(territory, role, extension=places(2))
    assert territory.whole("HealthcareService/soins") == before


def test_what_changes_nothing_leaves_no_word(territory):
    before = territory.whole("HealthcareService/soins")
    say(territory, "ssiad")
    assert territory.whole("HealthcareService/soins") == before
