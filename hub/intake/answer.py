"""The answer to a sender, as HTTP carries it."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.errors import Problem


@dataclass(frozen=True)
class Answer:
    """The answer to one body. `status`: of HTTP; `location`: address of the Task when it is 201, else "".

    For the operator, who may know more than the sender: `tasks`, how many demands of the body the record has now, and
    `problems`, what was wrong with it."""

    status: int
    body: bytes
    content_type: str
    location: str = ""
    tasks: int = 0
    problems: tuple[Problem, ...] = ()
