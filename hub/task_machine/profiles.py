"""The translation of statuses for clients of another guide (`docs/loop.md` D6.5, D7). The caller knows the client's guide."""

from __future__ import annotations

from typing import Literal

from hub.domain.errors import Invalid

Guide = Literal["hub", "gravity", "bser"]


def translate_outward(status: str, guide: Guide, *, was_accepted: bool = False) -> str:
    """Return the status to show to such a client. `was_accepted`: the Task had been accepted before it got `status`.

    Gravity has neither `received` nor a refusal after acceptance (T7); BSeR calls a new request `received`.
    """
    if guide == "gravity" and status == "received":
        return "requested"
    if guide == "gravity" and status == "rejected" and was_accepted:
        return "cancelled"
    if guide == "bser" and status == "requested":
        return "received"
    return status


def translate_inward(status: str, guide: Guide, *, stored: str = "", was_accepted: bool = False) -> str:
    """Return the hub's status for the `status` that a client sent. `stored`: the Task's present status, "" when it is created.

    The status that the client was shown means no change. Raises Invalid `task-transition` for what Gravity excludes.
    """
    if guide == "gravity" and status in ("received", "ready"):
        raise Invalid("task-transition", where="Task.status")
    if stored and status == translate_outward(stored, guide, was_accepted=was_accepted):
        return stored
    return "requested" if guide == "bser" and status == "received" and not stored else status
