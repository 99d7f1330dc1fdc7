"""Operations on the record: `$everything`, `$document`, `$match`, `$validate`, and bulk export."""

from __future__ import annotations

from typing import Any

from tests.corpus import bodies
from tests.corpus.answer import path_of
from tests.corpus.cast import Cast

_OURS = "https://maillage.example/fhir/StructureDefinition/"


def _parameters(**given: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": name, **value} for name, value in given.items()]}


def play(cast: Cast) -> None:
    _everything(cast)
    _document(cast)
    _match(cast)
    _validate(cast)
    _export(cast)


def _everything(cast: Cast) -> None:
    for client in cast.by.values():
        client.get(f"{cast.jeanne}/$everything")
    doctor, path = cast.medecin_traitant, f"{cast.jeanne}/$everything"
    for query in (
        *(
            "_count=3",
            "_type=Patient,Task",
            "_since=2026-11-21T08:00:03Z",
            "start=2026-11-01&end=2026-11-30",
            "_type=Nothing",
        ),
        *("_count=x", "start=x", "nothing=1", "_type=Task&_type=Goal", "_format=xml&_count=2", "_pretty=true&_count=2"),
    ):
        doctor.get(f"{path}?{query}")
    page = doctor.get(f"{path}?_count=4&_type=Patient,Task,Condition,Goal")
    page = doctor.get(page.link("next"))
    cast.saad.get(page.link("next"))
    doctor.ask("POST", path)
    doctor.ask("POST", path, _parameters(_count={"valueInteger": 2}, _type={"valueCode": "Task,Patient"}))
    doctor.ask("POST", path, _parameters(other={"valueInteger": 2}))
    doctor.ask("POST", path, {"resourceType": "Patient"})
    for name in (cast.hidden, f"Patient/{'a' * 26}", cast.task):
        cast.ccas.get(f"{name}/$everything")


def _document(cast: Cast) -> None:
    plan = cast.made.get("CarePlan", "CarePlan/absent")
    for role in ("gestionnaire", "medecin_traitant", "ccas", "saad", "personne"):
        cast.by[role].get(f"{plan}/$document")
    desk = cast.gestionnaire
    desk.get(f"{plan}/$document", accept_language="en")
    for query in ("persist=false", "persist=true", "nothing=1", "_format=xml", "_pretty=true"):
        desk.get(f"{plan}/$document?{query}")
    desk.ask("POST", f"{plan}/$document", _parameters(persist={"valueBoolean": False}))
    desk.get(f"{cast.task}/$document")
    desk.get(f"CarePlan/{'a' * 26}/$document")


def _match(cast: Cast) -> None:
    sought = {
        "resourceType": "Patient",
        "name": [{"use": "official", "family": "Fictive", "given": ["Jeanne"]}],
        "birthDate": "1938-02-03",
        "gender": "female",
        "identifier": [{"system": bodies.INS_DEMO, "value": "000000000000097"}],
    }
    for patient in (
        sought,
        sought | {"identifier": []},
        {key: value for key, value in sought.items() if key != "identifier"},
        sought | {"birthDate": "1938-03-02", "name": [{"family": "Fictif", "given": ["Jane"]}]},
        {"resourceType": "Patient", "name": [{"family": "Personne"}]},
        {"resourceType": "Patient"},
    ):
        for role in ("gestionnaire", "guichet", "medecin_traitant", "ccas", "pilote"):
            cast.by[role].ask("POST", "Patient/$match", _parameters(resource={"resource": patient}))
    for extra in (
        {"count": {"valueInteger": 1}},
        {"count": {"valueInteger": 0}},
        {"onlyCertainMatches": {"valueBoolean": True}},
        {"nothing": {"valueBoolean": True}},
    ):
        cast.gestionnaire.ask("POST", "Patient/$match", _parameters(resource={"resource": sought}, **extra))
    cast.gestionnaire.ask("POST", "Patient/$match", sought)
    cast.gestionnaire.get("Patient/$match")


def _validate(cast: Cast) -> None:
    ccas = cast.ccas
    goal = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "x"},
        "subject": {"reference": cast.jeanne},
    }
    for query in (
        "",
        "?mode=create",
        "?mode=update",
        "?mode=delete",
        "?mode=profile",
        f"?profile={_OURS}goal",
        "?profile=urn:x",
        "?x=1",
    ):
        ccas.ask("POST", f"Goal/$validate{query}", goal)
        ccas.ask("POST", f"Goal/$validate{query}", _parameters(resource={"resource": goal}))
    wrong = {"resourceType": "Goal", "lifecycleStatus": "nonsense", "description": {"text": 1}, "zz": 1}
    for body in (
        wrong,
        {"resourceType": "Task"},
        goal | {"extension": [{"url": "urn:x", "valueString": "x"}]},
        [],
        b"{",
        b"",
    ):
        ccas.ask("POST", "Goal/$validate", body)
    for resource in bodies.others(cast.jeanne, ccas.party, cast.request, cast.condition):
        ccas.ask("POST", f"{resource['resourceType']}/$validate?mode=create", resource)
    ccas.ask("POST", "Task/$validate?mode=create", bodies.task(cast.jeanne, ccas.party, ccas.party, "Patient/x"))
    for name in (cast.jeanne, cast.task, cast.condition, cast.hidden, f"Goal/{'a' * 26}"):
        ccas.get(f"{name}/$validate")
        ccas.get(f"{name}/$validate?mode=delete")
        ccas.ask("POST", f"{name}/$validate", goal)


def _export(cast: Cast) -> None:
    for role in ("gestionnaire", "ccas"):
        client = cast.by[role]
        for path in (
            *("$export", "Patient/$export", "$export?_type=Task,Patient&_since=2026-11-21T08:00:02Z"),
            *("Patient/$export?_type=Condition", "$export?_type=Nothing", "$export?_since=x", "$export?nothing=1"),
            *("$export?_outputFormat=ndjson", "$export?_outputFormat=csv", "Group/x/$export"),
        ):
            begun = client.get(path, prefer="respond-async", accept="application/fhir+json")
            if begun.status != 202:
                continue
            status = path_of(begun.header("Content-Location"))
            manifest = client.get(status)
            for output in manifest.json.get("output", ())[:8]:
                client.get(path_of(output["url"]))
            cast.saad.get(status)
            client.ask("DELETE", status)
            client.get(status)
        client.get("$export")
        client.ask("POST", "$export", _parameters(_type={"valueString": "Task"}), prefer="respond-async")
        client.get("$export?nothing=1", prefer="respond-async, handling=lenient")
    cast.gestionnaire.get("$export-status/none")
    cast.gestionnaire.get("$export-file/none/Task")
