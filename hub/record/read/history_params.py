"""Parse the parameters of a history: https://hl7.org/fhir/R4/http.html#history. No database access."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hub.domain.dates import parse_span
from hub.domain.errors import Invalid
from hub.record.search.query.query import COUNT, parse_limit

T = TypeVar("T")

# `_elements` and `_summary` are allowed here and read by `hub.api`, which shapes the answer.
_NAMES = frozenset({"_count", "_since", "_elements", "_summary"})


@dataclass(frozen=True)
class HistoryParams:
    """The parameters. `since`: the earliest moment; `at`: [from, to) in which a version was current; in microseconds."""

    count: int
    since: int
    at: tuple[int, int] | None


def parse_history_params(pairs: Sequence[tuple[str, str]], *, of_type: bool) -> HistoryParams:
    """What `pairs` wants. Invalid `parameter-unknown` for another parameter (`_at` is for one resource), `parameter-twice`,
    `parameter-value`."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in _NAMES and (of_type or name != "_at"):
            raise Invalid("parameter-unknown", where=name[:64])
        if name in values:
            raise Invalid("parameter-twice", where=name)
        values[name] = value
    since, at = _read(values, "_since", parse_span), _read(values, "_at", parse_span)
    count = _read(values, "_count", parse_limit)
    return HistoryParams(COUNT if count is None else count, since[0] if since else 0, at)


def _read(values: Mapping[str, str], name: str, reader: Callable[[str], T]) -> T | None:
    if name not in values:
        return None
    try:
        return reader(values[name])
    except (ValueError, OverflowError):
        raise Invalid("parameter-value", where=name) from None
