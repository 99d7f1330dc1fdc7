"""A question without its values: what a statement is built from once. Pure.

Two questions of one shape differ in values alone, so they share a statement. Each condition is alternatives (OR) of tests (AND)
on the columns of an index. `hub.record.search.sql.planner` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass

# (column, operator of `hub.record.search.sql.compiler`, name of the bound value)
Test = tuple[str, str, str]
Alternatives = tuple[tuple[Test, ...], ...]

# What few rows meet, in that order. A token or a date may fit half the record.
_SELECTIVE = ("identifier", "reference", "string")


@dataclass(frozen=True)
class IndexTerm:
    """An index row of `parameter` meets one of `alternatives`, or without any just is there; `wanted` False: none does."""

    parameter: str
    kind: str
    alternatives: Alternatives = ()
    wanted: bool = True


@dataclass(frozen=True)
class ResourceTerm:
    """The resource's own `id`, or the `updated` of its slice, meets one of `alternatives`."""

    alternatives: Alternatives


@dataclass(frozen=True)
class ConstantTerm:
    """What every slice says alike: it `holds` for all or for none."""

    holds: bool


@dataclass(frozen=True)
class CompositeTerm:
    """One of `alternatives` holds, each of which is terms that all do."""

    alternatives: tuple[tuple[IndexTerm, ...], ...]


@dataclass(frozen=True)
class ChainTerm:
    """It points by `via` to a `target` that meets `inner`."""

    via: str
    target: str
    inner: Term


@dataclass(frozen=True)
class ReverseChainTerm:
    """A `source` points to it by `via` and meets `inner`."""

    source: str
    via: str
    inner: Term


Term = IndexTerm | ResourceTerm | ConstantTerm | CompositeTerm | ChainTerm | ReverseChainTerm


@dataclass(frozen=True)
class QueryPlan:
    """`leading`: the rank of the term that few rows meet, by its declaration and never by data, or None."""

    type: str
    terms: tuple[Term, ...]
    leading: int | None


def rank_selectivity(term: Term) -> int | None:
    """How few rows meet `term`, the fewest 0; None where that may be most of them."""
    if isinstance(term, ChainTerm | ReverseChainTerm):
        inner = rank_selectivity(term.inner)
        return None if inner is None else len(_SELECTIVE) + inner
    if not isinstance(term, IndexTerm) or not term.wanted or not term.alternatives:
        return None
    if any(operator == "within" for tests in term.alternatives for _, operator, _ in tests):
        return None
    kind = "identifier" if term.parameter.partition(":")[0] == "identifier" else term.kind
    return _SELECTIVE.index(kind) if kind in _SELECTIVE else None
