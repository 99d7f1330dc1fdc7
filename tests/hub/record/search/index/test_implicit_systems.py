"""A search may name the system of an element of type `code` (https://hl7.org/fhir/R4/search.html#token)."""

import pytest

from hub.record.search.index.implicit_systems import IMPLICIT_SYSTEMS
from hub.record.search.index.parameters import JOURNAL_TYPES, PARAMETERS
from tests import r4
from tests.territory import request, settle_territory

STATUS = "http://hl7.org/fhir/request-status"


@r4.needs_data
def test_the_table_follows_the_bindings_of_r4():
    folder = r4.shared_data() / "r4"
    resources = r4.read(folder / "profiles-resources.json")["entry"]
    definitions = {
        entry["resource"]["id"]: {element["path"]: element for element in entry["resource"]["snapshot"]["element"]}
        for entry in resources
        if entry["resource"]["resourceType"] == "StructureDefinition"
    }
    value_sets = {
        entry["resource"]["url"]: entry["resource"].get("compose", {}).get("include", [])
        for entry in r4.read(folder / "valuesets.json")["entry"]
        if entry["resource"]["resourceType"] == "ValueSet"
    }
    expected = {}
    for resource_type in PARAMETERS.keys() - JOURNAL_TYPES:
        for name, parameter in PARAMETERS[resource_type].items():
            for path in parameter.paths:
                element = definitions[resource_type].get(".".join([resource_type, path.element, *path.steps]), {})
                if [kind["code"] for kind in element.get("type", [])] == ["code"]:
                    value_set = element["binding"]["valueSet"].partition("|")[0]
                    expected[resource_type, name] = {part["system"] for part in value_sets[value_set]}
    assert {key: set(systems) for key, systems in IMPLICIT_SYSTEMS.items()} == expected


@pytest.fixture
def here(store):
    territory = settle_territory(store)
    territory.join_circle("gestionnaire")
    territory.write(request("a"), request("d", status="draft"))
    territory.pass_time()
    return territory


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("status", f"{STATUS}|draft", ["d"]),
        ("status", f"{STATUS}|draft,{STATUS}|active", ["a", "d"]),
        ("status:not", f"{STATUS}|draft", ["a"]),
        ("status", "http://hl7.org/fhir/task-status|draft", []),
        ("status:not", "http://hl7.org/fhir/task-status|draft", ["a", "d"]),
        ("status", "draft", ["d"]),
    ],
)
def test_c_2_the_implicit_system_of_a_code(here, name, value, found):
    slices = here.open("gestionnaire").search("ServiceRequest", [(name, value)]).slices
    assert sorted(item.name for item in slices) == [f"ServiceRequest/{resource_id}" for resource_id in found]
