"""What other scenes pass by: narratives, labels that follow their targets, moves of Tasks, rare patches, copies."""

from __future__ import annotations

from typing import Any

from tests.corpus import bodies
from tests.corpus.cast import Cast
from tests.corpus.client import JSON_PATCH

_NARRATIVES = (
    "<p>Un texte <b>simple</b> &amp; court</p>",
    '<p><a href="https://elsewhere.example">lien</a><img src="#x"/></p>',
    "<script>alert(1)</script>",
    '<p onclick="x">y</p>',
    "<table><tr><td>1</td></tr></table><ul><li>a</li></ul>",
    "<p>ouvert",
    "",
)
_BSER = "http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS"
_DONE = [{"type": {"text": "compte rendu"}, "valueString": "fait"}]
_REASON = {"text": "une raison"}
_DOMAIN = {
    "url": f"{bodies.OURS}/StructureDefinition/activity-domain",
    "valueCoding": {"system": bodies.DOMAIN, "code": "psy"},
}


def play(cast: Cast) -> None:
    _narratives(cast)
    _labels(cast)
    _moves(cast)
    _new_tasks(cast)
    _patches(cast)
    _copies(cast)


def _narratives(cast: Cast) -> None:
    goal = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "x"}}
    goal |= {"subject": {"reference": cast.jeanne}}
    for text in _NARRATIVES:
        for div in (f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>', f"<div>{text}</div>"):
            for client in (cast.gestionnaire, cast.medecin_traitant):
                made = client.create(goal | {"text": {"status": "additional", "div": div}})
                client.get(made.name)
                client.get(f"{made.name}?_summary=text&_format=xml")


def _labels(cast: Cast) -> None:
    """What points to a resource is labelled anew when that resource changes its own label."""
    desk, doctor = cast.gestionnaire, cast.medecin_traitant
    organization = desk.create({"resourceType": "Organization", "name": "Centre fictif"}).name
    problem = doctor.create(bodies.condition(cast.jeanne, "I10")).name
    performers, reasons = [{"reference": organization}], [{"reference": problem}]
    asked = desk.create(bodies.request(cast.jeanne, desk.party, performer=performers, reasonReference=reasons)).name
    task = desk.create(bodies.task(cast.jeanne, desk.party, organization, asked)).name
    based = desk.create(bodies.request(cast.jeanne, desk.party, basedOn=[{"reference": asked}])).name
    changes: tuple[tuple[str, dict[str, Any]], ...] = (
        (organization, {"type": [bodies.coded("urn:oid:1.2.250.1.213.3.3.39", "10")]}),
        (problem, {"code": bodies.coded(bodies.ICD10, "F32.1")}),
        (asked, {"extension": [_DOMAIN]}),
        (asked, {"extension": None}),
        (organization, {"type": None}),
        (problem, {"code": bodies.coded(bodies.ICD10, "I10")}),
    )
    for name, elements in changes:
        for client in (desk, doctor):
            client.put(name, **elements)
        cast.hub.fixed.pass_time(1)
        for role in ("gestionnaire", "medecin_traitant", "ssiad", "personne"):
            for shown in (organization, problem, asked, task, based):
                cast.by[role].get(shown)
            cast.by[role].get(f"{asked}/_history")
            cast.by[role].get(f"ServiceRequest?patient={cast.jeanne}&_sort=-_lastUpdated&_count=5")


def _moves(cast: Cast) -> None:
    desk, ccas = cast.gestionnaire, cast.ccas
    moves: tuple[tuple[str, dict[str, Any]], ...] = (
        ("gestionnaire", {"businessStatus": bodies.coded(_BSER, "3.0")}),
        ("ccas", {"status": "received", "businessStatus": bodies.coded(_BSER, "2.0")}),
        ("ccas", {"note": [{"text": "à propos"}], "description": "autre"}),
        ("ccas", {"status": "accepted", "businessStatus": bodies.coded(_BSER, "3.0")}),
        ("ccas", {"status": "in-progress"}),
        ("ccas", {"businessStatus": bodies.coded(_BSER, "7.0")}),
        ("ccas", {"status": "on-hold", "statusReason": _REASON}),
        ("ccas", {"status": "in-progress"}),
        ("gestionnaire", {"status": "cancelled", "statusReason": _REASON}),
        ("gestionnaire", {"statusReason": _REASON, "businessStatus": bodies.coded(_BSER, "5.2")}),
        ("ccas", {"status": "completed", "output": _DONE}),
        ("ccas", {"status": "in-progress"}),
        ("ccas", {"note": None}),
        ("gestionnaire", {"status": "entered-in-error", "statusReason": _REASON}),
    )
    task = desk.create(bodies.task(cast.jeanne, desk.party, ccas.party, cast.request)).name
    for role, changes in moves:
        cast.by[role].put(task, **changes)
    ccas.get(f"{task}/_history")
    handed = desk.create(bodies.task(cast.jeanne, desk.party, ccas.party, cast.request)).name
    desk.put(handed, owner={"reference": cast.party["ssiad"]})
    for client in (ccas, cast.ssiad):
        client.get(handed)
        client.get(f"{handed}/_history")


def _new_tasks(cast: Cast) -> None:
    desk, ccas = cast.gestionnaire, cast.ccas
    usual = bodies.task(cast.jeanne, desk.party, ccas.party, cast.request)
    gap = bodies.coded(f"{bodies.OURS}/CodeSystem/hub-task", "system-gap")
    changes: tuple[dict[str, Any], ...] = (
        {"owner": None},
        {"status": "draft"},
        {"intent": "plan"},
        {"intent": "proposal", "code": bodies.coded(bodies.TASK_CODE, "approve")},
        {"requester": {"reference": ccas.party}},
        {"code": gap, "for": None, "focus": None},
        {"code": gap, "focus": None},
        {"focus": {"reference": cast.jeanne}},
        {"restriction": {"period": {"end": "2026-12-01"}}, "reasonCode": {"text": "x"}},
    )
    for elements in changes:
        body = {name: value for name, value in (usual | elements).items() if value is not None}
        for client in (desk, ccas):
            made = client.create(body)
            client.put(made.name, status="requested")
            ccas.put(made.name, status="accepted", owner={"reference": ccas.party})
            client.ask("POST", "Task/$validate?mode=create", body)


def _patches(cast: Cast) -> None:
    """Paths and operations of both kinds of patches that are rarely sent."""
    desk, id = cast.gestionnaire, cast.jeanne.partition("/")[2]
    paths = (
        *("Patient.name.first().family", "Patient.name.last().given[0]", "Patient.name.where(use = 'usual').family"),
        *("Patient.name[7].family", "Patient.extension('urn:x').value", "Patient.deceased.ofType(boolean)"),
        *("Patient.name.where(use = 'usual' and family = 'x')", "Patient.telecom.where(system='phone').value"),
        *("Patient.name.family", "Task.status", "name"),
    )
    for path in paths:
        for kind in ("replace", "delete"):
            part = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
            part += [{"name": "value", "valueString": "Autre"}] if kind == "replace" else []
            sent = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": part}]}
            desk.ask("PATCH", cast.jeanne, sent, if_match=desk.get(cast.jeanne).etag)
    operations: tuple[dict[str, Any], ...] = (
        {"op": "replace", "path": "/name/0/family", "value": "AUTRE"},
        {"op": "copy", "from": "/name/0", "path": "/name/-"},
        {"op": "remove", "path": "/name/-"},
        {"op": "move", "from": "/name", "path": "/name/0"},
        {"op": "add", "path": "", "value": {"resourceType": "Patient", "id": id}},
        {"op": "nothing", "path": "/name"},
        {"op": "test", "path": "/gender", "value": "x"},
    )
    for operation in operations:
        read = desk.get(cast.jeanne)
        desk.ask("PATCH", cast.jeanne, [operation], **{"content-type": JSON_PATCH, "if_match": read.etag})


def _copies(cast: Cast) -> None:
    """A copy of the record, on SQLite alone: PostgreSQL has tools of its own for it."""
    if cast.hub.database.on_postgres:
        return
    copy = str(cast.hub.folder / "copy")
    cast.hub.run("backup", copy, "--dry-run")
    cast.hub.run("backup", copy)
    cast.hub.run("restore", copy)
    cast.hub.run("restore", copy, "--over", "--dry-run")
