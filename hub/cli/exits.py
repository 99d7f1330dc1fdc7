"""How a command ends, as a number for shells (`docs/contract.md` §3) and as problems for people."""

from __future__ import annotations

from enum import IntEnum

from hub.domain.errors import Problem


class Exit(IntEnum):
    OK = 0
    FAULT = 1
    USAGE = 2
    PARTLY = 3
    NOT_READY = 4


class Stop(Exception):  # noqa: N818 - an end, which may be a good one
    """End the command now with `exit`, saying `problems`."""

    def __init__(self, exit: Exit, *problems: Problem) -> None:
        super().__init__(exit.name)
        self.exit, self.problems = exit, problems
