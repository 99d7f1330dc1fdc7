"""A question as a whole, read and checked before anything is queried."""

from __future__ import annotations

import pytest

from hub.domain.errors import Invalid
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.parser import parse_query
from hub.record.search.query.query import COUNT, MOST, Condition, Include, SearchCondition

TASK = PARAMETERS["Task"]


def conditions(*asked: tuple[str, str], kind: str = "Task") -> tuple[Condition, ...]:
    return parse_query(kind, list(asked)).conditions


def problem(*asked: tuple[str, str], kind: str = "Task") -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        parse_query(kind, list(asked))
    assert len(caught.value.problems) == 1
    return caught.value.problems[0].code, caught.value.problems[0].where


def test_conditions_are_and_and_values_are_or() -> None:
    assert conditions(("status", "a,b"), ("status", "c")) == (
        SearchCondition("status", "", ("a", "b"), TASK["status"]),
        SearchCondition("status", "", ("c",), TASK["status"]),
    )


def test_what_shapes_the_answer() -> None:
    found = parse_query("Task", [("_sort", "-authored-on"), ("_count", "7"), ("_total", "accurate"), ("status", "a")])
    assert (found.sort, found.count, found.total, found.only_count) == ((("authored-on", True),), 7, True, False)
    assert parse_query("Task", []).count == COUNT
    assert parse_query("Task", [("_count", "999999")]).count == MOST
    assert parse_query("Task", [("_summary", "count")]).only_count
    assert parse_query("Task", [("_count", "0")]).only_count
    assert parse_query("Task", [("_include", "Task:owner:Organization")]).includes == (
        Include("Task", TASK["owner"], "Organization", reverse=False, iterate=False),
    )
    assert parse_query("Task", [("_total", "estimate")]).total
    assert not parse_query("Task", [("_total", "none")]).total
    assert parse_query("Task", [("_sort", "status,-authored-on,_id")]).sort == (
        ("status", False),
        ("authored-on", True),
        ("_id", False),
    )
    assert parse_query("Task", [("status", "a"), ("_count", "7")]).count == 7


@pytest.mark.parametrize(
    ("asked", "code", "where"),
    [
        (("nonsense", "1"), "parameter-unknown", "nonsense"),
        (("Status", "a"), "parameter-unknown", "Status"),
        (("status:exact", "a"), "modifier-unknown", "status"),
        (("status:text", "a"), "modifier-unknown", "status"),
        (("authored-on:not", "2026"), "modifier-unknown", "authored-on"),
        (("_id:not", "a"), "parameter-unknown", "_id"),
        (("status", ""), "parameter-value", "status"),
        (("status", ","), "parameter-value", "status"),
        (("status", ",".join("a" * 51)), "parameter-value", "status"),
        (("status", "a\0b"), "parameter-value", "status"),
        (("status", "a" * 4097), "parameter-value", "status"),
        (("status:missing", "maybe"), "parameter-value", "status"),
        (("status:missing", "true,false"), "parameter-value", "status"),
        (("authored-on", "yesterday"), "parameter-value", "authored-on"),
        (("authored-on", "zz2026"), "parameter-value", "authored-on"),
        (("_tag:text", "a"), "modifier-unknown", "_tag"),
        (("_source", "a"), "parameter-unknown", "_source"),
        (("status:in", "urn:x"), "modifier-unknown", "status"),
        (("status:of-type", "a|b|c"), "modifier-unknown", "status"),
        (("identifier:of-type", "a|b"), "parameter-value", "identifier"),
        (("owner:ServiceRequest", "a"), "modifier-unknown", "owner"),
        (("authored-on", "2026-13"), "parameter-value", "authored-on"),
        (("authored-on", "9999999"), "parameter-value", "authored-on"),
        (("_lastUpdated", "x"), "parameter-value", "_lastUpdated"),
        (("_count", "-1"), "parameter-value", "_count"),
        (("_count", "ten"), "parameter-value", "_count"),
        (("_count", "١"), "parameter-value", "_count"),
        (("_sort", "nonsense"), "parameter-unknown", "_sort"),
        (("_sort", "owner"), "parameter-unknown", "_sort"),
        (("_sort", "status,status,status,status,status"), "parameter-value", "_sort"),
        (("_sort", "--status"), "parameter-unknown", "_sort"),
        (("_sort", "patient.name"), "parameter-unknown", "_sort"),
        (("_total", "all"), "parameter-value", "_total"),
        (("_include", "Task:nonsense"), "parameter-value", "_include"),
        (("_include", "Patient:organization"), "parameter-value", "_include"),
        (("_include", "Task:status"), "parameter-value", "_include"),
        (("_include", "*"), "parameter-value", "_include"),
        (("_include", "Task:*"), "parameter-value", "_include"),
        (("_include", "Task:owner:Task"), "parameter-value", "_include"),
        (("_include:iterate", "*"), "parameter-value", "_include:iterate"),
        (("_include:recurse", "Task:owner"), "parameter-unknown", "_include"),
        (("_revinclude", "*"), "parameter-value", "_revinclude"),
        (("_revinclude", "Condition:patient"), "parameter-value", "_revinclude"),
        (("_revinclude", "Task:focus:Condition"), "parameter-value", "_revinclude"),
        (("_filter", "x"), "parameter-unknown", "_filter"),
        (("focus.status", "a"), "parameter-unknown", "focus"),
        (("status.x", "a"), "parameter-unknown", "status"),
        (("focus:Medication.status", "a"), "parameter-unknown", "focus"),
        (("focus:ServiceRequest.nonsense", "a"), "parameter-unknown", "nonsense"),
        (
            ("focus:ServiceRequest.requester:Organization.partof:Organization.name", "a"),
            "chain-too-long",
            "partof:Organization",
        ),
        (("_has:Task:part-of:_has:Task:part-of:_has:Task:part-of:status", "a"), "chain-too-long", "_has"),
        (("_has:Task:nonsense:status", "a"), "parameter-unknown", "_has"),
        (("_has:Nothing:patient:status", "a"), "parameter-unknown", "_has"),
        (("_has:Task:status", "a"), "parameter-unknown", "_has"),
        (("<script>", "a"), "parameter-unknown", "script"),
    ],
)
def test_what_is_not_declared_is_refused_at_its_name(asked: tuple[str, str], code: str, where: str) -> None:
    assert problem(asked) == (code, where)


def test_what_may_stand_once_stands_once() -> None:
    assert problem(("_count", "1"), ("_count", "2")) == ("parameter-twice", "_count")
    assert problem(*[("_include", "Task:owner")] * 9) == ("search-too-costly", "")
    assert parse_query("Task", [("_format", "json"), ("_format", "json")])


def test_what_costs_too_much_is_refused_by_what_is_asked() -> None:
    assert problem(*[("status", "a")] * 31) == ("search-too-costly", "")
    assert problem(*[("focus:ServiceRequest.requester:Organization.name", "a")] * 4) == ("search-too-costly", "")
    assert len(conditions(*[("focus:ServiceRequest.requester:Organization.name", "a")] * 3)) == 3


def test_no_value_stands_in_an_error() -> None:
    for asked in (
        ("authored-on", "NAISSANCE"),
        ("_count", "NAISSANCE"),
        ("_include", "NAISSANCE"),
        ("_sort", "NAISSANCE"),
    ):
        assert "NAISSANCE" not in "".join(problem(asked))
