"""How a status reads for a client of another guide (`docs/loop.md` D6.5, D7). The door knows which client
is registered as what."""

from __future__ import annotations

from typing import Literal

from hub.domain.errors import Invalid

Guide = Literal["hub", "gravity", "bser"]


def translate_outward(status: str, profile: Guide, *, was_accepted: bool = False) -> str:
    """The status that such a client is shown. `was_accepted`: the Task had been accepted before it came to `status`.

    Gravity knows neither `received` nor a refusal after acceptance (T7); BSeR calls a new request `received`.
    """
    if profile == "gravity" and status == "received":
        return "requested"
    if profile == "gravity" and status == "rejected" and was_accepted:
        return "cancelled"
    if profile == "bser" and status == "requested":
        return "received"
    return status


def translate_inward(sent: str, profile: Guide, *, stored: str = "", was_accepted: bool = False) -> str:
    """The hub's status for what a client sent. `stored`: the Task's present status, "" when it is created.

    What the client was shown means no change. Raises Invalid `task-transition` for what Gravity excludes.
    """
    if profile == "gravity" and sent in ("received", "ready"):
        raise Invalid("task-transition", where="Task.status")
    if stored and sent == translate_outward(stored, profile, was_accepted=was_accepted):
        return stored
    return "requested" if profile == "bser" and sent == "received" and not stored else sent
