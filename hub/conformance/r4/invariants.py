"""The error-level invariants of R4 for the types that the hub keeps, by structure. Each quotes its FHIRPath.

https://hl7.org/fhir/R4/conformance-rules.html#constraints. They run on what is structurally right, so they may rely on JSON
types. Those of containment (dom-2 to dom-5) and of local references (ref-1) are in `containment`, that of empty elements
(ele-1) in `walk`, those of forms in `questionnaire_answers`; txt-1 and txt-2 are about narrative, which is not kept.
"""

from __future__ import annotations

from typing import Any

from fhir_profiles.codes import ALLERGY_VERIFICATION, CONDITION_CLINICAL, CONDITION_VERIFICATION, UCUM
from hub.conformance.r4.elements import Holds, has, has_code, is_not_after
from hub.conformance.r4.questionnaire_answers import FORM_INVARIANTS
from hub.conformance.r4.references import get_target_type


def _holds_obs_7(o: dict[str, Any]) -> bool:
    codings = o["code"].get("coding", ())
    shared = any(coding in codings for part in o.get("component", ()) for coding in part["code"].get("coding", ()))
    return not (has(o, "value") and shared)


def _holds_rng_2(o: dict[str, Any]) -> bool:
    low, high = o.get("low", {}), o.get("high", {})
    if any(low.get(key) != high.get(key) for key in ("system", "code", "unit")):
        return True
    return "value" not in low or "value" not in high or bool(low["value"] <= high["value"])


def _holds_ctm_1(o: dict[str, Any]) -> bool:
    member = get_target_type(o.get("member", {}).get("reference", ""))
    return not has(o, "onBehalfOf") or member in ("", "Practitioner")


def _is_not_negative(name: str) -> Holds:
    return lambda o: name not in o or bool(o[name] >= 0)


def _requires(name: str, *needed: str) -> Holds:
    """Return the rule `name.empty() or needed.exists()`, for each of `needed`."""
    return lambda o: not has(o, name) or all(has(o, other) for other in needed)


def _has_one_of(*names: str) -> Holds:
    return lambda o: any(has(o, name) for name in names)


def _excludes(first: str, second: str) -> Holds:
    return lambda o: not (has(o, first) and has(o, second))


# code.empty() or system.exists()
_QTY_3 = ("r4-qty-3", _requires("code", "system"))
# path.exists() xor searchParam.exists()
_FILTER: Holds = lambda o: has(o, "path") != has(o, "searchParam")  # noqa: E731


def _is_ucum(o: dict[str, Any]) -> bool:
    """Return (code.exists() or value.empty()) and (system.empty() or system = %ucum)"""
    return (has(o, "code") or not has(o, "value")) and o.get("system", UCUM) == UCUM


INVARIANTS: dict[str, tuple[tuple[str, Holds], ...]] = {
    **FORM_INVARIANTS,
    "Age": (
        _QTY_3,
        # (code.exists() or value.empty()) and (system.empty() or system = %ucum)
        # and (value.empty() or value.hasValue().not() or value > 0)
        ("r4-age-1", lambda o: _is_ucum(o) and o.get("value", 1) > 0),
    ),
    "AllergyIntolerance": (
        # verificationStatus.coding.where(system = … and code = 'entered-in-error').exists() or clinicalStatus.exists()
        ("r4-ait-1", lambda o: _is_allergy_in_error(o) or has(o, "clinicalStatus")),
        # verificationStatus.coding.where(system = … and code = 'entered-in-error').empty() or clinicalStatus.empty()
        ("r4-ait-2", lambda o: not _is_allergy_in_error(o) or not has(o, "clinicalStatus")),
    ),
    "Appointment": (
        # start.exists() = end.exists()
        ("r4-app-2", lambda o: has(o, "start") == has(o, "end")),
        # (start.exists() and end.exists()) or (status in ('proposed' | 'cancelled' | 'waitlist'))
        (
            "r4-app-3",
            lambda o: (has(o, "start") and has(o, "end")) or o["status"] in ("proposed", "cancelled", "waitlist"),
        ),
        # cancelationReason.exists() implies (status='no-show' or status='cancelled'); the code is noshow
        ("r4-app-4", lambda o: not has(o, "cancelationReason") or o["status"] in ("noshow", "cancelled")),
    ),
    # type.exists() or actor.exists()
    "AppointmentParticipant": (("r4-app-1", _has_one_of("type", "actor")),),
    # data.empty() or contentType.exists()
    "Attachment": (("r4-att-1", _requires("data", "contentType")),),
    # name.empty() or query.empty()
    "AuditEventEntity": (("r4-sev-1", _excludes("name", "query")),),
    # detail.empty() or reference.empty()
    "CarePlanActivity": (("r4-cpl-3", _excludes("detail", "reference")),),
    # onBehalfOf.exists() implies (member.resolve().iif(empty(), true, ofType(Practitioner).exists()))
    "CareTeamParticipant": (("r4-ctm-1", _holds_ctm_1),),
    "Condition": (
        # abatement.empty() or clinicalStatus.coding.where(system = …
        # and (code='resolved' or code='remission' or code='inactive')).exists()
        (
            "r4-con-4",
            lambda o: (
                not has(o, "abatement")
                or has_code(o, "clinicalStatus", CONDITION_CLINICAL, "resolved", "remission", "inactive")
            ),
        ),
        # verificationStatus.coding.where(system = … and code='entered-in-error').empty() or clinicalStatus.empty()
        (
            "r4-con-5",
            lambda o: (
                not has_code(o, "verificationStatus", CONDITION_VERIFICATION, "entered-in-error")
                or not has(o, "clinicalStatus")
            ),
        ),
    ),
    # code.exists() or detail.exists()
    "ConditionEvidence": (("r4-con-2", _has_one_of("code", "detail")),),
    # summary.exists() or assessment.exists()
    "ConditionStage": (("r4-con-1", _has_one_of("summary", "assessment")),),
    # policy.exists() or policyRule.exists()
    "Consent": (("r4-ppc-1", _has_one_of("policy", "policyRule")),),
    # value.empty() or system.exists()
    "ContactPoint": (("r4-cpt-2", _requires("value", "system")),),
    "Count": (
        _QTY_3,
        # (code.exists() or value.empty()) and (system.empty() or system = %ucum) and (code.empty() or code = '1')
        # and (value.empty() or value.hasValue().not() or value.toString().contains('.').not())
        ("r4-cnt-3", lambda o: _is_ucum(o) and o.get("code", "1") == "1" and "." not in str(o.get("value", ""))),
    ),
    "DataRequirementCodeFilter": (("r4-drq-1", _FILTER),),
    "DataRequirementDateFilter": (("r4-drq-2", _FILTER),),
    "Distance": (_QTY_3, ("r4-dis-1", _is_ucum)),
    "Duration": (
        _QTY_3,
        # code.exists() implies ((system = %ucum) and value.exists())
        ("r4-drt-1", lambda o: not has(o, "code") or (o.get("system") == UCUM and has(o, "value"))),
    ),
    # expression.exists() or reference.exists()
    "Expression": (("r4-exp-1", _has_one_of("expression", "reference")),),
    # extension.exists() != value.exists()
    "Extension": (("r4-ext-1", lambda o: has(o, "extension") != has(o, "value")),),
    # (detail.exists() and measure.exists()) or detail.exists().not()
    "GoalTarget": (("r4-gol-1", _requires("detail", "measure")),),
    "Observation": (
        # dataAbsentReason.empty() or value.empty()
        ("r4-obs-6", _excludes("dataAbsentReason", "value")),
        # value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()
        ("r4-obs-7", _holds_obs_7),
    ),
    # low.exists() or high.exists() or text.exists()
    "ObservationReferenceRange": (("r4-obs-3", _has_one_of("low", "high", "text")),),
    "Organization": (
        # (identifier.count() + name.count()) > 0
        ("r4-org-1", _has_one_of("identifier", "name")),
        # address.where(use = 'home').empty()
        ("r4-org-2", lambda o: all(address.get("use") != "home" for address in o.get("address", ()))),
        # telecom.where(use = 'home').empty()
        ("r4-org-3", lambda o: all(telecom.get("use") != "home" for telecom in o.get("telecom", ()))),
    ),
    # name.exists() or telecom.exists() or address.exists() or organization.exists()
    "PatientContact": (("r4-pat-1", _has_one_of("name", "telecom", "address", "organization")),),
    # start.hasValue().not() or end.hasValue().not() or (start <= end)
    "Period": (("r4-per-1", lambda o: "start" not in o or "end" not in o or is_not_after(o["start"], o["end"])),),
    "Quantity": (_QTY_3,),
    # low.empty() or high.empty() or (low <= high); of two units nothing is known
    "Range": (("r4-rng-2", _holds_rng_2),),
    # (numerator.empty() xor denominator.exists()) and (numerator.exists() or extension.exists())
    "Ratio": (
        (
            "r4-rat-1",
            lambda o: has(o, "numerator") == has(o, "denominator") and (has(o, "numerator") or has(o, "extension")),
        ),
    ),
    # orderDetail.empty() or code.exists()
    "ServiceRequest": (("r4-prr-1", _requires("orderDetail", "code")),),
    # lastModified.exists().not() or authoredOn.exists().not() or lastModified >= authoredOn
    "Task": (
        (
            "r4-inv-1",
            lambda o: (
                "authoredOn" not in o or "lastModified" not in o or is_not_after(o["authoredOn"], o["lastModified"])
            ),
        ),
    ),
    "TimingRepeat": (
        # duration.empty() or durationUnit.exists()
        ("r4-tim-1", _requires("duration", "durationUnit")),
        # period.empty() or periodUnit.exists()
        ("r4-tim-2", _requires("period", "periodUnit")),
        # duration.exists() implies duration >= 0
        ("r4-tim-4", _is_not_negative("duration")),
        # period.exists() implies period >= 0
        ("r4-tim-5", _is_not_negative("period")),
        # periodMax.empty() or period.exists()
        ("r4-tim-6", _requires("periodMax", "period")),
        # durationMax.empty() or duration.exists()
        ("r4-tim-7", _requires("durationMax", "duration")),
        # countMax.empty() or count.exists()
        ("r4-tim-8", _requires("countMax", "count")),
        # offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))
        (
            "r4-tim-9",
            lambda o: (
                not has(o, "offset") or (has(o, "when") and not {"C", "CM", "CD", "CV"}.intersection(o.get("when", ())))
            ),
        ),
        # timeOfDay.empty() or when.empty()
        ("r4-tim-10", _excludes("timeOfDay", "when")),
    ),
    "TriggerDefinition": (
        # data.empty() or timing.empty()
        ("r4-trd-1", _excludes("data", "timing")),
        # condition.exists() implies data.exists()
        ("r4-trd-2", _requires("condition", "data")),
        # (type = 'named-event' implies name.exists()) and (type = 'periodic' implies timing.exists())
        # and (type.startsWith('data-') implies data.exists())
        (
            "r4-trd-3",
            lambda o: (
                (o["type"] != "named-event" or has(o, "name"))
                and (o["type"] != "periodic" or has(o, "timing"))
                and (not o["type"].startswith("data-") or has(o, "data"))
            ),
        ),
    ),
}


def _is_allergy_in_error(o: dict[str, Any]) -> bool:
    return has_code(o, "verificationStatus", ALLERGY_VERIFICATION, "entered-in-error")
