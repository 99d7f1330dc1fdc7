"""Build the SQL conditions of a search of AuditEvents: the terms of a query plan, on the columns of `EVENT`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from hub.record.audit.event import ACTION, list_action_words
from hub.record.audit.events import EVENT
from hub.record.search.sql.plan import ConstantTerm, IndexTerm, ResourceTerm, Test

_OPERATORS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": operator.eq,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}


def build_condition(
    term: IndexTerm | ResourceTerm | ConstantTerm, values: Mapping[str, Any], updated: ColumnElement[int]
) -> ColumnElement[bool]:
    """Build the condition that a row of `EVENT` meets `term`. `values`: by bind name; `updated`: the time of the slice."""
    if isinstance(term, ConstantTerm):
        return true() if term.holds else false()
    is_wanted = not isinstance(term, IndexTerm) or term.wanted
    parameter = term.parameter if isinstance(term, IndexTerm) else "_lastUpdated"
    if not term.alternatives:
        # `:missing`: every event has a value for each parameter.
        return true() if is_wanted else false()
    tests = (and_(*(_test(parameter, test, values, updated) for test in tests)) for tests in term.alternatives)
    return or_(*tests) if is_wanted else not_(or_(*tests))


def _test(parameter: str, test: Test, values: Mapping[str, Any], updated: ColumnElement[int]) -> ColumnElement[bool]:
    column, sign, name = test
    compare, value = _OPERATORS[sign], values[name]
    match parameter, column:
        case "_lastUpdated", _:
            return compare(updated, value)
        case "date", _:
            return compare(EVENT.c.at if column == "low" else EVENT.c.at + 1, value)
        case "agent", "code":
            return compare(EVENT.c.party, value)
        case "action", "code":
            return _build_action_condition(value)
        case "action", "system":
            return true() if value == ACTION else false()
    # A logical reference, which no event has.
    return false()


def _build_action_condition(letter: str) -> ColumnElement[bool]:
    if letter == "E":
        return EVENT.c.action.not_in([word for other in "CRU" for word in list_action_words(other)])
    return EVENT.c.action.in_(list_action_words(letter))
