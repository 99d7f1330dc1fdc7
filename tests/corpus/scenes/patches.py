"""Patches in their three forms, by id and by condition, and those that are refused."""

from __future__ import annotations

from typing import Any

from tests.corpus import bodies
from tests.corpus.cast import Cast
from tests.corpus.client import FHIR, JSON_PATCH, MERGE_PATCH


def _operation(kind: str, path: str, **parts: Any) -> dict[str, Any]:
    named = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    for name, value in parts.items():
        typed = (
            value
            if isinstance(value, dict)
            else {"valueInteger": value}
            if isinstance(value, int)
            else {"valueString": value}
        )
        named.append({"name": name} | typed)
    return {"name": "operation", "part": named}


def _parameters(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(operations)}


_RECEIVED = [{"op": "replace", "path": "/status", "value": "received"}]
_FORMS: tuple[tuple[Any, str], ...] = (
    (_RECEIVED, JSON_PATCH),
    (_RECEIVED, f"{JSON_PATCH}; charset=UTF-8"),
    (_parameters(_operation("replace", "Task.status", value={"valueCode": "received"})), FHIR),
    (_parameters(_operation("replace", "Task.status", value={"valueCode": "received"})), "application/json"),
    ({"status": "received"}, MERGE_PATCH),
    ({"status": "received"}, "application/json"),
)
_GOAL: tuple[tuple[Any, str], ...] = (
    (
        [
            {"op": "add", "path": "/note", "value": [{"text": "a"}]},
            {"op": "add", "path": "/note/-", "value": {"text": "b"}},
        ],
        JSON_PATCH,
    ),
    ([{"op": "move", "from": "/note/1", "path": "/note/0"}], JSON_PATCH),
    ([{"op": "copy", "from": "/note/0", "path": "/note/2"}], JSON_PATCH),
    ([{"op": "test", "path": "/note/0/text", "value": "b"}, {"op": "remove", "path": "/note/2"}], JSON_PATCH),
    ({"note": None, "startDate": "2026-12-01"}, MERGE_PATCH),
    (_parameters(_operation("add", "Goal", name="note", value={"valueAnnotation": {"text": "c"}})), FHIR),
    (_parameters(_operation("insert", "Goal.note", index=0, value={"valueAnnotation": {"text": "d"}})), FHIR),
    (_parameters(_operation("move", "Goal.note", source=0, destination=1)), FHIR),
    (_parameters(_operation("delete", "Goal.note[1]")), FHIR),
    (_parameters(_operation("delete", "Goal.note.where(text = 'none')")), FHIR),
    (_parameters(_operation("replace", "Goal.description.text", value="Marcher mieux")), FHIR),
)
_REFUSED: tuple[tuple[Any, str], ...] = (
    ({}, JSON_PATCH),
    ([{"op": "remove"}], JSON_PATCH),
    ([{"op": "test", "path": "/note/0/text", "value": "psy"}], JSON_PATCH),
    ([{"op": "replace", "path": "/nothing/deep", "value": 1}], JSON_PATCH),
    ([{"op": "replace", "path": "/lifecycleStatus", "value": "nonsense"}], JSON_PATCH),
    ([{"op": "add", "path": "/zz", "value": 1}], JSON_PATCH),
    ([{"op": "replace", "path": "/id", "value": "x"}], JSON_PATCH),
    ([{"op": "replace", "path": "/meta/versionId", "value": "x"}], JSON_PATCH),
    ({"lifecycleStatus": "active"}, FHIR),
    ({"lifecycleStatus": None}, MERGE_PATCH),
    ({"subject": {"reference": "Patient/absent"}}, MERGE_PATCH),
    (b"<x/>", "application/xml-patch+xml"),
    (b"{", MERGE_PATCH),
    (b"[", JSON_PATCH),
    (_parameters(), FHIR),
    (_parameters(_operation("replace", "Goal.note.all()", value="x")), FHIR),
    (_parameters(_operation("replace", "Goal.nothing", value="x")), FHIR),
    (_parameters(_operation("nothing", "Goal.note", value="x")), FHIR),
    (_parameters(_operation("delete", "Goal")), FHIR),
)


def play(cast: Cast) -> None:
    desk, ccas = cast.gestionnaire, cast.ccas
    for body, form in _FORMS:
        name = desk.create(bodies.task(cast.jeanne, desk.party, ccas.party, cast.request)).name
        etag = ccas.get(name).etag
        for headers in ({}, {"if_match": "*"}, {"if_match": 'W/"x"'}, {"if_match": etag}):
            ccas.ask("PATCH", name, body, **{"content-type": form}, **headers)
        ccas.get(f"{name}/_history")
    goal = cast.made.get("Goal", "Goal/absent")
    for client in (cast.medecin_traitant, desk):
        for body, form in (*_GOAL, *_REFUSED):
            read = client.get(goal)
            client.ask("PATCH", goal, body, **{"content-type": form, "if_match": read.etag})
    for prefer in ("return=minimal", "return=OperationOutcome", "return=representation"):
        read = desk.get(goal)
        body = {"startDate": "2026-12-02"}
        desk.ask(
            "PATCH",
            f"{goal}?_format=xml",
            body,
            **{"content-type": MERGE_PATCH, "if_match": read.etag, "prefer": prefer},
        )
    for name in (cast.condition, f"Condition/{'a' * 26}", cast.hidden_task):
        for headers in ({}, {"if_match": 'W/"1"'}):
            ccas.ask("PATCH", name, _RECEIVED, **{"content-type": JSON_PATCH}, **headers)
    _conditional(cast, goal)


def _conditional(cast: Cast, goal: str) -> None:
    doctor = cast.medecin_traitant
    id = goal.partition("/")[2]
    for query, body, form in (
        (f"_id={id}", {"startDate": "2026-12-03"}, MERGE_PATCH),
        (
            f"_id={id}&lifecycle-status=active",
            [{"op": "replace", "path": "/startDate", "value": "2026-12-04"}],
            JSON_PATCH,
        ),
        ("identifier=urn:corpus|twice", {}, "application/json"),
        (f"_id={'a' * 26}", {}, "application/json"),
        ("", {}, "application/json"),
        ("nothing=1", {}, "application/json"),
    ):
        read = doctor.get(goal)
        doctor.ask("PATCH", f"Goal?{query}", body, **{"content-type": form, "if_match": read.etag})
        doctor.ask("PATCH", f"Goal?{query}", body, **{"content-type": form})
