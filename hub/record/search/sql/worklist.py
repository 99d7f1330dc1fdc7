"""The frequent searches of a party's own Tasks and ServiceRequests, by status (`docs/performance.md` §4.3, Q1): the newest
first, or by the time of their last change.

They use prepared statements on the table `worklist`. The `needs` of its rows are those of the element that names the party,
which is content: the resource of a visible row is visible, so that no other check is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, String, bindparam, func, or_, select

from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.db.statements import CompiledStatement
from hub.record.search.index.rows import HOT
from hub.record.search.query.query import SearchCondition, SearchQuery
from hub.record.search.sql.latest import choose_page, compile_by_change, compile_latest, count_candidates
from hub.record.tables import worklist

DATED_BY = {"Task": "authored-on", "ServiceRequest": "authored"}


def _select_listed(with_status: bool) -> Select[Any]:
    """Select (rid, id, sort) of all that the list shows to the actor."""
    listed = select(worklist.c.rid, worklist.c.id, worklist.c.authored.label("sort")).where(
        worklist.c.type == bindparam("type", type_=String),
        worklist.c.name == bindparam("list", type_=String),
        worklist.c.party == bindparam("listed", type_=String),
        visible(worklist),
    )
    return listed.where(worklist.c.status == bindparam("status", type_=String)) if with_status else listed


def _compile_listing(with_status: bool, after: bool) -> CompiledStatement:
    listed = _select_listed(with_status)
    if after:
        last, last_id = bindparam("last", type_=BigInteger), bindparam("last_id", type_=String)
        # The first condition lets the index scan begin at the last row of the page before.
        listed = listed.where(worklist.c.authored <= last, or_(worklist.c.authored < last, worklist.c.id < last_id))
    order = (worklist.c.authored.desc(), worklist.c.id.desc())
    return CompiledStatement(listed.order_by(*order).limit(bindparam("most", type_=Integer)))


def _compile_total(with_status: bool) -> CompiledStatement:
    listed = _select_listed(with_status).with_only_columns(func.count(), maintain_column_froms=True)
    return CompiledStatement(listed)


_TOTALS = {status: _compile_total(status) for status in (False, True)}
_STATEMENTS = {(status, after): _compile_listing(status, after) for status in (False, True) for after in (False, True)}


@dataclass(frozen=True)
class Listing:
    """A search that the table `worklist` answers. `list`: owner or requester; `listed`: the party; `by_change`: whether it is
    sorted by `_lastUpdated`, and then whether descending."""

    type: str
    list: str
    listed: str
    status: str | None
    by_change: bool | None = None

    def count(self, session: ReadSession) -> int:
        """Return how many rows of the list the actor sees."""
        ((total,),) = _TOTALS[self.status is not None].rows(session.connection, session.params | self._values)
        return int(total)

    def load(self, session: ReadSession, most: int, last: tuple[int, str] | None) -> Sequence[tuple[Any, ...]]:
        """Return the first `most` rows (rid, id, sort value) after `last`."""
        values = session.params | self._values | {"most": most}
        if last is not None:
            values |= {"last": last[0], "last_id": last[1]}
        shape = self.status is not None, last is not None
        if self.by_change is None:
            return _STATEMENTS[shape].rows(session.connection, values)
        if self.by_change:
            for limit in count_candidates(most):
                candidates = compile_latest(*shape).rows(
                    session.connection, values | {"limit": limit, "rank": most - 1}
                )
                if (page := choose_page(candidates, most, limit)) is not None:
                    return page
        return compile_by_change(*shape, descending=self.by_change).rows(session.connection, values)

    @property
    def _values(self) -> dict[str, Any]:
        values = {"type": self.type, "list": self.list, "listed": self.listed}
        return values if self.status is None else values | {"status": self.status}


def find_listing(question: SearchQuery, base: str) -> Listing | None:
    """Return `question` as a listing, or None unless it has one owner or requester, at most one status, the newest first or by
    the last change."""
    if question.type not in HOT:
        return None
    by_change = dict(question.sort).get("_lastUpdated") if len(question.sort) == 1 else None
    if by_change is None and question.sort not in ((), ((DATED_BY[question.type], True),)):
        return None
    lists, _ = HOT[question.type]
    listed: tuple[str, str] | None = None
    status: str | None = None
    for condition in question.conditions:
        if not isinstance(condition, SearchCondition) or condition.modifier or len(condition.values) != 1:
            return None
        value = condition.values[0]
        if condition.name in lists and listed is None and "/" in value:
            listed = condition.name, value.removeprefix(f"{base}/")
        elif condition.name == "status" and status is None and "|" not in value:
            status = value
        else:
            return None
    return None if listed is None else Listing(question.type, *listed, status, by_change)
