"""What is asked of search: the words in which a question stands, whoever reads and whoever answers it. Pure.

`hub.record.search.query.parser` reads them, `hub.record.search.sql.planner` makes statements of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.record.search.index.parameter import Parameter

# Resources in a page: when it is not said, and at most.
COUNT, MOST = 50, 1000


def number_in(text: str, most: int = MOST) -> int:
    """The whole number that a client says in at most six digits, or `most` if that is less. ValueError when it says none."""
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise ValueError
    return min(int(text), most)


@dataclass(frozen=True)
class SearchCondition:
    """One parameter as asked: AND between conditions, OR between `values`. `written`: the values with their escapes."""

    name: str
    modifier: str
    values: tuple[str, ...]
    parameter: Parameter | None = None
    written: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Composite:
    """One of `alternatives` holds: a value for each of the parameters that `parameter` is made of."""

    parameter: Parameter
    alternatives: tuple[tuple[SearchCondition, ...], ...]


@dataclass(frozen=True)
class Chain:
    """`via` points to a `target` that meets `inner`."""

    via: Parameter
    target: str
    inner: Asked


@dataclass(frozen=True)
class Has:
    """A `source` points here by `via` and meets `inner`."""

    source: str
    via: Parameter
    inner: Asked


Asked = SearchCondition | Composite | Chain | Has


@dataclass(frozen=True)
class Include:
    """What `source` points to by `via`, of type `target` if said; `reverse`: what of `source` points here; `iterate`: from what
    was included too."""

    source: str
    via: Parameter
    target: str
    reverse: bool
    iterate: bool


@dataclass(frozen=True)
class SearchQuery:
    """A whole search. `sort`: (parameter name, descending)."""

    type: str
    conditions: tuple[Asked, ...]
    count: int = COUNT
    sort: tuple[tuple[str, bool], ...] = ()
    total: bool = False
    only_count: bool = False
    includes: tuple[Include, ...] = ()
