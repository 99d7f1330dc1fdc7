"""Two recordings are the same, or each difference is printed."""

import json

from tests.corpus.compare import compare, without_aliases

SQL = {"kind": "sql", "name": "a1", "text": "SELECT part_1.rid FROM part AS part_1 WHERE part_1.rid = ?"}
RENAMED = SQL | {"name": "b2", "text": "SELECT other.rid FROM part AS other WHERE other.rid = ?"}
REQUEST = {"kind": "request", "name": "reads/001", "asked": "ccas: GET /fhir/Task", "status": 200, "body": "{}"}
READ = REQUEST | {"statements": [["a1", "v", 1]]}


def recorded(path, *entries):
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))
    return path


def differences(tmp_path, first, second):
    return compare(recorded(tmp_path / "a", *first), recorded(tmp_path / "b", *second))


def test_a_recording_is_the_same_as_itself(tmp_path):
    assert differences(tmp_path, [SQL, READ], [SQL, READ]) == []


def test_an_alias_may_have_another_name(tmp_path):
    assert differences(tmp_path, [SQL, READ], [RENAMED, READ | {"statements": [["b2", "v", 1]]}]) == []
    assert without_aliases("WITH asked AS (SELECT 1 AS rid) SELECT asked.rid FROM asked") == (
        "WITH alias1 AS (SELECT 1 AS alias2) SELECT alias1.alias2 FROM alias1"
    )


def test_a_body_that_differs_is_shown_where_it_does(tmp_path):
    first, *values = differences(tmp_path, [SQL, READ], [SQL, READ | {"body": '{"a":1}'}])
    assert first == "reads/001: body (ccas: GET /fhir/Task)"
    assert [value.strip() for value in values] == ['- "{}"', '+ "{\\"a\\":1}"']


def test_a_statement_more_and_a_row_more_are_differences(tmp_path):
    for statements, counted in (([["a1", "v", 1]] * 2, "2, 2"), ([["a1", "v", 2]], "1, 2"), ([["a1", "w", 1]], "1, 1")):
        first, *_ = differences(tmp_path, [SQL, READ], [SQL, READ | {"statements": statements}])
        assert first == f"reads/001: 1 statements, 1 rows → {counted} (ccas: GET /fhir/Task)"


def test_an_entry_of_one_alone_is_a_difference(tmp_path):
    assert differences(tmp_path, [SQL, READ], [SQL]) == ["reads/001: only in the first (ccas: GET /fhir/Task)"]
    assert differences(tmp_path, [SQL], [SQL, READ]) == ["reads/001: only in the second (ccas: GET /fhir/Task)"]


def test_a_field_may_be_ignored(tmp_path):
    first, second = recorded(tmp_path / "a", SQL, READ), recorded(tmp_path / "b", SQL, READ | {"body": "x"})
    assert compare(first, second, ["request.body"]) == []
    assert compare(first, second, ["command.body"]) != []
