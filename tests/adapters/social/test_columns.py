"""Each column is read, or is said in words and named: faults B2 and B11. `docs/ledger-csv.md` is `columns.toml` as a table."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.social.columns import COLUMNS, IDENTITY, SYNONYMS
from adapters.social.rows import read
from hub.domain.errors import HubError, Problem
from hub.domain.referral.message import Referral
from hub.fhir import dumps
from hub.mapping import to_fhir
from tests.adapters.social.golden import SOURCE
from tests.hub.mapping.cases import context

PAGE = Path(__file__).parents[3] / "docs" / "ledger-csv.md"
_HEAD = """# The ledger of columns

Each column of a table of demands, and where it goes. The table is `adapters/social/columns.toml`, which the adapter itself
uses; a test compares the two, and sends each column. A source names its columns in `config/sources.toml`; a column that it
does not name is known by what it is often called, without case, accents, spaces, signs and endings in brackets
(`Prénom(s)`, `N° dossier`). Any other column is a note of the demand (`Colonne Observations : …`), and the answer names it
(`unread`, severity `warning`). What is wrong in a column that neither says who it is nor is required is such a note too.

| column | name | goes to | says |
|---|---|---|---|
"""
NAMES = "Nom;Prénom;"
_HANDED = ("Binary", "Provenance", "CarePlan", "CareTeam")


def render() -> str:
    kinds = {True: "what is asked", False: "who it is or how they live"}
    lines = [f"| `{key}` | {column.name} | `{column.to}` | {kinds[column.demand]} |" for key, column in COLUMNS.items()]
    return _HEAD + "\n".join(lines) + "\n"


def test_the_page_is_the_ledger() -> None:
    if os.environ.get("HUB_GOLDEN") == "write":
        PAGE.write_text(render(), encoding="utf-8")
    assert render() == PAGE.read_text("utf-8")


def read_row(header: str, cells: str) -> Referral:
    [row] = read(f"{NAMES}{header}\nExemple;Alix;{cells}\n".encode(), SOURCE)
    assert isinstance(row.content, Referral), row.content
    return row.content


def write(referral: Referral) -> str:
    """All that the desk reads of a row, as JSON."""
    resources = to_fhir(referral, context()).resources
    return dumps({"all": [r for r in resources if r["resourceType"] not in _HANDED]}).decode()


# Column → another value than its example, and how the hub writes it.
WRITTEN = {
    "birth_date": ("03.04.1951", "1951-04-03"),
    "rights_opening_date": ("2026-02-03", "2026-02-03"),
    "authored": ("03/02/2026", "2026-02-03"),
    "email": ("lou@exemple.example", "lou@exemple.example"),
    "referent_email": ("ref@exemple.example", "ref@exemple.example"),
    "phone_number": ("01 99 00 00 09", "01 99 00 00 09"),
    "requester_phone": ("0199000008", "0199000008"),
    "urgency": ("sous 24 h", "stat"),
    "role": ("conjointe", "conjoint"),
    "address_4": ("99321", "99321"),
    "nir": ("279035121518989", "279035121518989"),
}


@pytest.mark.parametrize("key", [key for key in COLUMNS if key not in ("last_name", "first_name")])
def test_b_2_each_column_goes_somewhere(key: str) -> None:
    cell, written = WRITTEN.get(key, (f"mot {key}", f"mot {key}"))
    for header in (key, *COLUMNS[key].headers):
        referral = read_row(header, cell)
        assert written in write(referral), header
        assert referral.warnings == ()


@pytest.mark.parametrize("header", ["Observations", "Né(e) à", "Chien", "Médecin"])
def test_b_2_any_other_column_is_said_in_words_and_named(header: str) -> None:
    referral = read_row(header, "à lire")
    assert f"Colonne {header} : à lire" in write(referral)
    assert referral.warnings == (Problem("unread", f"row 1, {header}"),)
    assert referral.unread == (header,)


def test_b_2_a_second_column_of_one_meaning_is_not_lost() -> None:
    referral = read_row("Tél.;Portable", "0199000001;0199000002")
    assert all(number in write(referral) for number in ("0199000001", "0199000002"))


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Né(e) le", "birth_date"),
        ("Tél.", "phone_number"),
        ("N° dossier", "department_internal_id"),
        ("Prénom(s)", "first_name"),
        ("NOM DE FAMILLE", "last_name"),
        ("Nom(s)", "last_name"),
        ("Date de naissance :", "birth_date"),
        ("E-mail", "email"),
        ("N° de sécurité sociale", "nir"),
        ("Code Postal *", "address_4"),
    ],
)
def test_b_11_a_header_as_people_write_it(header: str, key: str) -> None:
    from adapters.social.columns import fold_header

    assert SYNONYMS[fold_header(header)] == key


def test_b_11_names_as_people_write_them_are_enough() -> None:
    [row] = read("NOM DE FAMILLE;Prénom(s);Né(e) le\nExemple;Alix;15/03/1942\n".encode(), SOURCE)
    assert isinstance(row.content, Referral)
    assert (row.content.person.names[0].family, row.content.person.birth_date) == ("Exemple", "1942-03-15")


@pytest.mark.parametrize(
    ("header", "cells", "postal_code", "city"),
    [
        ("Adresse;Code postal;Commune", "3 rue du Moulin;9001;Foix", "09001", "Foix"),
        ("Adresse;Code postal;Commune", "3 rue du Moulin;99001.0;Valombre", "99001", "Valombre"),
        ("Adresse;Code postal", "3 rue du Moulin;9001 Foix", "09001", "Foix"),
        ("Adresse;Lieu-dit;Code postal;Commune", "3 rue du Moulin;1001,0;Bourg;", "01001", "Bourg"),
        ("Adresse;Code postal;Commune", "3 rue du Moulin;99123;Valombre", "99123", "Valombre"),
    ],
)
def test_b_11_a_postal_code_that_lost_its_zero(header: str, cells: str, postal_code: str, city: str) -> None:
    referral = read_row(header, cells)
    [address] = referral.person.addresses
    assert (address.lines, address.postal_code, address.city) == (("3 rue du Moulin",), postal_code, city)
    codes = [problem.code for problem in referral.warnings]
    assert codes == (["restored-zero"] if postal_code.startswith("0") else [])


@pytest.mark.parametrize(
    ("cell", "number", "codes"),
    [
        ("199000020", "0199000020", ["restored-zero"]),
        ("199000020.0", "0199000020", ["restored-zero"]),
        ("33199000020", "+33199000020", []),
        ("01.99.00.00.00", "01.99.00.00.00", []),
        ("0199000020", "0199000020", []),
    ],
)
def test_b_11_a_telephone_number_that_lost_its_zero(cell: str, number: str, codes: list[str]) -> None:
    referral = read_row("Téléphone", cell)
    assert [telecom.value for telecom in referral.person.telecoms] == [number]
    assert [problem.code for problem in referral.warnings] == codes


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("Numéro de sécurité sociale", "2,44029E+14", "cut-number"),
        ("Numéro de sécurité sociale", "244029935012399", "wrong-nir"),
        ("Numéro de dossier", "1.5E+10", "cut-number"),
        ("Téléphone", "1,99E+08", "cut-number"),
        ("Téléphone", "demander à sa fille", "bad-phone"),
        ("Courriel", "alix chez exemple", "bad-email"),
        ("Date de la demande", "mars 2026", "bad-date"),
        ("Urgence", "hier", "unknown-code"),
        ("Date de naissance", "15/03/1842", "implausible-date"),
        ("Date de naissance", "15/03/2142", "implausible-date"),
    ],
)
def test_b_11_a_bad_detail_is_said_in_words_and_named(header: str, cell: str, code: str) -> None:
    referral = read_row(header, cell)
    assert referral.warnings == (Problem(code, f"row 1, {header}"),)
    assert f"Colonne {header} : {cell}" in write(referral)
    kept = [number.value for number in referral.person.identifiers] + [t.value for t in referral.person.telecoms]
    assert kept == ([cell] if code == "wrong-nir" else [])


def test_what_is_wrong_in_who_it_is_refuses_the_row() -> None:
    [row] = read(f"{NAMES}Date de naissance\nExemple;Alix;31/02/1942\n".encode(), SOURCE)
    assert row.content == (Problem("bad-date", "row 1, Date de naissance"),)
    assert "birth_date" in IDENTITY


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Exemple;Alix;15/03/1942\nModèle;Lou;02/01/1950\n".encode(), "csv-no-header"),
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "csv-spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "csv-spreadsheet"),
    ],
)
def test_b_11_what_is_no_table_is_told_as_what_it_is(body: bytes, code: str) -> None:
    with pytest.raises(HubError) as refused:
        read(body, SOURCE)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_b_2_put_back_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.social.rows._RowReader._list_unread", lambda *_: [])
    with pytest.raises(AssertionError):
        test_b_2_any_other_column_is_said_in_words_and_named("Observations")


def test_b_11_put_back_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.social.corrections._restore", lambda _key, cell: cell)
    with pytest.raises(AssertionError):
        test_b_11_a_telephone_number_that_lost_its_zero("199000020", "0199000020", ["restored-zero"])
