"""The value sets that R4 requires of a CodeableConcept, for the types that the hub keeps: one of its codings is in the set.

Those required of a `code` are in `hub.fhir`. https://hl7.org/fhir/R4/terminologies.html#required
"""

from __future__ import annotations

from fhir_profiles import codes
from hub.conformance.r4.elements import Holds, has_coding


def _bind(system: str, words: str) -> Holds:
    """Return the test of a concept for one coding of `system` with one of the codes `words`."""
    return lambda concept: has_coding(concept, system, *words.split())


# Type → (element, whether its concept is in the value set).
CONCEPTS: dict[str, tuple[tuple[str, Holds], ...]] = {
    "AllergyIntolerance": (
        ("clinicalStatus", _bind(codes.ALLERGY_CLINICAL, "active inactive resolved")),
        ("verificationStatus", _bind(codes.ALLERGY_VERIFICATION, "unconfirmed confirmed refuted entered-in-error")),
    ),
    "Condition": (
        (
            "clinicalStatus",
            _bind(codes.CONDITION_CLINICAL, "active recurrence relapse inactive remission resolved"),
        ),
        (
            "verificationStatus",
            _bind(
                codes.CONDITION_VERIFICATION,
                "unconfirmed provisional differential confirmed refuted entered-in-error",
            ),
        ),
    ),
}
