"""https://spec.openapis.org/oas/v3.1.0: what is declared and routed, and nothing else; its examples are taken as they stand."""

import json

import pytest

from hub.api.docs.openapi.calls import Call, list_calls
from hub.api.docs.openapi.document import build_openapi
from hub.api.docs.openapi.examples import RESOURCES
from hub.api.metadata.definitions import TYPE_PATH
from hub.api.routes import ROUTES
from hub.domain.resource_types.sample_names import DOCUMENT, HOST, ORGANIZATION, PERSON, REQUEST
from hub.record.clients.allowed_hosts import allow_host

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


def test_each_example_is_taken_as_it_stands(world, store):
    """By one of those who may write it; only the names are those of this territory."""
    request = world.desk.get(f"/{world.task}").json["focus"]["reference"]
    names = {PERSON: world.patient, REQUEST: request, DOCUMENT: ""}
    allow_host(store, f"gestionnaire-{world.desk.party.rpartition('/')[2]}-0", HOST)
    refused = {}
    # A Binary belongs to a document that is there.
    for name in sorted(RESOURCES, key=lambda name: name == "Binary"):
        for caller in (world.desk, world.gp, world.hosp):
            body = json.dumps(RESOURCES[name])
            for example, actual in {**names, ORGANIZATION: caller.party}.items():
                body = body.replace(f'"{example}"', f'"{actual}"')
            answer = caller.ask("POST", f"/{name}", body=body)
            refused[name] = (answer.status_code, answer.text)
            if answer.status_code == 201:
                del refused[name]
                if name == "DocumentReference":
                    names[DOCUMENT] = f"{name}/{answer.json['id']}"
                break
    assert refused == {}
