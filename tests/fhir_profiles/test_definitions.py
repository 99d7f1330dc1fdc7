"""The files are what they say: valid, of a closed list of rules that are all judged, each with an example that keeps them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from fhir_profiles import codes
from fhir_profiles.definitions import FOLDERS, load_by_url, load_definitions
from hub.conformance import check, validate
from hub.conformance.profiles.definitions import BASE_URL, find_profile
from hub.conformance.profiles.value_sets import list_members
from hub.fhir import get_structure
from hub.slices import load_labels
from hub.slices.placement.forms import load_forms
from tests import r4
from tests.fhir_profiles import judges
from tests.fhir_profiles.corpus import EXAMPLES

HERE = Path(codes.__file__).parent
STRUCTURES = load_definitions("StructureDefinition")
PROFILES = [one for one in STRUCTURES if one["kind"] == "resource"]
OURS = {name for name in vars(codes) if name.endswith("_EXTENSION")}

# What a profile may say of an element: read by `hub.conformance.profiles.definitions`, or words that promise nothing.
JUDGED = {"min", "max", "type", "binding", "constraint", "slicing", "sliceName"}
WORDS = {"id", "path", "short", "mapping"}


def named(one: dict[str, Any]) -> str:
    return str(one["id"])


@pytest.mark.parametrize("kind", FOLDERS)
def test_each_file_bears_its_id_and_our_address(kind: str) -> None:
    for folder in FOLDERS[kind]:
        for path in (HERE / folder).glob("*.json"):
            found = json.loads(path.read_text("utf-8"))
            assert (found["resourceType"], found["id"]) == (kind, path.stem)
            if "url" in found:
                assert found["url"] == f"{codes.BASE}{kind}/{path.stem}"


@pytest.mark.parametrize("one", STRUCTURES, ids=named)
def test_each_structure_definition_is_valid_r4(one: dict[str, Any]) -> None:
    check(one, known=frozenset({"StructureDefinition"}))
    get_fhir_model_class("StructureDefinition").model_validate(one)
    assert re.fullmatch("[A-Z][A-Za-z0-9]*", one["name"])  # sdf-0


@r4.needs_data
@pytest.mark.parametrize("kind", ["StructureDefinition", "CodeSystem", "ValueSet"])
def test_they_keep_the_invariants_of_r4(kind: str) -> None:
    assert {one["id"]: found for one in load_definitions(kind) if (found := r4.violations(one))} == {}


@pytest.mark.parametrize("one", STRUCTURES, ids=named)
def test_a_profile_says_only_what_is_judged(one: dict[str, Any]) -> None:
    assert find_profile(one["url"]) is not None
    base = one["baseDefinition"]
    assert base == BASE_URL + one["type"] or load_by_url("StructureDefinition")[base]["type"] == one["type"]
    for element in one["differential"]["element"]:
        rest = {key for key in element if not key.startswith(("fixed", "pattern"))}
        assert rest <= JUDGED | WORDS, element["id"]
        assert element["path"] == ".".join(part.partition(":")[0] for part in element["id"].split("."))
        for kind in element.get("type", ()):
            known = {"code", "targetProfile"} | ({"profile"} if "sliceName" in element else set())
            assert set(kind) <= known, element["id"]
            assert all(
                target in load_by_url("StructureDefinition") or target.startswith(BASE_URL)
                for target in kind.get("targetProfile", ())
            )
        if "binding" in element:
            assert element["binding"]["strength"] == "required"
            assert list_members(element["binding"]["valueSet"])
        for rule in element.get("slicing", {}).get("discriminator", ()):
            assert rule["type"] in ("value", "pattern")


@pytest.mark.parametrize("one", PROFILES, ids=named)
def test_each_path_is_of_r4(one: dict[str, Any]) -> None:
    for element in one["differential"]["element"]:
        kind = one["type"]
        for name in element["path"].split(".")[1:]:
            stem = name.removesuffix("[x]")
            found = [e for e in get_structure(kind).elements.values() if stem in (e.name, e.choice)]
            assert found, element["path"]
            kind = found[0].kind


@pytest.mark.parametrize("one", STRUCTURES, ids=named)
def test_e2_a_differential_is_in_the_order_of_r4(one: dict[str, Any]) -> None:
    """R4 profiling.html#snapshot: the differential is applied in the order of the base; what comes late, a validator drops in
    silence. An element comes before what is in it, and a slice after what is said of all items."""
    slices: dict[str, list[str]] = {}
    keys = [_place_in_r4(element, one["type"], slices) for element in one["differential"]["element"]]
    assert keys == sorted(keys), [element["id"] for element in one["differential"]["element"]]
    assert len({str(key) for key in keys}) == len(keys)


def _place_in_r4(element: dict[str, Any], kind: str, slices: dict[str, list[str]]) -> list[tuple[int, int]]:
    """Return for each step of an element its rank in R4, and of a slice its rank among those of the same element."""
    place, walked = [], ""
    for step in element["id"].split(".")[1:]:
        name, _, slice_name = step.partition(":")
        walked += f".{name}"
        ordered = list(get_structure(kind).elements.values())
        stem = name.removesuffix("[x]")
        rank = next(rank for rank, each in enumerate(ordered) if stem in (each.name, each.choice))
        names = slices.setdefault(walked, [""])
        if slice_name not in names:
            names.append(slice_name)
        place.append((rank, names.index(slice_name)))
        walked += f":{slice_name}"
        kind = ordered[rank].kind
    return place


def test_a_constraint_has_a_key_of_its_own() -> None:
    keys = [
        rule["key"]
        for one in STRUCTURES
        for element in one["differential"]["element"]
        for rule in element.get("constraint", ())
    ]
    assert len(set(keys)) == len(keys) > 5
    assert all(re.fullmatch("mlg-[a-z]+-[0-9]", key) for key in keys)


def test_each_extension_of_ours_is_defined_and_has_its_place() -> None:
    extensions = {one["url"] for one in STRUCTURES if one["type"] == "Extension"}
    named = {url for name in OURS if (url := getattr(codes, name)).startswith(codes.BASE)}
    kept = {url for url in load_labels().extensions if url.startswith(codes.BASE)}
    assert extensions >= kept
    assert extensions >= named


def test_each_profile_has_its_example() -> None:
    assert set(EXAMPLES) == {one["id"] for one in PROFILES}
    for name, example in EXAMPLES.items():
        assert example["id"] == name
        assert example["meta"]["profile"] == [f"{codes.BASE}StructureDefinition/{name}"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_keeps_its_profile_and_may_be_written(name: str) -> None:
    assert validate(EXAMPLES[name], (), load_labels().extensions.keys(), to_write=True) == []
    assert judges.fhirkit_faults(EXAMPLES[name]) == []


@r4.needs_data
@pytest.mark.parametrize(
    ("name", "profile_url"),
    [
        ("care-team", "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam"),
        ("related-person", "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-fr-related-person"),
    ],
)
def test_our_circle_can_be_that_of_the_cercle_de_soins(pyrofile: judges.Pyrofile, name: str, profile_url: str) -> None:
    example = dict(EXAMPLES[name])
    example["meta"] = {"profile": [profile_url], "lastUpdated": "2026-11-21T08:00:00Z"}
    assert pyrofile.errors(example) == []
    broken = {element: value for element, value in example.items() if element not in ("identifier", "name")}
    assert pyrofile.errors(broken) != []


@r4.needs_data
@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("CareTeam-cds-careteam-example.json", "care-team"),
        ("RelatedPerson-cds-relatedperson-example.json", "related-person"),
    ],
)
def test_the_examples_of_the_cercle_de_soins_keep_our_profiles(file: str, name: str) -> None:
    data = r4.shared_data()
    assert data is not None
    example = r4.read(data / "fr" / "cercle-de-soins" / "examples" / file)
    found = validate(example, [f"{codes.BASE}StructureDefinition/{name}"])
    assert [one for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("one", load_definitions("Questionnaire"), ids=named)
def test_a_form_may_be_stored_and_each_question_has_its_section(one: dict[str, Any]) -> None:
    assert validate(one, to_write=True) == []
    assert set(_links(one)) == set(load_forms()[one["url"]])


def _links(item: dict[str, Any]) -> list[str]:
    return [link for inner in item.get("item", ()) for link in (inner["linkId"], *_links(inner))]
