"""What is declared as an operation is one, and nothing else is."""

import pytest

from fhir_profiles.definitions import load_by_url
from hub.api.metadata.operations import OPERATIONS, declared
from hub.domain.resource_types import TYPES
from tests.hub.api.conftest import ABSENT, NOT_FOUND

OFFERED = [(kind, name) for kind, names in OPERATIONS.items() for name in names]


def test_each_declared_operation_answers(world):
    plan = {"resourceType": "CarePlan", "status": "draft", "intent": "plan", "subject": {"reference": world.patient}}
    asked = {
        ("", "export"): ("GET", "/$export", None),
        ("Patient", "export"): ("GET", "/Patient/$export", None),
        ("Patient", "everything"): ("GET", f"/{world.patient}/$everything", None),
        ("Patient", "match"): ("POST", "/Patient/$match", _match()),
        ("CarePlan", "document"): ("GET", f"/{world.desk.create(plan)}/$document", None),
    }
    assert set(asked) <= set(OFFERED)
    for method, path, body in asked.values():
        answer = world.desk.ask(method, path, body=body, prefer="respond-async")
        assert answer.status_code in (200, 202), (path, answer.text)


def _match():
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": {"resourceType": "Patient"}}]}


def test_the_statement_declares_them(world):
    (rest,) = world.desk.get("/metadata").json["rest"]
    found = {one["type"]: one.get("operation") for one in rest["resource"]} | {"": rest.get("operation")}
    for kind in ("", *TYPES):
        assert found[kind] == declared(kind).get("operation")


def test_our_own_definitions_are_served():
    own = [
        url for names in OPERATIONS.values() for url in names.values() if url.startswith("https://maillage.example/")
    ]
    assert own
    assert set(own) <= set(load_by_url("OperationDefinition"))


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_no_other_operation_is_there(world, kind):
    for path in (f"/{kind}/$everything", f"/{kind}/{ABSENT}/$other", f"/{kind}/$export2", f"/{kind}/{ABSENT}/$match"):
        assert world.desk.get(path).data == NOT_FOUND
