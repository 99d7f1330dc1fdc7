"""The data classes of a parsed search.

`hub.record.search.query.parser` makes them, `hub.record.search.sql.planner` plans their statements.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.record.search.index.parameter import Parameter

# Resources in a page: by default, and at most.
COUNT, MOST = 50, 1000


def parse_limit(text: str, most: int = MOST) -> int:
    """Parse a whole number of at most six digits and limit it to `most`. Raises ValueError for anything else."""
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise ValueError
    return min(int(text), most)


@dataclass(frozen=True)
class SearchCondition:
    """One search parameter. Conditions are joined by AND, their `values` by OR. `written`: the values with their escapes.

    `parameter`: None for a parameter that all types have."""

    name: str
    modifier: str
    values: tuple[str, ...]
    parameter: Parameter | None = None
    written: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Composite:
    """A composite parameter. `alternatives`, joined by OR: each has a condition for each component, joined by AND."""

    parameter: Parameter
    alternatives: tuple[tuple[SearchCondition, ...], ...]


@dataclass(frozen=True)
class Chain:
    """A chain: the resource points by `via` to a resource of type `target` that meets `inner`."""

    via: Parameter
    target: str
    inner: Condition


@dataclass(frozen=True)
class Has:
    """A reverse chain: a resource of type `source` points to this one by `via` and meets `inner`."""

    source: str
    via: Parameter
    inner: Condition


Condition = SearchCondition | Composite | Chain | Has


@dataclass(frozen=True)
class Include:
    """`_include` of what `source` points to by `via`, of type `target` unless that is ""; `reverse`: `_revinclude` of the
    resources of `source` that point here; `iterate`: also from resources that were included."""

    source: str
    via: Parameter
    target: str
    reverse: bool
    iterate: bool


@dataclass(frozen=True)
class SearchQuery:
    """A whole search. `sort`: (parameter name, descending)."""

    type: str
    conditions: tuple[Condition, ...]
    count: int = COUNT
    sort: tuple[tuple[str, bool], ...] = ()
    total: bool = False
    only_count: bool = False
    includes: tuple[Include, ...] = ()
