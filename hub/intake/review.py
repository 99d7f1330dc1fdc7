"""The desk's action when a newcomer may be someone whom the record has: a proposal, never a merge (domain.md §5.7).

The candidates are named in words, as `Task.input.valueString` with `Patient/<id>`: a reference would speak of two persons.
The whole action is for the desk alone: `hub.slices` puts a `match-review` in the place `own`, which no grant opens, only
the stake of its owner. Neither the sender nor the newcomer's circle learn that anyone was found alike (`parts.md` 15).
"""

from __future__ import annotations

from collections.abc import Iterable

from fhir_profiles import codes
from hub.domain.messages import text
from hub.intake.persons import Alike
from hub.mapping import Context, Json
from hub.mapping.shape import coded, coding, compact, domain, later, reference, resource

# Two records of one person drift apart quickly: looked at before the demand is oriented.
DUE_HOURS = 72


def match_review(newcomer: str, alike: Iterable[Alike], context: Context) -> Json:
    """The Task: compare `newcomer` with each of `alike`. An input's type says in words why it is proposed."""
    return resource(
        "Task",
        context.new_id("Task"),
        extension=[domain("coordination")],
        status="requested",
        businessStatus=coded(codes.BUSINESS_STATUS, codes.CREATED),
        intent="order",
        priority="routine",
        code=compact(coding=[coding(codes.TASK_CODE, "fulfill"), coding(codes.HUB_TASK, "match-review")]),
        focus=reference(newcomer),
        for_=reference(newcomer),
        authoredOn=context.now,
        lastModified=context.now,
        requester=reference(context.desk),
        owner=reference(context.desk),
        restriction={"period": {"end": later(context.now, DUE_HOURS)}},
        input=[_candidate(one) for one in alike],
    )


def _candidate(one: Alike) -> Json:
    reasons = " ; ".join(text(reason, "fr") for reason in one.likeness.reasons)
    return {"type": compact(text=reasons or text("match-alike", "fr")), "valueString": one.patient}
