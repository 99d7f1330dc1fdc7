"""What a code says of a resource's place, and an extension of its domain."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from fhir_profiles.definitions import load_codes
from hub.domain.config_pages import PageError
from hub.domain.sections import load_sections
from hub.slices.placement.labels import get_domain, get_item_domains, list_codings
from hub.slices.placement.labels_page import load_labels, read_labels
from tests.territory import CMP_CATEGORY, condition, observation, of_domain, task

PLACES = load_sections()


def of_category(kind: str, system: str, code: str) -> dict[str, Any]:
    return {"resourceType": kind, "category": [{"coding": [{"system": system, "code": code}]}]}


def test_every_place_named_in_the_file_exists() -> None:
    found = load_labels()
    assert {rule.place for rules in found.rules.values() for rule in rules} <= set(PLACES.bits)
    assert {section for _, section in found.disclosures} <= {section.name for section in PLACES.all}
    assert set(found.extensions.values()) - {"spine", "title", "rest"} <= set(PLACES.bits)


def test_every_observation_of_ours_has_a_place_but_the_referrers_note() -> None:
    unplaced = {
        code
        for code in load_codes()[codes.OBSERVATION]
        if load_labels().find_place(observation("o", code)) == "received"
    }
    # Text typed by who refers stays with the message (docs/domain.md §3, projection guichet.MED).
    assert unplaced == {"referral-note"}


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        (observation("o", "ald"), "rights.flags"),
        (observation("o", "psychiatric-safety"), "psychiatric.safety"),
        (of_category("Observation", codes.OBSERVATION_CATEGORY, "vital-signs"), "medical"),
        (of_category("Observation", codes.OBSERVATION_CATEGORY, "survey"), "received"),
        (of_category("Observation", codes.OBSERVATION_NATURE, "psychiatric"), "psychiatric"),
        (condition("c", "I10"), "medical"),
        (condition("c", "F09"), "medical"),
        (condition("c", "F10.2"), "psychiatric"),
        ({"resourceType": "Condition"}, "medical"),
        (
            {"resourceType": "DocumentReference", "type": {"coding": [{"system": codes.LOINC, "code": "1-1"}]}},
            "received",
        ),
        (
            {
                "resourceType": "DocumentReference",
                "type": {"coding": [{"system": codes.LOINC, "code": "68599-0"}]},
            },
            "psychiatric",
        ),
        # The message itself has a place of its own, whatever its type.
        (
            of_category("DocumentReference", codes.DOCUMENT_CATEGORY, "received")
            | {"type": {"coding": [{"system": codes.LOINC, "code": "68599-0"}]}},
            "original",
        ),
        ({"resourceType": "Flag", "code": {"text": "x"}}, "received"),
    ],
)
def test_place(resource: dict[str, Any], place: str) -> None:
    assert load_labels().find_place(resource) == place


def test_a_directory_entry_betrays_by_its_kind_of_service() -> None:
    assert (
        load_labels().find_revealed_section({"resourceType": "Organization", "type": [CMP_CATEGORY]}) == "psychiatric"
    )
    assert (
        load_labels().find_revealed_section({"resourceType": "HealthcareService", "category": [CMP_CATEGORY]})
        == "psychiatric"
    )
    assert load_labels().find_revealed_section({"resourceType": "Organization", "name": "CMP"}) == ""


def test_the_domain_stands_in_the_extension_or_in_a_coding() -> None:
    psychiatric = (PLACES.domains["psy"], "psychiatric")
    coded = {"coding": [{"system": codes.ACTIVITY_DOMAIN, "code": "psy"}]}
    assert get_domain(task("a", extension=[of_domain("psy")]), PLACES) == psychiatric
    assert get_domain(
        {"extension": [{"url": codes.ACTIVITY_DOMAIN_EXTENSION, "valueCoding": {"code": "psy"}}]}, PLACES
    ) == (psychiatric)
    assert get_domain({"category": [coded]}, PLACES) == psychiatric
    assert get_domain({"code": coded}, PLACES) == psychiatric
    assert get_domain({"extension": [of_domain("inconnu")]}, PLACES) == (0, "")
    assert get_domain({}, PLACES) == (0, "")


def test_an_item_says_its_domain_itself_or_in_its_detail() -> None:
    coded = {"coding": [{"system": codes.ACTIVITY_DOMAIN, "code": "logement"}]}
    both = {"extension": [of_domain("psy")], "detail": {"code": coded}}
    assert get_item_domains(both, PLACES) == PLACES.domains["psy"] | PLACES.domains["logement"]
    assert (
        get_item_domains({"detail": "x"}, PLACES)
        == get_item_domains([coded], PLACES)
        == get_item_domains("psy", PLACES)
        == 0
    )


def test_codings_of_one_concept_of_several_and_of_anything() -> None:
    one = {"coding": [{"system": "s", "code": "a"}, {"code": "b"}, {"system": "s"}, "x"]}
    assert list(list_codings(one)) == [("s", "a"), ("", "b")]
    assert list(list_codings([one, one])) == [("s", "a"), ("", "b")] * 2
    assert list(list_codings("a")) == list(list_codings(None)) == []


def test_the_first_rule_that_fits_decides() -> None:
    found = read_labels(
        """
        [[rule]]
        type = "Flag"
        element = "code"
        system = "s"
        starts = ["a"]
        place = "medical"
        [[rule]]
        type = "Flag"
        element = ""
        place = "rights"
        [[reveals]]
        types = ["Organization"]
        elements = ["type"]
        system = "s"
        codes = ["u"]
        section = "psychiatric"
        [extensions]
        """,
        PLACES,
    )
    assert found.find_place({"resourceType": "Flag", "code": {"coding": [{"system": "s", "code": "ab"}]}}) == "medical"
    assert found.find_place({"resourceType": "Flag", "code": {"coding": [{"system": "t", "code": "ab"}]}}) == "rights"
    assert found.find_place({"resourceType": "Goal"}) == "received"
    assert found.find_revealed_section(
        {"resourceType": "Organization", "type": [{"coding": [{"system": "s", "code": "u"}]}]}
    )


RULE = """
[[rule]]
type = "Flag"
element = "code"
system = "s"
codes = ["a"]
place = "medical"
[[reveals]]
types = ["Organization", "HealthcareService"]
elements = ["type", "category"]
system = "s"
codes = ["u"]
section = "psychiatric"
[extensions]
"urn:x" = "rest"
"""


def test_a_right_page_starts() -> None:
    assert read_labels(RULE, PLACES).extensions == {"urn:x": "rest"}


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ('type = "Flag"', 'type = "Goal"', r"rule\.0\.type: unknown type Goal"),
        ('element = "code"', 'element = "cote"', r"rule\.0\.element: unknown element cote"),
        ('place = "medical"', 'place = "medicale"', r"rule\.0\.place: unknown place medicale"),
        ('codes = ["a"]', "", r"rule\.0: a rule on an element names a system"),
        ('codes = ["a"]', 'codes = ["a"]\ncode = "b"', r"rule\.0\.code: unknown key"),
        ('"Organization", ', '"Patient", ', r"reveals\.0\.types\.0: unknown type Patient"),
        ('"type", "category"', '"kind"', r"reveals\.0\.elements: unknown element kind"),
        ('section = "psychiatric"', 'section = "psy"', r"reveals\.0\.section: unknown section psy"),
        ('"urn:x" = "rest"', '"urn:x" = "nowhere"', r"extensions\.urn:x: unknown place nowhere"),
        ("[extensions]", "[extension]", "extensions: Missing data"),
    ],
)
def test_a_wrong_page_stops_start_up_and_names_the_place(right: str, wrong: str, fault: str) -> None:
    assert right in RULE
    with pytest.raises(PageError, match=rf"^labels\.toml: .*{fault}"):
        read_labels(RULE.replace(right, wrong), PLACES)
