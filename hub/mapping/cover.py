"""Who pays (https://hl7.org/fhir/R4/coverage.html): health insurance, complementary, CAF or MSA."""

from __future__ import annotations

from fhir_profiles import codes
from hub.domain.referral.datatypes import Code
from hub.domain.referral.message import Cover
from hub.mapping.context import MappingContext
from hub.mapping.identifiers import build_local_identifier
from hub.mapping.shape import (
    Json,
    build_concept,
    build_extension,
    build_period,
    build_reference,
    build_resource,
    compact,
    convert_concept,
)


def build_coverage(cover: Cover, patient: str, context: MappingContext) -> Json:
    """Return one cover. R4 requires a payor: one that the sender does not name is marked as unknown."""
    unknown = {"extension": [build_extension(codes.DATA_ABSENT_EXTENSION, valueCode="unknown")]}
    group = cover.group.strip()
    return build_resource(
        "Coverage",
        context.new_id("Coverage"),
        identifier=[build_local_identifier(i, "XX", context) for i in cover.identifiers if i.value.strip()],
        status="active",
        type=convert_concept(cover.kind),
        subscriberId=cover.subscriber_id,
        beneficiary=build_reference(patient),
        period=build_period(cover.start, cover.end),
        payor=[build_reference("", cover.payor) or unknown],
        relationship=convert_concept(cover.relationship),
        order=int(cover.rank) if cover.rank.isascii() and cover.rank.isdigit() and int(cover.rank) else None,
        class_=[
            compact(type=build_concept(codes.COVERAGE_CLASS, kind), value=value, name=name)
            for kind, value, name in (("group", group, cover.group_name), ("plan", *_split_plan(cover.plan)))
            if compact(value=value)
        ],
    )


def _split_plan(plan: Code | None) -> tuple[str, str]:
    """Return the value and the name of a plan, of which R4 requires the value."""
    if plan is None:
        return "", ""
    return (plan.code, plan.text) if plan.code else (plan.text, "")
