"""Each invariant of R4 at error level: one object that holds to it, one that breaks it; none is forgotten."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hub.conformance.r4.invariants import INVARIANTS
from hub.conformance.r4.questionnaire_answers import FORM_INVARIANTS
from hub.fhir import get_structure
from tests import r4

# Kept elsewhere, or not at all, and why.
ELSEWHERE = {
    "dom-2": "walk",
    "dom-3": "containment",
    "dom-4": "containment",
    "dom-5": "containment",
    "ref-1": "containment",
    "ele-1": "walk",
    "txt-1": "narrative is dropped",
    "txt-2": "narrative is dropped",
    "ppc-2": "names the system 'something', which nobody uses",
    "ppc-3": "names the system 'something', which nobody uses",
    "ppc-4": "names the system 'something', which nobody uses",
    "ppc-5": "names the system 'something', which nobody uses",
}

HL7 = "http://terminology.hl7.org/CodeSystem/"
UCUM = "http://unitsofmeasure.org"
ERROR = {"coding": [{"system": HL7 + "allergyintolerance-verification", "code": "entered-in-error"}]}
MISTAKE = {"coding": [{"system": HL7 + "condition-ver-status", "code": "entered-in-error"}]}
RESOLVED = {"coding": [{"system": HL7 + "condition-clinical", "code": "resolved"}]}
ACTIVE = {"coding": [{"system": HL7 + "condition-clinical", "code": "active"}]}
CODED = {"coding": [{"system": "a:b", "code": "c"}]}
X = {"text": "x"}
QUESTION = {"linkId": "1", "type": "string"}
DISPLAY = {"linkId": "1", "type": "display"}
GROUP = {"linkId": "1", "type": "group", "item": [{"linkId": "2", "type": "string"}]}
WHEN = {"question": "1", "operator": "=", "answerInteger": 1}


def kilos(value: str, unit: str = "kg") -> dict[str, Any]:
    return {"value": Decimal(value), "unit": unit, "system": UCUM, "code": unit}


Example = tuple[str, str, dict[str, Any], dict[str, Any]]  # structure, key, kept, broken
EXAMPLES: list[Example] = [
    ("Age", "qty-3", {"value": 3, "code": "a", "system": UCUM}, {"value": 3, "code": "a"}),
    ("Age", "age-1", {"value": 3, "code": "a", "system": UCUM}, {"value": 0, "code": "a", "system": UCUM}),
    ("Age", "age-1", {"value": 3, "code": "a", "system": UCUM}, {"value": 3}),
    ("AllergyIntolerance", "ait-1", {"verificationStatus": ERROR}, {"verificationStatus": X}),
    ("AllergyIntolerance", "ait-2", {"clinicalStatus": X}, {"clinicalStatus": X, "verificationStatus": ERROR}),
    ("Appointment", "app-2", {"status": "booked", "start": "s", "end": "e"}, {"status": "proposed", "start": "s"}),
    ("Appointment", "app-3", {"status": "waitlist"}, {"status": "booked"}),
    (
        "Appointment",
        "app-4",
        {"status": "noshow", "cancelationReason": X, "start": "s", "end": "e"},
        {"status": "booked", "cancelationReason": X},
    ),
    ("AppointmentParticipant", "app-1", {"type": [X]}, {"status": "accepted"}),
    ("Attachment", "att-1", {"data": "YQ==", "contentType": "text/plain"}, {"data": "YQ=="}),
    ("AuditEventEntity", "sev-1", {"name": "x"}, {"name": "x", "query": "YQ=="}),
    ("CarePlanActivity", "cpl-3", {"detail": {}}, {"detail": {}, "reference": {}}),
    (
        "CareTeamParticipant",
        "ctm-1",
        {"onBehalfOf": {}, "member": {"reference": "Practitioner/1"}},
        {"onBehalfOf": {}, "member": {"reference": "Patient/1"}},
    ),
    (
        "CareTeamParticipant",
        "ctm-1",
        {"onBehalfOf": {}, "member": {"reference": "#p"}},
        {"onBehalfOf": {}, "member": {"reference": "https://exemple.org/fhir/Patient/1"}},
    ),
    (
        "Condition",
        "con-4",
        {"abatementString": "x", "clinicalStatus": RESOLVED},
        {"abatementString": "x", "clinicalStatus": ACTIVE},
    ),
    ("Condition", "con-5", {"verificationStatus": MISTAKE}, {"verificationStatus": MISTAKE, "clinicalStatus": ACTIVE}),
    ("ConditionEvidence", "con-2", {"code": [X]}, {"id": "x"}),
    ("ConditionStage", "con-1", {"summary": X}, {"type": X}),
    ("Consent", "ppc-1", {"policyRule": X}, {"scope": X}),
    ("ContactPoint", "cpt-2", {"system": "phone", "value": "1"}, {"value": "1"}),
    ("ContactPoint", "cpt-2", {"use": "home"}, {"_value": {}}),
    ("Count", "qty-3", {"code": "1", "system": UCUM}, {"code": "1"}),
    (
        "Count",
        "cnt-3",
        {"value": 3, "code": "1", "system": UCUM},
        {"value": Decimal("3.0"), "code": "1", "system": UCUM},
    ),
    ("DataRequirementCodeFilter", "drq-1", {"path": "a"}, {"path": "a", "searchParam": "b"}),
    ("DataRequirementDateFilter", "drq-2", {"searchParam": "b"}, {"valuePeriod": {}}),
    ("Distance", "qty-3", {"code": "m", "system": UCUM}, {"code": "m"}),
    ("Distance", "dis-1", {"value": 1, "code": "m", "system": UCUM}, {"value": 1, "code": "m", "system": "a:b"}),
    ("Duration", "qty-3", {"value": 1, "code": "h", "system": UCUM}, {"code": "h"}),
    ("Duration", "drt-1", {"value": 1, "code": "h", "system": UCUM}, {"code": "h", "system": UCUM}),
    ("Expression", "exp-1", {"expression": "x"}, {"language": "text/cql"}),
    ("Extension", "ext-1", {"url": "a:b", "valueCode": "x"}, {"url": "a:b"}),
    ("Extension", "ext-1", {"url": "a:b", "extension": [{}]}, {"url": "a:b", "valueCode": "x", "extension": [{}]}),
    ("GoalTarget", "gol-1", {"detailString": "x", "measure": X}, {"detailString": "x"}),
    ("Observation", "obs-6", {"code": X, "valueString": "x"}, {"code": X, "valueString": "x", "dataAbsentReason": X}),
    (
        "Observation",
        "obs-7",
        {"code": CODED, "component": [{"code": CODED}]},
        {"code": CODED, "valueString": "x", "component": [{"code": CODED}]},
    ),
    ("ObservationReferenceRange", "obs-3", {"text": "x"}, {"type": X}),
    ("Organization", "org-1", {"identifier": [{}]}, {"active": True}),
    ("Organization", "org-2", {"name": "x", "address": [{"use": "work"}]}, {"name": "x", "address": [{"use": "home"}]}),
    ("Organization", "org-3", {"name": "x", "telecom": [{"use": "work"}]}, {"name": "x", "telecom": [{"use": "home"}]}),
    ("PatientContact", "pat-1", {"telecom": [{}]}, {"relationship": [X]}),
    ("Period", "per-1", {"start": "2026", "end": "2026-03"}, {"start": "2026", "end": "2025-12"}),
    (
        "Period",
        "per-1",
        {"start": "2026-11-21T10:00:00+01:00", "end": "2026-11-21T09:30:00Z"},
        {"start": "2026-11-21T10:00:00+01:00", "end": "2026-11-21T08:30:00Z"},
    ),
    (
        "Period",
        "per-1",
        {"start": "2026-11-21T10:00:00Z", "end": "2026-11-21"},
        {"start": "2026-11-21T10:00:00Z", "end": "2026-11-20"},
    ),
    ("Quantity", "qty-3", {"code": "kg", "system": UCUM}, {"code": "kg"}),
    (
        "QuestionnaireItemEnableWhen",
        "que-7",
        {"operator": "exists", "answerBoolean": True},
        {"operator": "exists", "answerInteger": 1},
    ),
    ("Questionnaire", "que-2", {"item": [GROUP]}, {"item": [GROUP, {"linkId": "2", "type": "string"}]}),
    ("QuestionnaireItem", "que-1", GROUP, {"linkId": "1", "type": "group"}),
    ("QuestionnaireItem", "que-1", DISPLAY, {**GROUP, "type": "display"}),
    ("QuestionnaireItem", "que-3", {**QUESTION, "code": [{}]}, {**DISPLAY, "code": [{}]}),
    (
        "QuestionnaireItem",
        "que-4",
        {**QUESTION, "answerOption": [{}]},
        {**QUESTION, "answerOption": [{}], "answerValueSet": "a:b"},
    ),
    (
        "QuestionnaireItem",
        "que-5",
        {**QUESTION, "answerOption": [{}]},
        {**QUESTION, "type": "boolean", "answerOption": [{}]},
    ),
    ("QuestionnaireItem", "que-6", {**QUESTION, "required": True}, {**DISPLAY, "required": True}),
    ("QuestionnaireItem", "que-8", {**QUESTION, "initial": [{}]}, {**GROUP, "initial": [{}]}),
    ("QuestionnaireItem", "que-9", {**QUESTION, "readOnly": True}, {**DISPLAY, "readOnly": True}),
    ("QuestionnaireItem", "que-10", {**QUESTION, "maxLength": 3}, {**QUESTION, "type": "date", "maxLength": 3}),
    ("QuestionnaireItem", "que-11", {**QUESTION, "initial": [{}]}, {**QUESTION, "initial": [{}], "answerOption": [{}]}),
    ("QuestionnaireItem", "que-12", {**QUESTION, "enableWhen": [WHEN] * 2}, {**QUESTION, "enableWhen": [WHEN] * 3}),
    (
        "QuestionnaireItem",
        "que-13",
        {**QUESTION, "initial": [{}] * 2, "repeats": True},
        {**QUESTION, "initial": [{}] * 2},
    ),
    (
        "QuestionnaireResponseItem",
        "qrs-1",
        {"linkId": "1", "answer": [{}]},
        {"linkId": "1", "answer": [{}], "item": [{}]},
    ),
    ("Range", "rng-2", {"low": kilos("1.50"), "high": kilos("1.5")}, {"low": kilos("1.51"), "high": kilos("1.5")}),
    ("Range", "rng-2", {"low": kilos("10", "g"), "high": kilos("1")}, {"low": {"value": 10}, "high": {"value": 1}}),
    ("Ratio", "rat-1", {"numerator": {}, "denominator": {}}, {"numerator": {}}),
    ("Ratio", "rat-1", {"extension": [{}]}, {"id": "x"}),
    ("ServiceRequest", "prr-1", {"orderDetail": [X], "code": X}, {"orderDetail": [X]}),
    (
        "Task",
        "inv-1",
        {"authoredOn": "2026", "lastModified": "2026"},
        {"authoredOn": "2026-11-21", "lastModified": "2026-11-20"},
    ),
    ("TimingRepeat", "tim-1", {"duration": 1, "durationUnit": "h"}, {"duration": 1}),
    ("TimingRepeat", "tim-2", {"period": 1, "periodUnit": "h"}, {"period": 1}),
    ("TimingRepeat", "tim-4", {"duration": 0, "durationUnit": "h"}, {"duration": -1, "durationUnit": "h"}),
    ("TimingRepeat", "tim-5", {"period": 0, "periodUnit": "h"}, {"period": -1, "periodUnit": "h"}),
    ("TimingRepeat", "tim-6", {"period": 1, "periodUnit": "h", "periodMax": 2}, {"periodMax": 2}),
    ("TimingRepeat", "tim-7", {"duration": 1, "durationUnit": "h", "durationMax": 2}, {"durationMax": 2}),
    ("TimingRepeat", "tim-8", {"count": 1, "countMax": 2}, {"countMax": 2}),
    ("TimingRepeat", "tim-9", {"offset": 1, "when": ["AC"]}, {"offset": 1, "when": ["C"]}),
    ("TimingRepeat", "tim-10", {"when": ["AC"]}, {"when": ["AC"], "timeOfDay": ["10:00:00"]}),
    (
        "TriggerDefinition",
        "trd-1",
        {"type": "periodic", "timingDate": "2026"},
        {"type": "periodic", "timingDate": "2026", "data": [{}]},
    ),
    (
        "TriggerDefinition",
        "trd-2",
        {"type": "data-added", "data": [{}], "condition": {}},
        {"type": "named-event", "name": "x", "condition": {}},
    ),
    ("TriggerDefinition", "trd-3", {"type": "named-event", "name": "x"}, {"type": "named-event"}),
]


def broken(name: str, value: dict[str, Any]) -> list[str]:
    return [code for code, holds in INVARIANTS[name] if not holds(value)]


@pytest.mark.parametrize(("name", "key", "kept", "wrong"), EXAMPLES)
def test_each_invariant(name: str, key: str, kept: dict[str, Any], wrong: dict[str, Any]) -> None:
    assert broken(name, kept) == []
    assert f"r4-{key}" in broken(name, wrong)


def test_each_rule_has_its_example() -> None:
    told = {(name, f"r4-{key}") for name, key, _, _ in EXAMPLES}
    assert {(name, code) for name, rules in INVARIANTS.items() for code, _ in rules} == told
    assert set(FORM_INVARIANTS) <= set(INVARIANTS)


@r4.needs_data
def test_no_published_invariant_is_forgotten() -> None:
    """For every kept type and all that it is made of, as the published definitions tell them."""
    pending, seen = list(r4.TYPES), set()
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += [
                e.kind for e in get_structure(name).elements.values() if not e.primitive and e.kind != "Resource"
            ]
    paths = [path for path in r4.elements() if path.split(".", 1)[0] in seen]
    published = {key for path in paths for key in r4.error_invariants(path)}
    ours = {code.removeprefix("r4-") for rules in INVARIANTS.values() for code, _ in rules}
    assert published - set(ELSEWHERE) == ours
