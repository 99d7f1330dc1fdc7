"""What follows inside the record from a change: a closed list (`docs/parts.md` 15).

A reaction may read what the writer does not see; it returns nothing and only stages changes and facts. `DECLASSIFIED` lists
what an actor may learn from a reaction although it does not see where it comes from.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.record.reactions.agreements import on_consent
from hub.record.reactions.circle import on_care_team, on_task_membership
from hub.record.reactions.extracts import on_observation, on_recorded
from hub.record.reactions.loop import on_accepted_intake, on_child_task, on_request_followed
from hub.record.reactions.masks import on_professional_opposed
from hub.record.reactions.stakes import on_task_stakes
from hub.record.reactions.stays import on_encounter
from hub.record.reactions.ties import on_intake_task, on_patient, on_relative
from hub.record.reactions.unfiled import on_decided_intake, on_plan_author
from hub.record.unit_of_work.unit import Change, UnitOfWork

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
    ),
    "CarePlan": (on_plan_author,),
    "CareTeam": (on_care_team,),
    "Consent": (on_consent, on_professional_opposed),
    "Encounter": (on_encounter, on_recorded),
    "QuestionnaireResponse": (on_recorded,),
    "Observation": (on_observation,),
}

DECLASSIFIED = {
    "parent-status": "the sender's Task follows the Tasks of partners that the sender does not see (docs/loop.md D4)",
    "circle": "a role's rights begin and end with the circle, which not every role sees",
    "consent": "a role's rights follow what the person said, which not every role sees",
    "stay": "a hospital's rights follow its own stays, and a somatic stay puts the situation on hold",
    "extract": "a summary follows what is recorded in detail, which not every role that reads the summary sees",
}


def react(unit: UnitOfWork, change: Change) -> None:
    """Run the reactions of a change's type, in order."""
    for reaction in REACTIONS.get(change.type, ()):
        reaction(unit, change)
