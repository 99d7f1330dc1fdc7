"""SearchParameter resources and the CapabilityStatement say what the one table says."""

import json

import pytest

from hub.api.metadata.search_parameters import declare_search, list_search_parameters
from hub.conformance import check
from hub.fhir import dumps, loads
from hub.record.search.index.extract import list_values
from hub.record.search.index.parameters import COMMON, PARAMETERS
from tests import r4


def test_each_is_valid_and_there_is_one_for_each_declared_parameter():
    found = list_search_parameters()
    for one in found:
        check(one, known=frozenset({"SearchParameter"}))
    named = {(one["base"][0], one["code"]) for one in found}
    declared = {(kind, name) for kind, table in PARAMETERS.items() for name in table}
    assert named == declared | {("Resource", name) for name in COMMON}
    assert len({one["id"] for one in found}) == len({one["url"] for one in found}) == len(found)


@r4.needs_data
def test_they_keep_the_invariants_of_r4():
    for one in list_search_parameters()[::7]:
        assert list(r4.violations(loads(dumps(one)))) == [], one["id"]


@pytest.mark.parametrize(
    ("id", "expression"),
    [
        ("Task-owner", "Task.owner"),
        ("Patient-phone", "Patient.telecom.where(system = 'phone')"),
        ("Patient-deceased", "Patient.deceased.ofType(boolean) | Patient.deceased.ofType(dateTime).exists()"),
        ("Goal-target-date", "Goal.target.due.ofType(date)"),
        ("Provenance-patient", "Provenance.target.where(resolve() is Patient)"),
        ("Patient-name", "Patient.name"),
        ("Observation-code-value-quantity", "Observation"),
    ],
)
def test_expressions(id, expression):
    assert next(one for one in list_search_parameters() if one["id"] == id)["expression"] == expression


def test_a_composite_says_its_components():
    known = {
        one.get("derivedFrom", one["url"]): one for one in list_search_parameters() if one["base"] == ["Observation"]
    }
    composites = [one for one in known.values() if one["type"] == "composite"]
    assert composites
    for one in composites:
        parts = [(known[part["definition"]]["code"], part["expression"]) for part in one["component"]]
        assert "-".join(code.removeprefix("value-") for code, _ in parts) == one["code"].replace("-value", "")
        assert all(written and not written.startswith("Observation") for _, written in parts)


@r4.needs_data
def test_what_is_indexed_is_what_the_expressions_find():
    """On the published examples: the index says something where the expression finds something, and nowhere else."""
    import fhirpathpy
    from fhirpathpy.models import models

    tried = 0
    for _, resource in r4.r4_examples(
        frozenset(PARAMETERS) - {"Questionnaire", "AuditEvent", "Subscription", "Binary"}
    )[::6]:
        kind = resource["resourceType"]
        said = {p.name for element, value in resource.items() for p, _ in list_values(kind, element, value)}
        for one in list_search_parameters():
            if one["base"] != [kind] or one["type"] not in ("token", "date", "string", "quantity", "uri"):
                continue
            found = fhirpathpy.evaluate(resource, one["expression"], model=models["r4"])
            # A text alone is no code, and an empty answer to a question is none either.
            if one["code"] in said or one["type"] in ("date", "uri"):
                tried += 1
                assert bool(found) == (one["code"] in said), (kind, one["code"], resource.get("id"))
    assert tried > 100


def test_the_statement_says_where_links_lead_from():
    patient = declare_search("Patient")
    assert {"Task:patient", "Condition:subject", "RelatedPerson:patient"} <= set(patient["searchRevInclude"])
    assert not any(one.startswith("AuditEvent") for one in patient["searchRevInclude"])
    assert "searchRevInclude" not in declare_search("AuditEvent")
    assert {one["type"] for kind in PARAMETERS for one in declare_search(kind)["searchParam"]} == {
        "token", "reference", "string", "date", "quantity", "uri", "composite",
    }  # fmt: skip


# R4 gives examples of SearchParameters too, which are no parameters of its types.
EXAMPLES = ("example", "example-extension", "example-reference")


@r4.needs_data
def test_c14_a_parameter_of_r4_has_the_canonical_of_r4():
    """R4 capabilitystatement.html#CapabilityStatement.rest.resource.searchParam.definition: "an absolute URI that is a formal
    reference to where this parameter was first defined"; searchparameter.html: derivedFrom, "where this search parameter is
    originally defined"."""
    bundle = json.loads((r4.shared_data() / "r4" / "search-parameters.json").read_text("utf-8"))
    published = {
        (base, one["code"]): one
        for one in (entry["resource"] for entry in bundle["entry"])
        if one["url"].rpartition("/")[2] not in EXAMPLES
        for base in one.get("base", ())
    }
    ours = {}
    for one in list_search_parameters():
        standard = published.get((one["base"][0], one["code"]))
        assert one.get("derivedFrom") == (standard and standard["url"]), one["id"]
        assert standard is None or standard["type"] == one["type"]
        ours[one["base"][0], one["code"]] = one
    for kind in PARAMETERS:
        for declared in declare_search(kind)["searchParam"]:
            one = ours.get((kind, declared["name"])) or ours["Resource", declared["name"]]
            assert declared["definition"] == one.get("derivedFrom", one["url"])
