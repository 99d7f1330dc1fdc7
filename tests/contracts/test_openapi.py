"""The OpenAPI document is valid, is what is routed and declared, and what its readers send brings no fault (schemathesis)."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for
from schemathesis.checks import not_a_server_error

from hub.api.routes import ROUTES
from tests.outside import Outside, outside

# A desk, a partner, one who hears everything by messages, one without persons: each stops at another place.
CALLERS = ["gestionnaire", "ccas", "m2m_orienteur", "dpo_auditeur", ""]
# Of each call; `schemathesis run` against a served hub takes as many as one wants.
FEW = settings(
    max_examples=2, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    return outside(tmp_path_factory.mktemp("openapi"))


@pytest.fixture(scope="module")
def document(hub: Outside) -> dict:
    return hub.http.get("/fhir/openapi.json").json


def test_it_is_open_and_the_same_for_all(hub: Outside) -> None:
    answers = [hub.ask(role, "GET", "/fhir/openapi.json") for role in CALLERS]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert answers[0].headers["Cache-Control"] == "public, max-age=300"
    assert answers[0].content_type == "application/json"


def test_schemathesis_reads_every_call(hub: Outside, document: dict) -> None:
    schema = schemathesis.openapi.from_wsgi("/fhir/openapi.json", hub.app)
    read = [operation.ok() for operation in schema.get_all_operations()]
    assert len(read) == sum(len(path) for path in document["paths"].values()) > 200


def test_every_reference_leads_somewhere(document: dict) -> None:
    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(link := value.get("$ref"), str):
                found = document
                for part in link.removeprefix("#/").split("/"):
                    found = found[part]
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(document)
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(set(names)) == len(names)
    for schema in document["components"]["schemas"].values():
        validator_for({**schema, "components": document["components"]})


def test_each_path_names_its_parameters(document: dict) -> None:
    shared = document["components"]["parameters"]
    for path, calls in document["paths"].items():
        for call in calls.values():
            told = [shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in call["parameters"]]
            assert {one["name"] for one in told if one["in"] == "path"} == set(re.findall(r"{(\w+)}", path))
            named = [(one["in"], one["name"]) for one in told]
            assert len(set(named)) == len(named), (path, named)


def test_each_call_is_routed_and_each_route_is_a_call(hub: Outside, document: dict) -> None:
    adapter = hub.app.url_map.bind("")
    met = set()
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            root = "" if "servers" in call else "/fhir"
            rule, _ = adapter.match(f"{root}{path}".replace("{", "").replace("}", ""), method.upper(), return_rule=True)
            met.add((rule.rule, method.upper()))
    assert {("/intake/<source>", "GET"), ("/intake/<source>", "POST")} <= met
    offered = {(f"/fhir{route.path}", route.method) for route in ROUTES if route.interactions and route.path != "/"}
    refused = {(f"/fhir{route.path}", route.method) for route in ROUTES if not route.interactions}
    assert not met & refused
    # The base has two spellings; either will do.
    assert offered - met <= {("/fhir", "POST")}


def test_nothing_that_its_readers_send_brings_a_fault(hub: Outside) -> None:
    schema = schemathesis.openapi.from_wsgi("/fhir/openapi.json", hub.app)
    tried: set[str] = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy(), role=st.sampled_from(CALLERS))
        def send(case: schemathesis.Case, role: str) -> None:
            tried.add(case.operation.label)
            answer = case.call(headers={"Authorization": f"Bearer {hub.tokens[role]}"} if role else {})
            case.validate_response(answer, checks=[not_a_server_error])

        send()
    assert len(tried) > 200
