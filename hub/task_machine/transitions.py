"""The table of `docs/loop.md` D4, line by line. What is not here is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from fhir_profiles import codes
from hub.task_machine.profiles import Guide


class TaskRole(Enum):
    """What the actor is to the Task (`docs/loop.md` D2): who asked, who performs, the desk of the hub."""

    REQ = "requester"
    OWN = "owner"
    HUB = "desk"


class Need(Enum):
    """What a line asks of the Task beyond its status."""

    CONTENT = "focus, for, requester, authoredOn"
    OWNER = "an owner"
    REASON = "statusReason.text"
    OUTPUT = "at least one output"
    NO_OUTPUT = "no output yet"


@dataclass(frozen=True)
class Transition:
    """One move. `start` is "" for creation; `end` equals it where only the business status moves (T8, T11).

    `business`: the BSeR business status that the move brings, "" where it stays as it is. `profile`: the only kind of
    client that may make this move, None for all.
    """

    rule: str
    start: str
    end: str
    who: frozenset[TaskRole]
    needs: frozenset[Need] = frozenset()
    business: str = ""
    profile: Guide | None = None


_STATUSES = (
    *("draft", "requested", "received", "accepted", "in-progress", "on-hold"),
    *("rejected", "cancelled", "failed", "completed"),
)
_REQ, _OWN = frozenset({TaskRole.REQ}), frozenset({TaskRole.OWN})
_OWN_HUB, _REQ_OWN, _REQ_HUB = _OWN | {TaskRole.HUB}, _REQ | _OWN, _REQ | {TaskRole.HUB}


def _expand(
    rule: str,
    starts: str,
    end: str,
    who: frozenset[TaskRole],
    *needs: Need,
    business: str = "",
    profile: Guide | None = None,
) -> Iterator[Transition]:
    """A line of the page: one move for each of its starts, `-` standing for creation."""
    for start in starts.split():
        yield Transition(rule, "" if start == "-" else start, end or start, who, frozenset(needs), business, profile)


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
        profile="gravity",
    ),
    *_expand("T14", "accepted in-progress on-hold", "completed", _OWN, Need.OUTPUT, business=codes.COMPLETED),
    *_expand("T15", "accepted in-progress on-hold", "failed", _OWN, Need.REASON),
    *_expand("T16", " ".join(_STATUSES), "entered-in-error", _REQ_HUB, Need.REASON),
)


def find_transition(start: str, end: str, roles: Collection[TaskRole], profile: Guide) -> Transition | None:
    """The line by which an actor in `roles` may move a Task from one status to another one, or None."""
    for line in TRANSITIONS:
        if (line.start, line.end) == (start, end) and line.who.intersection(roles) and line.profile in (None, profile):
            return line
    return None


def find_transition_by_rule(rule: str, start: str, roles: Collection[TaskRole]) -> Transition | None:
    """The line `rule` from `start`, when an actor in `roles` may take it: for T8 and T11, that keep the status."""
    for line in TRANSITIONS:
        if (line.rule, line.start) == (rule, start) and line.who.intersection(roles):
            return line
    return None
