"""Operations as an actor asks for them: a person page by page, a plan as a document, a match, an export, a validation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from tests.worlds.doors import Answer, HttpDoor

_FHIR = "application/fhir+json"
_PROFILE = "https://maillage.example/fhir/StructureDefinition/partner-task"
# Of two persons of the scene at once, so that there is someone to find and someone who must not be found.
_TRAITS = {
    "resourceType": "Patient",
    "name": [{"use": "official", "family": "NAISSANCE", "given": ["Jeanne", "Marie"]}],
    "birthDate": "1938-02-03",
    "gender": "female",
    "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.11", "value": "000000000000097"}],
}

Asked = Iterator[tuple[str, Answer]]


def operate(kind: str, door: HttpDoor, name: str, person: str) -> Asked:
    """(kind, answer) of each request of the operation `kind`. `name`: a resource to aim at."""
    yield from OPERATIONS[kind](door, name, person)


def _everything(door: HttpDoor, name: str, person: str) -> Asked:
    answer = door.ask("GET", f"/fhir/{person}/$everything?_count=3")
    yield "everything", answer
    for _ in range(3):
        if not answer.next:
            break
        answer = door.ask("GET", f"/fhir/{person}/$everything?{answer.next}")
        yield "everything", answer
    inner = name.partition("/")[0]
    yield (
        "everything",
        door.ask("GET", f"/fhir/{person}/$everything?_type={inner},Patient&start=2026-10&end=2026-11-21"),
    )
    yield "everything", door.ask("GET", f"/fhir/{person}/$everything?_since=2026-11-21T08:00:00Z")


def _document(door: HttpDoor, name: str, person: str) -> Asked:
    plan = name if name.startswith("CarePlan/") else "CarePlan/plan"
    yield "document", door.ask("GET", f"/fhir/{plan}/$document")


def _match(door: HttpDoor, name: str, person: str) -> Asked:
    for patient in (_TRAITS, {"resourceType": "Patient", "birthDate": _TRAITS["birthDate"]}):
        parameters = [{"name": "resource", "resource": patient}]
        body = json.dumps({"resourceType": "Parameters", "parameter": parameters}).encode()
        yield "match", door.ask("POST", "/fhir/Patient/$match", body, Content_Type=_FHIR)


def _export(door: HttpDoor, name: str, person: str) -> Asked:
    inner = name.partition("/")[0]
    begun = door.ask("GET", f"/fhir/$export?_type={inner}", Prefer="respond-async")
    yield "export", begun
    status = next((value for header, value in begun.headers if header == "Content-Location"), "")
    if status:
        manifest = door.ask("GET", urlsplit(status).path)
        yield "export", manifest
        for one in manifest.json()["output"]:
            yield "export", door.ask("GET", urlsplit(one["url"]).path)


def _validate(door: HttpDoor, name: str, person: str) -> Asked:
    """What is named, as it is seen; and a body that points to it, under its name too."""
    yield "validate", door.ask("GET", f"/fhir/{name}/$validate")
    yield "validate", door.ask("GET", f"/fhir/{name}/$validate?profile={_PROFILE}")
    kind, _, key = name.partition("/")
    task = {"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": person}}
    body = json.dumps(task | {"focus": {"reference": name}, "partOf": [{"reference": name}]}).encode()
    yield "validate", door.ask("POST", f"/fhir/Task/$validate?mode=create&profile={_PROFILE}", body, Content_Type=_FHIR)
    own = json.dumps({"resourceType": kind, "id": key, "status": "draft"}).encode()
    yield "validate", door.ask("POST", f"/fhir/{name}/$validate?mode=update", own, Content_Type=_FHIR)


OPERATIONS: dict[str, Callable[[HttpDoor, str, str], Asked]] = {
    "everything": _everything,
    "document": _document,
    "match": _match,
    "export": _export,
    "validate": _validate,
}
