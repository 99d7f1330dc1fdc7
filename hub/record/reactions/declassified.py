"""What an actor may learn through a reaction although it does not see where that comes from (`docs/parts.md` 15).

Each entry is a fact that is told on purpose: which elements move it, and what they may move in what others read. Nothing else may
move; `tests/contracts/test_declassified.py` varies each mover alone, and refuses an entry that moves nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Declassified:
    """A fact that is told on purpose.

    `reason`: why; `moved_by`: `Type.element` of what moves it, or `message` for what comes in by intake; `moves`: the elements
    that may change in others' slices, by resource type, `*` for any; `grants_rights`: whether rights begin or end by it, so that
    parts come and go."""

    reason: str
    moved_by: tuple[str, ...]
    moves: Mapping[str, frozenset[str]] = field(default_factory=dict)
    grants_rights: bool = False


_WHOLE = frozenset({"*"})
_FOLLOWS = frozenset(
    {"status", "statusReason", "businessStatus", "output", "lastModified", "executionPeriod", "owner", "note"}
)

DECLASSIFIED: dict[str, Declassified] = {
    "parent-status": Declassified(
        "the sender's Task follows the Tasks of partners that the sender does not see (docs/loop.md D4)",
        ("Task.status",),
        {"Task": _FOLLOWS, "ServiceRequest": frozenset({"status"})},
    ),
    "circle": Declassified(
        "a role's rights begin and end with the circle, which not every role sees",
        ("CareTeam.participant", "CareTeam.status", "Task.status", "Task.owner"),
        # Who accepts may be the first one: then the team is new.
        {"CareTeam": frozenset({"resourceType", "id", "status", "subject", "participant"})},
        grants_rights=True,
    ),
    "consent": Declassified(
        "a role's rights follow what the person said, which not every role sees",
        ("Consent.status",),
        grants_rights=True,
    ),
    "stay": Declassified(
        "a hospital's rights follow its own stays, and a somatic stay puts the situation on hold",
        ("Encounter.status", "Encounter.class", "Encounter.period"),
        {"EpisodeOfCare": frozenset({"status", "statusHistory"})},
        grants_rights=True,
    ),
    "extract": Declassified(
        "a summary follows what is recorded in detail, which not every role that reads the summary sees",
        (
            *("QuestionnaireResponse.item", "QuestionnaireResponse.status", "RelatedPerson.relationship"),
            *("Encounter.status", "Encounter.class", "Encounter.period"),
        ),
        {"Observation": _WHOLE},
    ),
    "unfiled": Declassified(
        "who leads the plan is handed what was not filed when the desk decided (docs/parts.md 30)",
        ("CarePlan.author", "Task.status"),
        grants_rights=True,
    ),
    "match": Declassified(
        "the desk is told which persons may be the one of a message, also those that it does not see (docs/parts.md 25)",
        ("message",),
        {"Task": _WHOLE},
    ),
}
