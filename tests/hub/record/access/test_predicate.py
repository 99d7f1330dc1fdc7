"""The predicate as SQL: each row is judged by its own stakes and by what is withheld of it, of nothing else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import FromClause, Select, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.record.access.predicate import visible
from hub.record.search.query.parser import parse_query
from hub.record.search.sql.compiler import build_term_condition
from hub.record.search.sql.planner import plan_query
from hub.record.tables import index_token, part, resource, worklist


def _joined_again(found: Select[tuple[int]]) -> list[str]:
    """FROM lists of the statement that name two tables with a comma: a subquery that forgot the row it is about."""
    texts = [str(found.compile(dialect=dialect)) for dialect in (sqlite.dialect(), postgresql.dialect())]
    without_lists = [re.sub(r" IN \((?:[^()]|\([^()]*\))*\)", " IN ()", text) for text in texts]
    return [names for text in without_lists for names in re.findall(r"FROM ([^\n]*?,[^\n]*)", text)]


@pytest.mark.parametrize("row", [part, part.alias(), worklist, index_token.alias()], ids=str)
def test_stakes_and_withheld_are_those_of_the_row_at_any_depth(row: FromClause) -> None:
    assert not _joined_again(select(row.c.rid).where(visible(row)))


def test_the_predicate_stays_with_its_row_in_chains_and_reverse_chains() -> None:
    asked = [("patient.name", "x"), ("_has:Task:based-on:status", "accepted"), ("_lastUpdated", "gt2026")]
    shape, _ = plan_query(parse_query("Task", asked), "https://hub.example/fhir")
    row = resource.alias()
    assert not _joined_again(select(row.c.rid).where(*(build_term_condition(term, row) for term in shape.terms)))
