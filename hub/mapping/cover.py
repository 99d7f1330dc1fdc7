"""Who pays (https://hl7.org/fhir/R4/coverage.html): health insurance, complementary, CAF or MSA."""

from __future__ import annotations

from fhir_profiles import codes
from hub.domain.referral import Cover
from hub.mapping.context import Context
from hub.mapping.identifiers import local_identifier
from hub.mapping.shape import Json, coded, concept, extension, period, reference, resource


def coverage(cover: Cover, patient: str, context: Context) -> Json:
    """One cover. R4 asks for a payor: one that the sender does not name is said to be unknown."""
    unknown = {"extension": [extension(codes.DATA_ABSENT_EXTENSION, valueCode="unknown")]}
    group = cover.group.strip()
    return resource(
        "Coverage",
        context.new_id("Coverage"),
        identifier=[local_identifier(i, "XX", context) for i in cover.identifiers if i.value.strip()],
        status="active",
        type=concept(cover.kind),
        subscriberId=cover.subscriber_id,
        beneficiary=reference(patient),
        period=period(cover.start, cover.end),
        payor=[reference("", cover.payor) or unknown],
        class_=[{"type": coded(codes.COVERAGE_CLASS, "group"), "value": group}] if group else [],
    )
