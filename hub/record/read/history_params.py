"""What is asked of a history: https://hl7.org/fhir/R4/http.html#history. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hub.domain.errors import Invalid
from hub.record.search.index.extract import span
from hub.record.search.query.query import COUNT, number_in

T = TypeVar("T")

# What shapes the answer is the door's business.
_NAMES = frozenset({"_count", "_since", "_elements", "_summary"})


@dataclass(frozen=True)
class HistoryParams:
    """`since`: the first moment; `at`: [from, to) in which a version was the current one; microseconds."""

    count: int
    since: int
    at: tuple[int, int] | None


def parse_history_params(asked: Sequence[tuple[str, str]], *, of_type: bool) -> HistoryParams:
    """What `asked` wants. Invalid `parameter-unknown` for another parameter (`_at` is for one resource), `parameter-twice`,
    `parameter-value`."""
    said: dict[str, str] = {}
    for name, value in asked:
        if name not in _NAMES and (of_type or name != "_at"):
            raise Invalid("parameter-unknown", where=name[:64])
        if name in said:
            raise Invalid("parameter-twice", where=name)
        said[name] = value
    since, at = _read(said, "_since", span), _read(said, "_at", span)
    count = _read(said, "_count", number_in)
    return HistoryParams(COUNT if count is None else count, since[0] if since else 0, at)


def _read(said: Mapping[str, str], name: str, reader: Callable[[str], T]) -> T | None:
    if name not in said:
        return None
    try:
        return reader(said[name])
    except (ValueError, OverflowError):
        raise Invalid("parameter-value", where=name) from None
