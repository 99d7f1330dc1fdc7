"""Definitions are read and searched like any resource, by anyone, and are the same for all."""

import json

import pytest

from fhir_profiles.definitions import load_definitions
from hub.api.metadata.definitions import SOURCES
from tests.hub.api.conftest import NOT_FOUND, told


@pytest.mark.parametrize("kind", SOURCES)
def test_each_is_read_by_its_id_and_found_by_its_url(world, kind):
    assert list(SOURCES[kind]())
    for one in SOURCES[kind]():
        assert world.soc.get(f"/{kind}/{one['id']}").json == one
        found = world.soc.get(f"/{kind}?url={one['url']}" if "url" in one else f"/{kind}?_id={one['id']}").json
        assert [entry["resource"] for entry in found["entry"]] == [one]
        assert found["entry"][0]["fullUrl"].endswith(f"/fhir/{kind}/{one['id']}")


def test_c15_they_are_the_same_for_all_without_a_token_too(world, http):
    """R4 has no rule that closes them; whoever validates by our profiles reads them first (`docs/contract.md` §4)."""
    for path in (
        "/CodeSystem/section",
        "/CodeSystem",
        "/CodeSystem?name=SECT",
        "/CodeSystem/no-such",
        "/CodeSystem?_count=2",
    ):
        answers = [told(caller.get(path)) for caller in (world.desk, world.soc, world.out)]
        assert answers == answers[:1] * 3
        assert told(http.get(f"/fhir{path}")) == answers[0]
    assert http.post("/fhir/CodeSystem/_search", data={"name": "SECT"}).status_code == 200
    assert http.get("/fhir/Questionnaire").status_code == 401


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("_id=section", ["section"]),
        ("_id=section,gap", ["gap", "section"]),
        ("_id=section&_id=gap", []),
        ("name=circuit", ["circuit-step"]),
        ("url=https://maillage.example/fhir/CodeSystem/gap", ["gap"]),
        ("url=https://maillage.example/fhir/CodeSystem/ga", []),
        ("_id=gap&status=retired", []),
        ("_id=gap&status=active&version=0.1.0", ["gap"]),
    ],
)
def test_search(world, query, found):
    bundle = world.desk.get(f"/CodeSystem?{query}").json
    assert [entry["resource"]["id"] for entry in bundle.get("entry", ())] == found
    assert bundle["total"] == len(found)


def test_all_are_found_without_parameters(world):
    assert world.desk.get("/ValueSet").json["total"] == len(load_definitions("ValueSet"))


def test_an_unknown_parameter_is_refused_or_let_fall(world):
    assert world.desk.get("/CodeSystem?nonsense=1").status_code == 400
    assert world.desk.get("/CodeSystem/gap?nonsense=1").status_code == 400
    found = world.desk.get("/CodeSystem?nonsense=1&_id=gap", prefer="handling=lenient").json
    assert found["link"][0]["url"].endswith("/CodeSystem?_id=gap")
    assert found["total"] == 1


def test_what_is_not_there_is_not_found(world):
    assert world.desk.get("/CodeSystem/no-such").data == NOT_FOUND
    assert world.desk.get("/ConceptMap/section").data == NOT_FOUND


def test_nobody_writes_them_by_a_door(world):
    for method, path in (("POST", "/CodeSystem"), ("PUT", "/CodeSystem/gap")):
        body = load_definitions("CodeSystem")[0]
        assert world.desk.ask(method, path, body=body, if_match='W/"1"').status_code == 404


def test_in_a_batch_they_answer_as_alone(world):
    urls = ["CodeSystem/gap", "CodeSystem?name=ga", "CodeSystem/no-such"]
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    body = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    answers = world.desk.ask("POST", "", body=body).json["entry"]
    for url, answer in zip(urls, answers, strict=True):
        alone = world.desk.get(f"/{url}")
        assert answer["response"]["status"] == str(alone.status_code)
        assert answer.get("resource", answer["response"].get("outcome")) == json.loads(alone.data)


def test_the_statement_declares_them_and_what_it_declares_is_taken(world):
    (rest,) = world.desk.get("/metadata").json["rest"]
    declared = {one["type"]: one for one in rest["resource"] if one["type"] in SOURCES}
    assert set(declared) == set(SOURCES)
    for kind, found in declared.items():
        assert [one["code"] for one in found["interaction"]] == ["read", "search-type"]
        for parameter in found["searchParam"]:
            assert world.soc.get(f"/{kind}?{parameter['name']}=zz").json["total"] == 0, parameter
        for path in (f"/{kind}/a/_history", f"/{kind}/a/_history/1", f"/{kind}/a/$validate"):
            assert world.soc.get(path).data == NOT_FOUND


def test_each_type_names_its_profiles_and_each_is_served(world):
    (rest,) = world.desk.get("/metadata").json["rest"]
    named = [url for one in rest["resource"] for url in one.get("supportedProfile", ())]
    profiles = {one["url"] for one in load_definitions("StructureDefinition") if one["kind"] == "resource"}
    assert set(named) == profiles
    assert len(named) == len(profiles) > 10
    for url in named:
        assert world.soc.get(f"/StructureDefinition?url={url}").json["total"] == 1


@pytest.mark.parametrize("kind", SOURCES)
def test_they_are_given_as_xml_too(world, kind):
    one = next(iter(SOURCES[kind]()))
    answer = world.soc.get(f"/{kind}/{one['id']}", accept="application/fhir+xml")
    assert answer.status_code == 200
    assert f'<{kind} xmlns="http://hl7.org/fhir"' in answer.text


def test_c15_they_are_paged(world, http):
    """R4 search.html#count: "_count limits the number of resources in a page"; http.html#paging: the rest is behind `next`."""
    every = [entry["resource"]["id"] for entry in world.soc.get("/ValueSet?status=active").json["entry"]]
    path, pages = "/fhir/ValueSet?status=active&_count=4", []
    while path:
        page = http.get(path).json
        pages.append([entry["resource"]["id"] for entry in page["entry"]])
        assert page["total"] == len(every)
        path = next((link["url"] for link in page["link"] if link["relation"] == "next"), "").partition("8000")[2]
    assert [name for page in pages for name in page] == every
    assert {len(page) for page in pages[:-1]} == {4}


@pytest.mark.parametrize("query", ["_count=0", "_summary=count"])
def test_c15_they_are_counted(world, query):
    """R4 search.html#summary: `count` "without returning the actual matches"."""
    page = world.soc.get(f"/ValueSet?{query}").json
    assert "entry" not in page
    assert page["total"] == len(load_definitions("ValueSet"))


@pytest.mark.parametrize("kind", SOURCES)
def test_c15_they_are_shortened(world, kind):
    """R4 search.html#elements, #summary: mandatory elements stay, and the tag SUBSETTED says that others are left out."""
    one = next(iter(SOURCES[kind]()))
    for query in ("_elements=id", "_summary=true", "_summary=text", "_summary=data"):
        found = world.soc.get(f"/{kind}/{one['id']}?{query}").json
        assert found.pop("meta")["tag"][-1]["code"] == "SUBSETTED"
        assert found.items() <= one.items() if query != "_summary=true" else found.keys() <= one.keys()
        page = world.soc.get(f"/{kind}?_id={one['id']}&{query}").json
        assert page["entry"][0]["resource"].keys() - {"meta"} == found.keys()
    assert world.soc.get(f"/{kind}/{one['id']}").json == one


@pytest.mark.parametrize(
    "query",
    ["_count=x", "_count=-1", "_count=1&_count=2", "_summary=x", "_elements=nonsense", "_cursor=made-up", "_sort=name"],
)
def test_c15_what_shapes_nothing_is_400(world, query):
    assert world.soc.get(f"/CodeSystem?{query}").status_code == 400
