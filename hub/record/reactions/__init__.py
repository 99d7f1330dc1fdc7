"""What follows inside the record from a change: a closed list (`docs/parts.md` 15).

A reaction may read what the writer does not see; it returns nothing and only stages changes and facts. `DECLASSIFIED`
(`hub.record.reactions.declassified`) lists what an actor may learn from a reaction although it does not see where it comes from.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.record.reactions.agreements import on_consent
from hub.record.reactions.circle import on_care_team, on_task_membership
from hub.record.reactions.declassified import DECLASSIFIED
from hub.record.reactions.extracts import on_observation, on_recorded
from hub.record.reactions.loop import on_accepted_intake, on_answered_question, on_child_task, on_request_followed
from hub.record.reactions.masks import on_professional_opposed
from hub.record.reactions.stakes import on_message, on_task_stakes
from hub.record.reactions.stays import on_encounter
from hub.record.reactions.ties import on_intake_task, on_patient, on_relative
from hub.record.reactions.unfiled import on_decided_intake, on_plan_author
from hub.record.unit_of_work.unit import Change, UnitOfWork

__all__ = ["DECLASSIFIED", "REACTIONS", "react"]

REACTIONS: dict[str, tuple[Callable[[UnitOfWork, Change], None], ...]] = {
    "Patient": (on_patient,),
    "RelatedPerson": (on_relative, on_recorded),
    "Task": (
        on_task_stakes,
        on_decided_intake,
        on_intake_task,
        on_task_membership,
        on_accepted_intake,
        on_request_followed,
        on_child_task,
        on_answered_question,
    ),
    "Communication": (on_message,),
    "CarePlan": (on_plan_author,),
    "CareTeam": (on_care_team,),
    "Consent": (on_consent, on_professional_opposed),
    "Encounter": (on_encounter, on_recorded),
    "QuestionnaireResponse": (on_recorded,),
    "Observation": (on_observation,),
}


def react(unit: UnitOfWork, change: Change) -> None:
    """Run the reactions of a change's type, in order."""
    for reaction in REACTIONS.get(change.type, ()):
        reaction(unit, change)
