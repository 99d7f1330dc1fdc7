"""https://spec.openapis.org/oas/v3.1.0: what is declared and routed, and nothing else; its examples are taken as they stand."""

import json

import pytest

from adapters.registry import ADAPTERS
from hub.api.docs.openapi.calls import Call, list_calls
from hub.api.docs.openapi.document import build_openapi
from hub.api.docs.openapi.examples import RESOURCES, build_fhirpath_patch
from hub.api.docs.page import list_sections
from hub.api.metadata.capability import build_statement
from hub.api.metadata.definitions import TYPE_PATH
from hub.api.routes import ROUTES
from hub.domain.resource_types.sample_names import DOCUMENT, HOST, ORGANIZATION, PERSON, REQUEST
from hub.record.clients.allowed_hosts import allow_host
from hub.record.clients.tokens import LIFETIME

ONE = "/<resource_type>/<resource_id>"
BASE = "https://hub.example/fhir"


def statement(*resources, **rest):
    return {
        "software": {"name": "Maillage", "version": "1"},
        "implementation": {"url": BASE},
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "documentation": "x",
                "resource": list(resources),
                **rest,
            }
        ],
    }


def resource(name, *codes, parameters=(), **others):
    return {
        "type": name,
        "interaction": [{"code": code} for code in codes],
        "searchParam": [{"name": parameter, "type": "token"} for parameter in parameters],
        **others,
    }


def rows(*paths):
    """The rows of the table of routes with these methods and paths."""
    table = {(route.method, route.path): route for route in ROUTES}
    return [table[path] for path in paths]


def test_a_row_for_any_type_is_a_call_for_each_type_that_declares_it():
    declared = statement(resource("Task", "read", "create"), resource("Flag", "read"))
    assert list_calls(declared, rows(("GET", ONE), ("POST", "/<resource_type>"), ("PUT", ONE))) == [
        Call("GET", "/Flag/{id}", "read", "Flag"),
        Call("POST", "/Task", "create", "Task"),
        Call("GET", "/Task/{id}", "read", "Task"),
    ]


def test_what_is_declared_without_a_row_is_no_call():
    assert list_calls(statement(resource("Task", "read", "delete")), rows(("GET", "/<resource_type>"))) == []


def test_types_of_definitions_have_rows_of_their_own():
    declared = statement(resource("ValueSet", "read", "search-type"), resource("Task", "search-type"))
    calls = list_calls(
        declared, rows(("GET", TYPE_PATH), ("GET", "/<resource_type>"), ("POST", "/<resource_type>/_search"))
    )
    assert [(call.method, call.path) for call in calls] == [
        ("GET", "/Task"),
        ("POST", "/Task/_search"),
        ("GET", "/ValueSet"),
    ]


def test_operations_and_the_base_are_called_as_they_are_routed():
    routes = rows(
        ("POST", ""),
        ("POST", "/"),
        ("GET", "/Patient/<resource_id>/$everything"),
        ("GET", "/$export-file/<job_id>/<resource_type>"),
        ("GET", "/$<operation>"),
        ("GET", f"{ONE}/$<operation>"),
    )
    assert list_calls(statement(resource("Patient", "read")), routes) == [
        Call("POST", "/", "transaction"),
        Call("GET", "/$export-file/{job_id}/{resource_type}", "operation"),
        Call("GET", "/Patient/{id}/$everything", "operation", "Patient"),
    ]


def test_a_row_that_names_its_type_keeps_its_interaction():
    declared = statement(resource("Subscription", "delete"))
    assert list_calls(declared, rows(("DELETE", "/Subscription/<resource_id>"))) == [
        Call("DELETE", "/Subscription/{id}", "delete", "Subscription")
    ]


def test_an_operation_on_any_type_is_a_call_for_each_type_that_declares_it():
    declared = statement(resource("Task", operation=[{"name": "validate"}]), resource("Flag"))
    assert list_calls(declared, rows(("POST", "/<resource_type>/$validate"), ("GET", f"{ONE}/$validate"))) == [
        Call("POST", "/Task/$validate", "operation", "Task"),
        Call("GET", "/Task/{id}/$validate", "operation", "Task"),
    ]


def test_a_compartment_is_of_a_patient_and_holds_what_names_one():
    declared = statement(resource("Patient", "search-type"), resource("Task", "search-type", parameters=["patient"]))
    assert list_calls(declared, rows(("GET", f"{ONE}/<inner_type>"))) == [
        Call("GET", "/Patient/{id}/Task", "compartment", "Task")
    ]


@pytest.mark.parametrize(("declared", "expected"), [(True, ["PATCH", "PUT"]), (False, [])])
def test_conditions_are_calls_where_they_are_declared(declared, expected):
    task = statement(resource("Task", "update", "patch", conditionalUpdate=declared))
    calls = list_calls(task, rows(("PUT", "/<resource_type>"), ("PATCH", "/<resource_type>")))
    assert [call.method for call in calls] == expected


def test_the_document_says_where_how_and_with_what():
    said = statement(resource("Task", "create", "search-type", parameters=["status"]))
    made = build_openapi(said, rows(("POST", "/<resource_type>"), ("GET", "/<resource_type>")))
    assert made["openapi"].startswith("3.1")
    assert made["servers"] == [{"url": BASE}]
    flow = made["components"]["securitySchemes"]["smart"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "https://hub.example/oauth/token"
    searched = {parameter.get("name") for parameter in made["paths"]["/Task"]["get"]["parameters"]}
    assert "status" in searched
    body = made["paths"]["/Task"]["post"]["requestBody"]["content"]["application/fhir+json"]
    assert body["examples"]["small"]["value"]["resourceType"] == "Task"
    assert {"201", "401", "404", "412", "422"} <= set(made["paths"]["/Task"]["post"]["responses"])


def create_examples(world, store):
    """Yield (type, who could create its example, the answer), with the names of this territory; who could not: None."""
    request = world.desk.get(f"/{world.task}").json["focus"]["reference"]
    names = {PERSON: world.patient, REQUEST: request, DOCUMENT: ""}
    allow_host(store, f"gestionnaire-{world.desk.party.rpartition('/')[2]}-0", HOST)
    # A Binary belongs to a document that is there.
    for name in sorted(RESOURCES, key=lambda name: name == "Binary"):
        for caller in (world.desk, world.gp, world.hosp):
            body = json.dumps(RESOURCES[name])
            for example, actual in {**names, ORGANIZATION: caller.party}.items():
                body = body.replace(f'"{example}"', f'"{actual}"')
            answer = caller.ask("POST", f"/{name}", body=body)
            if answer.status_code == 201:
                if name == "DocumentReference":
                    names[DOCUMENT] = f"{name}/{answer.json['id']}"
                yield name, caller, answer, body
                break
        else:
            yield name, None, answer, body


def test_each_example_is_taken_as_it_stands(world, store):
    """By one of those who may write it; only the names are those of this territory."""
    examples = list(create_examples(world, store))
    assert [(name, answer.text) for name, caller, answer, _ in examples if caller is None] == []
    assert len(examples) == len(RESOURCES)


def test_c18_each_prepared_change_is_taken_as_it_stands(world, store, clock):
    """`docs/contract.md` §4: the page is to try the API. Of what its author may read, with the id and the version filled in."""
    rows = {
        (section.name, row.call.code): row
        for section in list_sections(build_statement(BASE, ROUTES), ROUTES)
        for row in section.rows
    }
    refused, tried = [], set()
    for name, caller, answer, body in create_examples(world, store):
        if not answer.data or ("update" not in {code for kind, code in rows if kind == name}):
            continue
        made = f"/{name}/{answer.json['id']}"
        for code in ("update", "patch"):
            row = rows[name, code]
            assert row.if_match == 'W/"{versionId}"'
            sent = row.body if code == "patch" else json.dumps(json.loads(body) | {"id": answer.json["id"]})
            assert code == "patch" or json.loads(row.body)["id"] == "{id}"
            sent = sent.replace(ORGANIZATION, caller.party)
            version = caller.get(made).json["meta"]["versionId"]
            headers = {"if_match": row.if_match.replace("{versionId}", version), "content-type": row.media_type}
            changed = caller.ask(row.call.method, made, body=sent, **headers)
            tried.add((name, code))
            if changed.status_code != 200:
                refused.append((name, code, changed.text))
        fhirpath = json.dumps(build_fhirpath_patch(name)).replace(ORGANIZATION, caller.party)
        changed = caller.ask("PATCH", made, body=fhirpath, if_match=caller.get(made).headers["ETag"])
        if changed.status_code != 200:
            refused.append((name, "fhirpath", changed.text))
    assert refused == []
    assert len(tried) > 40


def test_c18_the_page_says_what_an_assertion_needs_and_what_labels_mean(http):
    text = http.get("/fhir/docs?lang=en").text
    for word in ("REDACTED", "SUBSETTED", "/intake/", "jti", "300 seconds", "aud", f"{LIFETIME} s", "kid"):
        assert word in text, word


def test_c18_intake_is_in_the_document(http):
    """OpenAPI 3.1 §4.8.10.1: the servers of an operation replace those of the document; intake is beside the FHIR base."""
    document = http.get("/fhir/openapi.json").json
    calls = document["paths"]["/intake/{source}"]
    assert (
        document["servers"]
        != calls["post"]["servers"]
        == [{"url": document["servers"][0]["url"].removesuffix("/fhir")}]
    )
    taken = {name for adapter in ADAPTERS.values() for name in adapter.media_types}
    assert set(calls["post"]["requestBody"]["content"]) == taken
    assert {"200", "201", "401", "422"} <= set(calls["post"]["responses"])
