import pytest

from hub.domain.referral.datatypes import Address, Name, Telecom
from hub.mapping.datatypes import (
    build_addresses,
    build_birth_place,
    build_person_names,
    build_telecoms,
    format_full_name,
)

BIRTH = Name("DURAND", ("ANNE", "MARIE"), "official", "Mme")


def test_a_birth_identity_alone_gives_a_usual_name_with_the_first_given_name_only():
    official, usual = build_person_names([BIRTH])
    assert (official["use"], official["given"]) == ("official", ["ANNE", "MARIE"])
    assert official["extension"][0]["valueString"] == "ANNE MARIE"
    assert usual == {"use": "usual", "family": "DURAND", "given": ["ANNE"], "prefix": ["Mme"]}


def test_a_usual_name_given_in_part_is_completed_from_the_birth_identity():
    assert build_person_names([Name("LE GOFF"), BIRTH])[1] == {"use": "usual", "family": "LE GOFF", "given": ["ANNE"]}
    assert build_person_names([BIRTH, Name(given=("Anna",))])[1] == {
        "use": "usual",
        "family": "DURAND",
        "given": ["Anna"],
    }


def test_no_birth_identity_is_made_up_from_a_usual_name():
    assert [name["use"] for name in build_person_names([Name("Bernard", ("Ali",))])] == ["usual"]


@pytest.mark.parametrize("names", [[], [Name()], [Name(prefix="Mme")], [Name(" ", ("",), "official")]])
def test_nobody_has_no_name(names):
    assert build_person_names(names) == []
    assert format_full_name(names) == ""


def test_the_birth_place_is_no_address():
    places = [Address(city="Rennes", use="home"), Address(insee="29064", use="birth")]
    assert [place["city"] for place in build_addresses(places)] == ["Rennes"]
    assert build_birth_place(places)["valueAddress"]["extension"][0]["valueCoding"]["code"] == "29064"
    assert build_birth_place([Address(city="Rennes")]) == {}


def test_a_contact_point_always_has_a_system():
    assert build_telecoms([Telecom("x", "pigeon", "roof"), Telecom(" ")]) == [{"system": "other", "value": "x"}]
