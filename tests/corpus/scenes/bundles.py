"""Batches and transactions: of reads, of writes, pointing to one another, half wrong, too long."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from tests.corpus import bodies
from tests.corpus.cast import Cast

_PERSON, _REQUEST = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:88f151c0-a954-468a-88bd-5ae15c08e059"


def _bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def _get(url: str, **conditions: str) -> dict[str, Any]:
    return {"request": {"method": "GET", "url": url, **conditions}}


def _post(resource: dict[str, Any], full_url: str = "", **conditions: str) -> dict[str, Any]:
    entry = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"], **conditions}}
    return ({"fullUrl": full_url} if full_url else {}) | entry


def _put(resource: dict[str, Any], **conditions: str) -> dict[str, Any]:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": url, **conditions}}


def play(cast: Cast) -> None:
    for role in ("gestionnaire", "medecin_traitant", "ccas", "saad"):
        client = cast.by[role]
        for kind in ("batch", "transaction"):
            client.ask("POST", "/fhir", _bundle(kind, *_reads(cast)))
            client.ask(
                "POST", "/fhir", _bundle(kind, _get(cast.jeanne), _get("Task?_count=3"), _get(f"{cast.jeanne}/Task"))
            )
            client.ask("POST", "/fhir", _bundle(kind, *_writes(cast, client.party)))
            client.ask("POST", "/fhir/", _bundle(kind, *_writes(cast, client.party)), prefer="return=representation")
    _linked(cast)
    _twenty(cast)
    _changed(cast)
    _wrong(cast)


def _reads(cast: Cast) -> list[dict[str, Any]]:
    return [
        _get(cast.jeanne),
        _get(cast.hidden),
        _get("Task?status=requested&_count=3"),
        _get(f"{cast.jeanne}/Task?_count=2"),
        _get(f"{cast.jeanne}/_history"),
        _get(f"{cast.jeanne}/$everything?_count=3"),
        _get("metadata"),
        _get("CodeSystem/section"),
        _get("CodeSystem?name=Section"),
        _get(f"{cast.condition}?_elements=code"),
        _get(f"{cast.made.get('CarePlan', 'CarePlan/absent')}/$document"),
        _get(f"{cast.jeanne}/$validate"),
        _get(cast.jeanne, ifNoneMatch='W/"x"'),
        {"request": {"method": "HEAD", "url": cast.jeanne}},
        *([] if cast.made.get("Goal") is None else [_get(f"{cast.made['Goal']}/_history/x")]),
    ]


def _writes(cast: Cast, party: str) -> list[dict[str, Any]]:
    made = [_post(bodies.request(cast.jeanne, party, text)) for text in ("Un", "Deux")]
    goal = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "x"},
        "identifier": [{"system": "urn:bundle", "value": party}],
        "subject": {"reference": cast.jeanne},
    }
    return [*made, _post(goal, ifNoneExist=f"identifier=urn:bundle|{party}")]


def _linked(cast: Cast) -> None:
    desk = cast.gestionnaire
    person = bodies.patient("Groupée", number="000000000000394")
    entries = [
        _post(bodies.request(_PERSON, desk.party, basedOn=[{"reference": _REQUEST}])),
        _post(bodies.request(_PERSON, f"http://127.0.0.1:8000/fhir/{desk.party}"), _REQUEST),
        _post(person, _PERSON),
        _post(bodies.circle(_PERSON, desk.party, cast.party["cabinet"])),
        _get("Task?_summary=count"),
    ]
    desk.ask("POST", "/fhir", _bundle("transaction", *entries))
    desk.ask("POST", "/fhir?_format=xml", _bundle("transaction", *entries))
    id = cast.jeanne.partition("/")[2]
    for link in (
        f"Patient?family=Fictive&_id={id}",
        "Patient?family=Nobody",
        "Patient?family=Cachée",
        "urn:uuid:x",
        _PERSON,
    ):
        desk.ask("POST", "/fhir", _bundle("transaction", _post(bodies.request(link, desk.party))))
        desk.ask("POST", "/fhir", _bundle("batch", _post(bodies.request(link, desk.party))))


def _twenty(cast: Cast) -> None:
    """As many notes as a shift writes."""
    doctor = cast.medecin_traitant
    notes = [
        _post(
            {
                "resourceType": "Communication",
                "status": "completed",
                "subject": {"reference": cast.jeanne},
                "payload": [{"contentString": f"Passage fictif numéro {number}, rien à signaler."}],
            },
            f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        )
        for number in range(20)
    ]
    for kind in ("transaction", "batch"):
        doctor.ask("POST", "/fhir", _bundle(kind, *notes))
        doctor.ask("POST", "/fhir", _bundle(kind, *notes), accept_encoding="gzip", prefer="return=representation")


def _changed(cast: Cast) -> None:
    desk = cast.gestionnaire
    patch = [{"op": "replace", "path": "/gender", "value": "female"}]
    binary = {
        "resourceType": "Binary",
        "contentType": "application/json-patch+json",
        "data": b64encode(json.dumps(patch).encode()).decode(),
    }
    for kind in ("batch", "transaction"):
        read = desk.get(cast.jeanne)
        changed = read.json | {"gender": "other"}
        desk.ask("POST", "/fhir", _bundle(kind, _put(changed, ifMatch='W/"x"')))
        desk.ask("POST", "/fhir", _bundle(kind, _put(changed, ifMatch=read.etag)))
        again = desk.get(cast.jeanne)
        asked = {"method": "PATCH", "url": cast.jeanne, "ifMatch": again.etag}
        desk.ask("POST", "/fhir", _bundle(kind, {"resource": binary, "request": asked}))
        desk.ask("POST", "/fhir", _bundle(kind, {"request": {"method": "DELETE", "url": cast.jeanne}}))
        goal = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "y"}}
        goal |= {"identifier": [{"system": "urn:bundle", "value": kind}], "subject": {"reference": cast.jeanne}}
        put = {"resource": goal, "request": {"method": "PUT", "url": f"Goal?identifier=urn:bundle|{kind}"}}
        desk.ask("POST", "/fhir", _bundle(kind, put))
        desk.ask("POST", "/fhir", _bundle(kind, put, put))


def _wrong(cast: Cast) -> None:
    desk = cast.gestionnaire
    good = _post(bodies.request(cast.jeanne, desk.party))
    bad = _post(bodies.request(cast.jeanne, desk.party, status="nonsense"))
    for kind in ("batch", "transaction"):
        for entries in (
            [],
            [good, bad],
            [{}],
            [{"request": {"method": "GET"}}],
            [{"request": {"method": "TRACE", "url": "Task"}}],
            [_get("https://elsewhere.example/Task")],
            [_get("Nothing/x")],
            [_get("_history")],
            [{"resource": good["resource"]}],
            [good | {"fullUrl": _REQUEST}, good | {"fullUrl": _REQUEST}],
        ):
            desk.ask("POST", "/fhir", _bundle(kind, *entries))
    desk.ask("POST", "/fhir", _bundle("batch", *[_get("Nothing/x")] * 1001))
    for body in (_bundle("collection", good), {"resourceType": "Bundle"}, {"resourceType": "Patient"}, [], b"{", b""):
        desk.ask("POST", "/fhir", body)
