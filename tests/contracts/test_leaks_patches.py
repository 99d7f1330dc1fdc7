"""The leak cases of patches by their numbers, over every role (`docs/leaks.md` B1), in the worlds of `leak_writers`."""

from __future__ import annotations

import pytest

from hub.fhir import dumps, loads
from tests.contracts.leak_worlds import ABSENT, CANARY, ROLES, SECRET_PHONE
from tests.contracts.leak_writers import (
    JSON_PATCH,
    alike,
    fhirpath,
    like_absent,
    same,
)
from tests.territory import PERSON

TESTS = [
    {"op": "test", "path": "/note/0/text", "value": CANARY},
    {"op": "test", "path": "/description", "value": CANARY},
    {"op": "test", "path": "/identifier/1/value", "value": "IPP-1"},
    {"op": "copy", "from": "/note/0", "path": "/note/-"},
    {"op": "move", "from": "/note/0", "path": "/note/-"},
    {"op": "remove", "path": "/note/0"},
    {"op": "replace", "path": "/note/0/text", "value": "x"},
]


@pytest.mark.parametrize("operation", TESTS, ids=lambda one: one["op"] + one["path"])
def test_L63_a_patch_asks_only_of_what_is_seen(pairs, operation):
    for name in ("Task/v", "CarePlan/v", "Condition/v", PERSON):
        for actor in ROLES:
            held = alike(pairs, actor, "GET", f"/{name}").headers.get("ETag", 'W/"x"')
            alike(pairs, actor, "PATCH", f"/{name}", dumps([operation]).decode(), If_Match=held, **JSON_PATCH)


@pytest.mark.parametrize("name", ["Condition/hp", "Task/h", "Patient/h"])
@pytest.mark.parametrize("headers", [{}, {"If_Match": 'W/"1"'}])
def test_L65_a_patch_of_something_hidden(pairs, name, headers):
    kind = name.partition("/")[0]
    for sent, form in (
        (dumps([TESTS[0]]).decode(), JSON_PATCH),
        (dumps({"note": None}).decode(), {"Content_Type": "application/merge-patch+json"}),
        (dumps(fhirpath("delete", f"{kind}.note")).decode(), {"Content_Type": "application/fhir+json"}),
    ):
        like_absent(pairs, "PATCH", f"/{name}", f"/{kind}/{ABSENT}", (sent, sent), **headers, **form)


def test_L64_a_path_asks_only_of_what_is_seen(pairs):
    paths = (
        f"Patient.telecom.where(value = '{SECRET_PHONE}')",
        "Patient.identifier.where(value = 'IPP-1')",
        "Patient.name.where(use = 'official').family",
        "Patient.birthDate",
    )
    for path in paths:
        for kind in ("replace", "delete"):
            sent = dumps(fhirpath(kind, path, **({"valueString": "x"} if kind == "replace" else {}))).decode()
            for _, answer in same(
                pairs, "PATCH", f"/{PERSON}", sent, Content_Type="application/fhir+json", If_Match='W/"x"'
            ):
                assert answer.status in (403, 404, 412)


def test_L66_L67_what_comes_back_is_the_slice_and_hidden_parts_stay(pairs):
    written = 0
    for actor in ROLES:
        for name in ("CarePlan/v", "Task/v", PERSON):
            held = alike(pairs, actor, "GET", f"/{name}")
            if held.status != 200:
                continue
            for wanted in ("representation", "minimal", "OperationOutcome"):
                answer = alike(
                    pairs, actor, "PUT", f"/{name}", loads(held.body),
                    If_Match=held.headers["ETag"], Prefer=f"return={wanted}",
                )  # fmt: skip
                written += answer.status == 200
            assert alike(pairs, actor, "GET", f"/{name}") == held
    assert written > len(ROLES)
