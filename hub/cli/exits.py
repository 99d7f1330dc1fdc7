"""How a command ends: an exit code for shells (`docs/contract.md` §3) and problems for people."""

from __future__ import annotations

from enum import IntEnum

from hub.domain.errors import Problem


class Exit(IntEnum):
    """The exit codes of the contract."""

    OK = 0
    FAULT = 1
    USAGE = 2
    PARTLY = 3
    NOT_READY = 4


class Stop(Exception):  # noqa: N818 - a command may also stop without a fault
    """End the command with the exit code `exit` after reporting `problems`."""

    def __init__(self, exit: Exit, *problems: Problem) -> None:
        super().__init__(exit.name)
        self.exit, self.problems = exit, problems
