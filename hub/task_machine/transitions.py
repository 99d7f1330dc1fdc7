"""The table of `docs/loop.md` D4, line by line. What is not here is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from fhir_profiles import codes
from hub.task_machine.profiles import Guide


class TaskRole(Enum):
    """The actor's role in the Task (`docs/loop.md` D2): its requester, its owner, or the desk of the hub."""

    REQ = "requester"
    OWN = "owner"
    HUB = "desk"


class Need(Enum):
    """What a line requires of the Task beyond its status."""

    CONTENT = "focus, for, requester, authoredOn"
    OWNER = "an owner"
    REASON = "statusReason.text"
    OUTPUT = "at least one output"
    NO_OUTPUT = "no output yet"


@dataclass(frozen=True)
class Transition:
    """One move. `start` is "" for creation; `end` equals it when only the business status moves (T8, T11, T17,
    T18).

    `roles`: those that may make the move. `business`: the BSeR business status that it sets, "" for none. `guide`: the only guide
    whose clients may make it, None for all.
    """

    rule: str
    start: str
    end: str
    roles: frozenset[TaskRole]
    needs: frozenset[Need] = frozenset()
    business: str = ""
    guide: Guide | None = None


_STATUSES = (
    *("draft", "requested", "received", "accepted", "in-progress", "on-hold"),
    *("rejected", "cancelled", "failed", "completed"),
)
_OPEN = "requested received accepted in-progress on-hold"
_REQ, _OWN = frozenset({TaskRole.REQ}), frozenset({TaskRole.OWN})
_OWN_HUB, _REQ_OWN, _REQ_HUB = _OWN | {TaskRole.HUB}, _REQ | _OWN, _REQ | {TaskRole.HUB}


def _expand(
    rule: str,
    starts: str,
    end: str,
    roles: frozenset[TaskRole],
    *needs: Need,
    business: str = "",
    guide: Guide | None = None,
) -> Iterator[Transition]:
    """Yield one move of a line for each of its starts; `-` is creation."""
    for start in starts.split():
        yield Transition(rule, "" if start == "-" else start, end or start, roles, frozenset(needs), business, guide)


TRANSITIONS: tuple[Transition, ...] = (
    *_expand("T1", "-", "draft", _REQ),
    *_expand("T2", "- draft", "requested", _REQ, Need.CONTENT, business=codes.CREATED),
    *_expand("T3", "requested", "received", _OWN_HUB, business=codes.CREATED),
    *_expand("T4", "requested received", "accepted", _OWN, Need.OWNER, business=codes.ACCEPTED),
    *_expand("T5", "requested received", "rejected", _OWN, Need.REASON, business=codes.DECLINED),
    *_expand("T6", "accepted", "in-progress", _OWN),
    *_expand("T7", "accepted in-progress", "rejected", _OWN, Need.REASON, business=codes.DECLINED),
    *_expand("T8", "in-progress", "", _OWN),
    *_expand("T9", "accepted in-progress", "on-hold", _OWN, Need.REASON),
    *_expand("T10", "on-hold", "in-progress", _OWN),
    *_expand(
        "T11", "received accepted in-progress on-hold", "", _REQ, Need.REASON, business=codes.CANCELLATION_REQUESTED
    ),
    *_expand("T12", "requested received accepted", "cancelled", _REQ_OWN, Need.REASON, business=codes.CANCELLED),
    *_expand("T13", "in-progress on-hold", "cancelled", _OWN, Need.REASON, business=codes.CANCELLED),
    # D7: a client of the guide in which the requester itself stops work under way may do so, while it gave no output.
    *_expand(
        "T13",
        "in-progress on-hold",
        "cancelled",
        _REQ,
        Need.REASON,
        Need.NO_OUTPUT,
        business=codes.CANCELLED,
        guide="gravity",
    ),
    *_expand("T14", "accepted in-progress on-hold", "completed", _OWN, Need.OUTPUT, business=codes.COMPLETED),
    *_expand("T15", "accepted in-progress on-hold", "failed", _OWN, Need.REASON),
    *_expand("T16", " ".join(_STATUSES), "entered-in-error", _REQ_HUB, Need.REASON),
    *_expand("T17", _OPEN, "", _OWN_HUB),
    *_expand("T18", _OPEN, "", _REQ | _OWN_HUB),
)

# From which status → the code of the text that says where to and who may (`docs/loop.md` D6.6). No text depends on the change.
REFUSALS: Mapping[str, str] = {
    "draft": "task-from-draft",
    "requested": "task-from-requested",
    "received": "task-from-received",
    "accepted": "task-from-accepted",
    "in-progress": "task-from-in-progress",
    "on-hold": "task-from-on-hold",
    "rejected": "task-from-rejected",
    "cancelled": "task-from-cancelled",
    "failed": "task-from-failed",
    "completed": "task-from-completed",
    "entered-in-error": "task-from-entered-in-error",
}


def find_transition(start: str, end: str, roles: Collection[TaskRole], guide: Guide) -> Transition | None:
    """Return the line by which an actor in `roles` may move a Task from one status to another, or None."""
    for line in TRANSITIONS:
        if (line.start, line.end) == (start, end) and line.roles.intersection(roles) and line.guide in (None, guide):
            return line
    return None


def find_transition_by_rule(rule: str, start: str, roles: Collection[TaskRole]) -> Transition | None:
    """Return the line `rule` from `start` if an actor in `roles` may take it: for T8, T11, T17 and T18, which
    keep the status."""
    for line in TRANSITIONS:
        if (line.rule, line.start) == (rule, start) and line.roles.intersection(roles):
            return line
    return None
