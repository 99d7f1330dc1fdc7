"""The problems that a walk has met so far. A path is a tuple, formatted only for a problem."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Problem

MAX_PROBLEMS = 20

ElementPath = tuple[Any, ...]  # (name of the resource,), then (path of the parent, name) or (path of the array, index)


class EnoughError(Exception):
    """The list has `MAX_PROBLEMS` problems: more would not help the sender."""


class Problems:
    """A list of problems that ends the walk when it is full."""

    def __init__(self) -> None:
        self.items: list[Problem] = []

    def add(self, code: str, path: ElementPath) -> None:
        """Append a problem. EnoughError: the list is full."""
        self.items.append(Problem(code, _format_path(path)))
        if len(self.items) == MAX_PROBLEMS:
            raise EnoughError


def _format_path(path: ElementPath) -> str:
    if len(path) == 1:
        return str(path[0])
    parent, last = path
    return f"{_format_path(parent)}[{last}]" if isinstance(last, int) else f"{_format_path(parent)}.{last}"
