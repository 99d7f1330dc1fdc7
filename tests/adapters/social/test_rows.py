"""A bad row never stops the others, whatever it holds; the same row has the same name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.adapter import Result, Row
from adapters.social.answer import render_results
from adapters.social.rows import read
from adapters.social.table import MAX_BYTES, MAX_ROWS
from hub.domain.errors import HubError, Invalid, Problem
from hub.domain.referral.message import Referral
from tests.adapters.social.golden import SOURCE

HEADER = "Nom;Prénom;Date de naissance;Motif;Numéro de dossier\n"


def rows(table: str) -> list[Row]:
    return read(table.encode(), SOURCE)


def refusal(table: bytes) -> list[str]:
    try:
        read(table, SOURCE)
    except HubError as error:
        return [problem.code for problem in error.problems]
    raise AssertionError("it was read")


def test_a_thousand_rows_with_three_bad_ones_give_three_refusals() -> None:
    lines = [f"EXEMPLE;Alix {i};15/03/1942;chute;D-{i}" for i in range(1, 1001)]
    lines[9] = "EXEMPLE;Alix;31/02/1942;chute;D-10"
    lines[499] = ";Alix;15/03/1942;chute;D-500"
    lines[998] = '"EXEMPLE;Alix;15/03/1942;chute;D-999'
    found = rows(HEADER + "\n".join(lines))
    assert [row.number for row in found] == list(range(1, 1001))
    refused = {row.number: row.content for row in found if isinstance(row.content, tuple)}
    assert refused == {
        10: (Problem("bad-date", "row 10, Date de naissance"),),
        500: (Problem("required-missing", "row 500, Nom"),),
        999: (Problem("csv-quotes", "row 999"),),
    }
    read_rows = [row.content for row in found if isinstance(row.content, Referral)]
    assert len({outcome.header.message_id for outcome in read_rows}) == 997


def test_a_row_without_number_is_named_by_its_content_whatever_the_order() -> None:
    one = rows("Nom;Prénom;Motif\nA;B;c\n")[0].content
    same = rows("motif;PRENOM;nom;tags\nc;B;A;\n")[0].content
    other = rows("Nom;Prénom;Motif\nA;B;d\n")[0].content
    assert isinstance(one, Referral) and isinstance(same, Referral) and isinstance(other, Referral)
    assert one.header.message_id == same.header.message_id != other.header.message_id


def test_the_hub_s_own_words_are_headers_too() -> None:
    found = rows("last_name,first_name,birth_date\nA,B,1950-01-01\n")[0].content
    assert isinstance(found, Referral) and found.person.birth_date == "1950-01-01"
    assert refusal(b"last_name,first_name,Nom\nA,B,C\n") == ["csv-duplicate-column"]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (b"", "csv-empty"),
        (b"\n;;\n", "csv-empty"),
        (HEADER.encode(), "csv-empty"),
        (b'"Nom;Prenom\n', "csv-quotes"),
        (b"Nom;Pr\x81nom\nA;B\n", "csv-encoding"),
        (b"\xef\xbb\xbfNom;Pr\xe9nom\nA;B\n", "csv-encoding"),
        (b" " * (MAX_BYTES + 1), "csv-too-large"),
        (b"Nom;Prenom\n" + b"A;B\n" * (MAX_ROWS + 1), "csv-too-many-rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(table: bytes, code: str) -> None:
    assert refusal(table) == [code]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_however_a_spreadsheet_saves_it(separator: str, encoding: str, end: str) -> None:
    lines = [["Prénom", "Nom", "Motif"], ["Éloïse", "EXEMPLE", '"une; deux, trois\tquatre"']]
    table = end.join(separator.join(cells) for cells in lines) + end
    (row,) = read(table.encode(encoding), SOURCE)
    assert isinstance(row.content, Referral)
    assert row.content.person.names[0].given == ("Éloïse",)
    assert row.content.reason == "une; deux, trois\tquatre"


def test_control_characters_and_long_texts_refuse_their_row_alone() -> None:
    found = rows("Nom;Prénom\nA\x00;B\n" + "x" * 501 + ";B\nC;D\n")
    assert [row.content for row in found[:2]] == [
        (Problem("control-character", "row 1, Nom"),),
        (Problem("too-long", "row 2, Nom"),),
    ]
    assert isinstance(found[2].content, Referral)


def test_one_lost_quote_costs_little() -> None:
    table = "Nom;Prénom\n" + '"A;B\n' * 9000
    assert all(isinstance(row.content, tuple) for row in rows(table))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet='AB;,\t"\n\r1/é\x00', max_size=20), max_size=6))
def test_any_row_gives_a_referral_or_its_problems(lines: list[str]) -> None:
    try:
        found = read((HEADER + "\n".join(lines)).encode(), SOURCE)
    except HubError as error:
        assert error.problems[0].code == "csv-empty"
        return
    numbers = [row.number for row in found]
    assert numbers == sorted(set(numbers))
    for row in found:
        if isinstance(row.content, tuple):
            assert row.content and all(problem.where.startswith(f"row {row.number}") for problem in row.content)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read(data, SOURCE)
    except HubError as error:
        assert error.problems


def test_the_answer_says_each_row_in_french() -> None:
    refused = Result(error=Invalid("bad-date", where="row 2, Né le"), row=2)
    answer = json.loads(render_results([Result("Task/a", row=1), refused, Result("Task/b", row=3, is_duplicate=True)]))
    assert answer == {
        "rows": [
            {"row": 1, "status": "accepted", "task": "Task/a", "errors": []},
            {
                "row": 2,
                "status": "refused",
                "task": None,
                "errors": [
                    {
                        "where": "row 2, Né le",
                        "severity": "error",
                        "code": "bad-date",
                        "text": "Ce n’est pas une date ou une heure valide",
                    }
                ],
            },
            {"row": 3, "status": "duplicate", "task": "Task/b", "errors": []},
        ]
    }
