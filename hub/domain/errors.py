"""The five errors of the hub. Each interface (HTTP, HL7 v2, command line) has one table that translates them.

    HubError
    ├── Malformed   the bytes are not in the format that they claim
    ├── Invalid     well formed, but against a rule; says where and what to do
    ├── NotFound    absent, or hidden from this actor: the same answer
    ├── Refused     this actor may never do this, whatever the data
    └── Conflict    allowed, but not in the present state: another version, another message under the same name

An error carries `Problem`s: a code of the catalogue in `hub.domain.messages` and a place. It never holds a value of a message
or of the record.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    `code`: key of the catalogue `hub.domain.messages.TEXTS`. `where`: the place in the sender's own terms (`PID-3`,
    `Task.statusReason`, `row 3, birth_date`), or "" for the whole. Neither ever holds a value of the message.
    """

    code: str
    where: str = ""


class HubError(Exception):
    """Base of the five errors. `problems` has at least one element."""

    def __init__(self, *problems: Problem | str, where: str = "") -> None:
        self.problems: tuple[Problem, ...] = tuple(
            Problem(problem, where) if isinstance(problem, str) else problem for problem in problems
        )
        super().__init__(", ".join(f"{p.code}@{p.where}" if p.where else p.code for p in self.problems))


class Malformed(HubError):  # noqa: N818 - the five words are the vocabulary, not "…Error"
    """The bytes are not in the format that they claim."""


class Invalid(HubError):  # noqa: N818
    """Well formed, but against a rule."""


class NotFound(HubError):  # noqa: N818
    """Absent or hidden: the answer is the same for both (`docs/leaks.md` L01)."""

    def __init__(self) -> None:
        super().__init__("not-found")


class Refused(HubError):  # noqa: N818
    """Never allowed to this actor; decided from the actor and the request alone, before any read."""


class Conflict(HubError):  # noqa: N818
    """Allowed, but against the present state as this actor sees it."""
