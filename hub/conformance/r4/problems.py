"""What a walk has found wrong so far. Places are tuples, written out only for a problem."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Problem

MAX_PROBLEMS = 20

ElementPath = tuple[Any, ...]  # (name of the resource,), then (place of the parent, name) or (place of the array, rank)


class EnoughError(Exception):
    """`MAX_PROBLEMS` are found: the rest would not help the sender."""


class Problems:
    """A list that ends the walk when it is full."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, code: str, place: ElementPath) -> None:
        """Note one. EnoughError: it was the last that is of use."""
        self.found.append(Problem(code, _format_path(place)))
        if len(self.found) == MAX_PROBLEMS:
            raise EnoughError


def _format_path(place: ElementPath) -> str:
    if len(place) == 1:
        return str(place[0])
    parent, last = place
    return f"{_format_path(parent)}[{last}]" if isinstance(last, int) else f"{_format_path(parent)}.{last}"
