"""The canonical URLs of R4's own search parameters (https://hl7.org/fhir/R4/searchparameter-registry.html).

R4 names one after its type and code (`Task-owner`), but for those that several types share.
"""

from __future__ import annotations

_BASE = "http://hl7.org/fhir/SearchParameter/"
# Parameters of ours that R4 does not have.
_OURS = frozenset({("Task", "output"), ("ServiceRequest", "reason-code"), ("ServiceRequest", "reason-reference")})

_PEOPLE = "Patient Practitioner RelatedPerson"
_WITH_ROLE = f"{_PEOPLE} PractitionerRole"
_CLINICAL = (
    "AllergyIntolerance CarePlan CareTeam Condition Consent DocumentReference Encounter EpisodeOfCare Goal MedicationStatement "
    "Observation ServiceRequest"
)
# Name of a shared parameter, whose code is what follows the first hyphen → the types that share it.
_SHARED: dict[str, frozenset[str]] = {
    name: frozenset(types.split())
    for name, types in {
        "individual-family": "Patient Practitioner",
        "individual-given": "Patient Practitioner",
        "individual-birthdate": "Patient RelatedPerson",
        "individual-gender": _PEOPLE,
        **dict.fromkeys(("individual-phone", "individual-email", "individual-telecom"), _WITH_ROLE),
        "individual-address": _PEOPLE,
        **{f"individual-address-{part}": _PEOPLE for part in ("city", "state", "postalcode", "country", "use")},
        "clinical-identifier": _CLINICAL,
        "clinical-patient": f"{_CLINICAL} Flag",
        "clinical-code": "AllergyIntolerance Condition MedicationStatement Observation ServiceRequest",
        "clinical-encounter": "DocumentReference Flag Observation ServiceRequest",
        "clinical-date": "AllergyIntolerance CarePlan CareTeam Consent Encounter EpisodeOfCare Flag Observation",
        "clinical-type": "AllergyIntolerance DocumentReference Encounter EpisodeOfCare",
        "medications-status": "MedicationStatement",
    }.items()
}


def find_standard_url(base: str, code: str) -> str | None:
    """Return the canonical URL of R4's parameter `code` of the type `base` (`Resource` for those of all types); None when R4 has
    none."""
    if (base, code) in _OURS:
        return None
    for name, types in _SHARED.items():
        if base in types and name.partition("-")[2] == code:
            return _BASE + name
    return f"{_BASE}{base}-{code.removeprefix('_')}"
