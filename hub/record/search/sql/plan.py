"""The plan of a search without its values, from which a statement is compiled once.

Searches that differ only in values have the same plan and share a statement. A condition is alternatives (OR) of tests (AND) on
the columns of an index. `hub.record.search.sql.planner` makes the plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# (column, operator of `hub.record.search.sql.compiler`, name of the bound value)
Test = tuple[str, str, str]
Alternatives = tuple[tuple[Test, ...], ...]

# Kinds of terms that few rows meet, the most selective first. A token or a date may match half of the record.
_SELECTIVE = ("identifier", "reference", "string")


@dataclass(frozen=True)
class IndexTerm:
    """An index row of `parameter` meets one of `alternatives`, or exists if there are none. `wanted`: False negates this."""

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
    """A condition on what all slices have in common: it `holds` for all or for none."""

    holds: bool


@dataclass(frozen=True)
class CompositeTerm:
    """A composite: all terms of one of `alternatives` hold."""

    alternatives: tuple[tuple[IndexTerm, ...], ...]


@dataclass(frozen=True)
class ChainTerm:
    """The resource points by `via` to a `target` that meets `inner`."""

    via: str
    target: str
    inner: Term


@dataclass(frozen=True)
class ReverseChainTerm:
    """A `source` points to the resource by `via` and meets `inner`."""

    source: str
    via: str
    inner: Term


Term = IndexTerm | ResourceTerm | ConstantTerm | CompositeTerm | ChainTerm | ReverseChainTerm


@dataclass(frozen=True)
class QueryPlan:
    """A plan. `leading`: the position of the most selective term, chosen by its kind and never by data, or None. `by_person`: the
    position of the term whose values are looked up person by person of those whom the actor has a grant on, or None."""

    type: str
    terms: tuple[Term, ...]
    leading: int | None
    by_person: int | None = None


def find_term_by_person(terms: Sequence[Term], leading: int | None) -> int | None:
    """Return the position of a term that too many resources of the territory meet, such as a status or a name, but few of those
    of a person; None if the term `leading` is better, or if there is none."""
    if leading is not None:
        term = terms[leading]
        return leading if isinstance(term, IndexTerm) and term.kind == "string" else None
    return next((rank for rank, term in enumerate(terms) if _is_code(term)), None)


def _is_code(term: Term) -> bool:
    return (
        isinstance(term, IndexTerm)
        and term.wanted
        and term.kind == "token"
        and bool(term.alternatives)
        and all(any(test[:2] == ("code", "eq") for test in tests) for tests in term.alternatives)
    )


def rank_selectivity(term: Term) -> int | None:
    """Return the rank of `term` by selectivity, 0 for the most selective; None where most rows may meet it."""
    if isinstance(term, ChainTerm | ReverseChainTerm):
        inner = rank_selectivity(term.inner)
        return None if inner is None else len(_SELECTIVE) + inner
    if not isinstance(term, IndexTerm) or not term.wanted or not term.alternatives:
        return None
    if any(operator == "within" for tests in term.alternatives for _, operator, _ in tests):
        return None
    kind = "identifier" if term.parameter.partition(":")[0] == "identifier" else term.kind
    return _SELECTIVE.index(kind) if kind in _SELECTIVE else None
