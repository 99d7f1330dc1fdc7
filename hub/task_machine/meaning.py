"""What a Task's status means for the circle, the parent Task and the request (`docs/loop.md` D4, D6.17)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

OPEN_STATUSES = frozenset({"requested", "received", "accepted", "in-progress", "on-hold"})
TERMINAL_STATUSES = frozenset({"rejected", "cancelled", "failed", "completed"})

_AT_WORK = frozenset({"accepted", "in-progress", "on-hold"})
_REQUEST_STATUSES = {
    **dict.fromkeys(("requested", "received", "accepted", "in-progress"), "active"),
    **dict.fromkeys(("rejected", "cancelled", "failed"), "revoked"),
}

Membership = Literal["member", "past", "none"]


def get_membership(status: str) -> Membership:
    """Return whether a Task in `status` makes its owner a member of the circle, a former member, or neither."""
    if status in _AT_WORK:
        return "member"
    return "past" if status in ("completed", "failed") else "none"


def derive_parent_status(current: str, children: Iterable[str]) -> str | None:
    """Return the status that a parent Task in `current` takes from its children's; None when it keeps its own.

    It is in progress while a child is open, completed when all are closed and at least one was completed, failed when none was.
    A child entered in error does not count. A Task on hold waits for its owner.
    """
    real = {status for status in children if status != "entered-in-error"}
    if current not in _AT_WORK or not real:
        return None
    if not real <= TERMINAL_STATUSES:
        return "in-progress" if current == "accepted" else None
    return "completed" if "completed" in real else "failed"


def derive_request_status(task_status: str) -> str:
    """Return the status of the ServiceRequest that a Task in `task_status` fulfils: revoked when nothing more will come of it
    (https://hl7.org/fhir/R4/valueset-request-status.html)."""
    return _REQUEST_STATUSES.get(task_status, task_status)
