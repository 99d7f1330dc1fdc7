"""The table of routes: each row works where it says that it does, and what is declared as an operation is one."""

import importlib
import pkgutil

import pytest

from fhir_profiles.definitions import load_by_url
from hub.api import operations
from hub.api.http.not_offered import refuse, refuse_operation
from hub.api.http.route import EVERY_TYPE, Operation, Route, RouteTable
from hub.api.metadata.definitions import TYPE_PATH, read_definition, search_definitions
from hub.api.routes import OPERATIONS, ROUTES
from hub.domain.resource_types import TYPES
from hub.http.guards import OPEN, TOKEN
from tests.hub.api.bundle.test_transaction import bundle
from tests.hub.api.conftest import ABSENT, NOT_FOUND, told

OFFERED = {(operation.resource_type, operation.code) for operation in OPERATIONS}


def test_each_declared_operation_answers(world):
    plan = {"resourceType": "CarePlan", "status": "draft", "intent": "plan", "subject": {"reference": world.patient}}
    requests = {
        ("", "export"): ("GET", "/$export", None),
        ("Patient", "export"): ("GET", "/Patient/$export", None),
        ("Patient", "everything"): ("GET", f"/{world.patient}/$everything", None),
        ("Patient", "match"): ("POST", "/Patient/$match", _match()),
        ("CarePlan", "document"): ("GET", f"/{world.desk.create(plan)}/$document", None),
        (EVERY_TYPE, "validate"): ("GET", f"/{world.task}/$validate", None),
    }
    assert set(requests) <= OFFERED
    for method, path, body in requests.values():
        answer = world.desk.ask(method, path, body=body, prefer="respond-async")
        assert answer.status_code in (200, 202), (path, answer.text)


def _match():
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": {"resourceType": "Patient"}}]}


def test_the_statement_declares_them(world):
    (rest,) = world.desk.get("/metadata").json["rest"]
    declared = {resource["type"]: resource.get("operation") for resource in rest["resource"]} | {
        "": rest.get("operation")
    }
    for kind in ("", *TYPES):
        assert declared[kind] == [
            {"name": operation.code, "definition": operation.definition}
            for operation in OPERATIONS
            if operation.resource_type == kind or (kind and operation.resource_type == EVERY_TYPE)
        ]


def test_our_own_definitions_are_served_and_say_the_levels():
    own = [operation for operation in OPERATIONS if operation.definition.startswith("https://maillage.example/")]
    assert own
    for operation in own:
        definition = load_by_url("OperationDefinition")[operation.definition]
        levels = (operation.on_system, operation.on_type, operation.on_instance)
        assert (definition["code"], definition["resource"]) == (operation.code, [operation.resource_type])
        assert [definition[level] for level in ("system", "type", "instance")] == [
            level is not None for level in levels
        ]


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_no_other_operation_is_there(world, kind):
    for path in (f"/{kind}/$everything", f"/{kind}/{ABSENT}/$other", f"/{kind}/$export2", f"/{kind}/{ABSENT}/$match"):
        assert world.desk.get(path).data == NOT_FOUND


def test_each_operation_that_a_module_declares_is_offered():
    declared = []
    for module in pkgutil.iter_modules(operations.__path__, f"{operations.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            several = isinstance(value, tuple) and not isinstance(value, Operation)
            declared += [item for item in (value if several else [value]) if isinstance(item, Operation)]
    assert len(declared) >= len(OPERATIONS)
    assert [operation.code for operation in declared if operation not in OPERATIONS] == []


def test_each_row_stands_once():
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES.routes)


def test_only_rows_that_read_are_open_or_fast():
    open_rows = [route for route in ROUTES if route.authentication == OPEN]
    assert {route.path for route in open_rows} == {
        "/metadata",
        TYPE_PATH,
        f"{TYPE_PATH}/_search",
        f"{TYPE_PATH}/<resource_id>",
    }
    # Definitions say nothing of anybody.
    assert {route.handler for route in open_rows if route.path != "/metadata"} == {read_definition, search_definitions}
    assert {route.method for route in ROUTES if route.fast} == {"GET"}
    assert {route.authentication for route in ROUTES if route.fast} == {TOKEN}


def test_rows_that_refuse_declare_nothing():
    for route in ROUTES:
        assert (route.handler in (refuse, refuse_operation)) == (not route.interactions), route.path


@pytest.mark.parametrize(
    ("method", "url", "path"),
    [
        ("GET", "Task", "/<resource_type>"),
        ("HEAD", "Task/x", "/<resource_type>/<resource_id>"),
        ("GET", "Patient/x/$everything", "/Patient/<resource_id>/$everything"),
        ("GET", "Patient/x/Task", "/<resource_type>/<resource_id>/<inner_type>"),
        ("GET", "Task/x/_history", "/<resource_type>/<resource_id>/_history"),
        ("GET", "metadata", "/metadata"),
        ("PUT", "Task", "/<resource_type>"),
        ("DELETE", "Subscription/x", "/Subscription/<resource_id>"),
    ],
)
def test_an_entry_takes_the_row_of_its_path(method, url, path):
    match = ROUTES.find_entry(method, url.split("/"))
    assert match is not None
    assert match.route.path == path


def test_an_entry_cannot_require_what_a_bundle_has_not():
    with pytest.raises(ValueError, match="/x"):
        RouteTable([Route("GET", "/x", refuse, authentication="a session", in_batch=True)])
    RouteTable([Route("GET", "/x", refuse, authentication="a session")])


def test_one_of_several_values_goes_before_any_text():
    table = RouteTable(
        Route("GET", path, refuse, in_batch=True) for path in ("/<resource_type>", "/<any(ValueSet,Basic):kind>", "/x")
    )
    for text, path in (("x", "/x"), ("Basic", "/<any(ValueSet,Basic):kind>"), ("Task", "/<resource_type>")):
        match = table.find_entry("GET", [text])
        assert match is not None
        assert match.route.path == path


@pytest.mark.parametrize(
    "url", ["Task/_search", "Patient/$match", "Patient/x/$everything", "Subscription/x/$status", ""]
)
def test_what_may_be_no_entry_is_refused_in_a_batch(world, url):
    entry = {"request": {"method": "POST", "url": url}, "resource": {"resourceType": "Parameters"}}
    answer = world.desk.ask("POST", "", body=bundle(entry, kind="batch"))
    assert [result["response"]["status"] for result in answer.json["entry"]] == ["405"]


@pytest.mark.parametrize(
    "path",
    [
        "/{patient}",
        "/{hidden_patient}",
        "/Patient",
        "/Patient/x/_history",
        "/metadata",
        "/Patient/$export",
        "/Zebulon",
        "/StructureDefinition",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_c19_a_slash_after_a_path_changes_nothing(world, method, path):
    """404 says that a resource is absent (R4 http.html#read); `Patient/x/` and `Patient/?…` name what is there."""
    body = {"resourceType": "Patient", "name": [{"family": "Fictive"}]} if method == "PUT" else None
    plain = path.format(**vars(world))
    for query in ("", "?_summary=false"):
        answers = [world.soc.ask(method, f"{url}{query}", body=body) for url in (plain, f"{plain}/")]
        assert told(answers[0]) == told(answers[1])


def test_c19_a_search_may_have_a_slash_before_its_question_mark(world):
    own = world.patient.partition("/")[2]
    answer = world.soc.get(f"/Patient/?_id={own}")
    assert [entry["resource"]["id"] for entry in answer.json["entry"]] == [own]
    assert answer.json["link"][0]["url"] == world.soc.get(f"/Patient?_id={own}").json["link"][0]["url"]


def test_c19_two_slashes_after_a_path_are_another_path(world):
    assert world.soc.get(f"/{world.patient}//").status_code == 404
