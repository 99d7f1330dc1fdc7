"""Run a search: the page of names, the total if requested, and the keyset of the next page.

Pages continue after the sort values and id of the last row (`docs/leaks.md` L42), so that they do not shift when rows are added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hub.domain.roles import load_roles
from hub.record.access.session import ReadSession
from hub.record.search.query.query import SearchQuery
from hub.record.search.sql.compiler import compile_page, compile_total
from hub.record.search.sql.plan import QueryPlan
from hub.record.search.sql.planner import plan_query
from hub.record.search.sql.sort import compile_sorted_page, list_last_values
from hub.record.search.sql.worklist import find_listing


class Keyset(NamedTuple):
    """The last row of a page: its sort values (without `_sort`, the key of `compile_page`) and its id."""

    keys: list[Any]
    id: str


# A matching resource: (rid, id, sort values…).
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Found:
    """The result. `names`: {rid: `Type/id`} in order. `total`: only if requested. `last`: the last row if there are more."""

    names: dict[int, str]
    total: int | None
    last: Keyset | None


def find(session: ReadSession, question: SearchQuery, last: Keyset | None, base: str) -> Found:
    """Return the page of `question` after the row `last`. `base`: the FHIR base URL of absolute references."""
    connection, bound = session.connection, session.params | {"most": question.count + 1}
    listing = find_listing(question, base)
    total, rows = None, list[Row]()
    if listing is not None:
        if question.total:
            total = listing.count(session)
        if not question.only_count:
            rows = [*listing.load(session, question.count + 1, None if last is None else (last.keys[0], last.id))]
    else:
        shape, values = plan_query(question, base)
        if load_roles()[session.actor.role].is_desk:
            # A desk may see everybody: it finds a page sooner in the order of the ids, or by the value.
            shape = replace(shape, by_person=None)
        if question.total:
            ((total,),) = compile_total(shape).rows(connection, bound | values)
        if not question.only_count:
            rows = _load_page(connection, question, shape, bound | values, last)
    page = rows[: question.count]
    more = Keyset(list(page[-1][2:]), page[-1][1]) if len(rows) > question.count and page else None
    return Found({row[0]: f"{question.type}/{row[1]}" for row in page}, total, more)


def _load_page(
    connection: Connection, question: SearchQuery, shape: QueryPlan, bound: dict[str, Any], last: Keyset | None
) -> list[Row]:
    if not question.sort:
        values = {} if last is None else {"last_0": last.keys[0]}
        return compile_page(shape, last is not None).rows(connection, bound | values)
    says = None if last is None else tuple(key is not None for key in last.keys)
    values = {} if last is None else dict(list_last_values(question.sort, last.keys, last.id))
    return compile_sorted_page(shape, question.sort, says).rows(connection, bound | values)
