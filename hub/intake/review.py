"""The Task of the desk when a newcomer may be someone whom the record has: a proposal, never a merge (`docs/domain.md` §5.7).

A candidate is a text, `Task.input.valueString` with `Patient/<id>`: a reference would make the Task concern two persons.
The Task is for the desk alone: `hub.slices` puts a `match-review` in the place `own`, which no grant opens, only the stake
of its owner. Neither the sender nor the newcomer's circle learns that there are candidates (`docs/parts.md` 15).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fhir_profiles import codes
from hub.domain.matching import Likeness
from hub.domain.messages import get_text
from hub.intake.persons import Candidate
from hub.mapping import Json, MappingContext
from hub.mapping.shape import (
    add_hours,
    build_coding,
    build_concept,
    build_domain,
    build_reference,
    build_resource,
    compact,
)

# Two records of one person diverge quickly, so they are compared before the demand is oriented.
DUE_HOURS = 72


def build_match_review(newcomer: str, candidates: Iterable[Candidate], context: MappingContext) -> Json:
    """Return the Task to compare `newcomer` with each candidate. The type of an input is a text: why it is proposed."""
    return build_resource(
        "Task",
        context.new_id("Task"),
        extension=[build_domain("coordination")],
        status="requested",
        businessStatus=build_concept(codes.BUSINESS_STATUS, codes.CREATED),
        intent="order",
        priority="routine",
        code=compact(coding=[build_coding(codes.TASK_CODE, "fulfill"), build_coding(codes.HUB_TASK, "match-review")]),
        focus=build_reference(newcomer),
        for_=build_reference(newcomer),
        authoredOn=context.now,
        lastModified=context.now,
        requester=build_reference(context.desk),
        owner=build_reference(context.desk),
        restriction={"period": {"end": add_hours(context.now, DUE_HOURS)}},
        input=[_build_input(candidate) for candidate in candidates],
    )


def build_notice_review(patients: Sequence[str], mid: str, context: MappingContext) -> Json:
    """Return the Task to say whom a hospital's notice is about, when several of `patients`, or none of them, agree with it.

    `mid`: of the message, a dead letter until it is replayed. It identifies the Task, so that there is one for a message."""
    likeness = Likeness(0.0, ("match-same-number",))
    review = build_match_review(patients[0], [Candidate(patient, likeness) for patient in patients], context)
    return review | {
        "identifier": [{"system": codes.INBOX_MESSAGE, "value": mid}],
        "description": get_text("notice-review", "fr"),
    }


def _build_input(candidate: Candidate) -> Json:
    reasons = " ; ".join(get_text(reason, "fr") for reason in candidate.likeness.reasons)
    return {"type": compact(text=reasons or get_text("match-alike", "fr")), "valueString": candidate.patient}
