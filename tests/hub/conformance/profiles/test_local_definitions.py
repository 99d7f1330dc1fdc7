"""An extension or a code with our address says what we defined; nothing of anyone else's is judged."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from hub.conformance import make_admissible
from hub.conformance.profiles.local_definitions import find_misuses
from hub.domain.errors import Invalid
from hub.slices import load_labels

DOMAIN = codes.ACTIVITY_DOMAIN_EXTENSION
PSY = {"system": codes.ACTIVITY_DOMAIN, "code": "psy"}


def task(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Task", "status": "requested", "intent": "order", **elements}


def said(resource: dict[str, Any]) -> list[str]:
    return [f"{found.problem.code}@{found.problem.where}" for found in find_misuses(resource)]


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (task(extension=[{"url": DOMAIN, "valueCoding": PSY}]), []),
        (task(extension=[{"url": DOMAIN, "valueCode": "psy"}]), []),
        (task(extension=[{"url": "urn:x", "valueString": "psy"}]), []),
        (task(code={"coding": [{"system": "urn:x", "code": "any"}]}), []),
        (task(code={"coding": [{"system": codes.HUB_TASK, "display": "no code"}]}), []),
        (task(extension=[{"url": DOMAIN, "valueCode": "nonsense"}]), ["profile-code@Task.extension[0].valueCode"]),
        (task(extension=[{"url": DOMAIN, "valueString": "psy"}]), ["profile-type@Task.extension[0].valueString"]),
        (task(extension=[{"url": DOMAIN}]), ["profile-least@Task.extension[0].value[x]"]),
        (
            task(extension=[{"url": DOMAIN, "valueCoding": PSY | {"code": "nonsense"}}]),
            ["profile-code@Task.extension[0].valueCoding", "code-not-ours@Task.extension[0].valueCoding"],
        ),
        (
            task(extension=[{"url": codes.PLANNED_END_EXTENSION, "valueDateTime": "2026"}]),
            ["profile-context@Task.extension[0]"],
        ),
        (task(code={"coding": [{"system": codes.HUB_TASK, "code": "any"}]}), ["code-not-ours@Task.code.coding[0]"]),
        (
            task(note=[{"text": "x", "extension": [{"url": DOMAIN, "valueCode": "psy"}]}]),
            ["profile-context@Task.note[0].extension[0]"],
        ),
        (
            task(contained=[{"resourceType": "Goal", "extension": [{"url": DOMAIN, "valueCode": "psy"}]}]),
            [],
        ),
        (
            {
                "resourceType": "CarePlan",
                "activity": [{"detail": {"extension": [{"url": DOMAIN, "valueCode": "psy"}]}}],
            },
            [],
        ),
    ],
)
def test_ours_alone_are_judged(resource: dict[str, Any], found: list[str]) -> None:
    assert said(resource) == found


def test_they_are_demanded_of_what_is_written() -> None:
    known = load_labels().extensions.keys()
    assert make_admissible(task(extension=[{"url": DOMAIN, "valueCoding": PSY}]), known)
    for wrong in (
        task(extension=[{"url": DOMAIN, "valueCode": "nonsense"}]),
        task(code={"coding": [{"system": codes.HUB_TASK, "code": "any"}]}),
    ):
        with pytest.raises(Invalid, match=r"profile-code|code-not-ours"):
            make_admissible(wrong, known)
