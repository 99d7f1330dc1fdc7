"""The sources that ship, their descriptions, and the errors of a settings file told all at once."""

from __future__ import annotations

import io
import json
from csv import DictWriter
from pathlib import Path

import pytest

from adapters import fhir, hl7v2
from adapters.social import csv
from adapters.sources import MEDIA_TYPES, load
from hub.domain.errors import Invalid, Malformed
from hub.domain.referral import Referral

SOURCES = load(Path(__file__).parents[2] / "config" / "sources.toml")

WRONG = """
[sources.a]
adapter = "fax"
title = 1
colour = "red"
[sources.b]
adapter = "csv"
title = "b"
organisation = "o"
role = "r"
zone = "Europe/Nulle-Part"
required = ["reason", "shoe_size"]
[sources.b.columns]
last_name = "Nom"
birth_name = " nom"
[sources.b.urgency]
vite = "maybe"
[sources.c]
adapter = "fhir"
title = "c"
organisation = "o"
role = "r"
columns = {}
"""


def test_the_demo_has_one_source_of_each_kind() -> None:
    assert {name: source.adapter for name, source in SOURCES.items()} == {
        "chu-hl7": "hl7v2",
        "cabinet-fhir": "fhir",
        "ccas-csv": "csv",
    }


@pytest.mark.parametrize("name", SOURCES)
def test_a_description_is_json_and_its_example_is_a_good_message(name: str) -> None:
    told = json.loads(json.dumps(SOURCES[name].describe()))
    assert told["mediaTypes"] == list(MEDIA_TYPES[SOURCES[name].adapter])
    assert told["required"] and told["title"]
    match SOURCES[name].adapter:
        case "hl7v2":
            assert isinstance(hl7v2.read(told["example"].encode()), Referral)
        case "fhir":
            assert fhir.read(json.dumps(told["example"]).encode()).unread == ()
        case "csv":
            written = io.StringIO()
            table = DictWriter(written, [column["name"] for column in told["columns"]], delimiter=";")
            table.writeheader()
            table.writerow(told["example"])
            (row,) = csv.read(written.getvalue().encode(), SOURCES[name])
            assert isinstance(row.outcome, Referral) and row.outcome.unread == ()


def test_every_error_is_told_with_its_place() -> None:
    with pytest.raises(Invalid) as refused:
        load(WRONG)
    assert {(problem.where, problem.code) for problem in refused.value.problems} == {
        ("sources.a.adapter", "unknown-code"),
        ("sources.a.title", "wrong-type"),
        ("sources.a.organisation", "required-missing"),
        ("sources.a.role", "required-missing"),
        ("sources.a.colour", "unknown-setting"),
        ("sources.b.zone", "unknown-code"),
        ("sources.b.required.1", "unknown-code"),
        ("sources.b.urgency.vite", "unknown-code"),
        ("sources.b.columns.first_name", "required-missing"),
        ("sources.b.columns.reason", "required-missing"),
        ("sources.b.columns.shoe_size", "required-missing"),
        ("sources.b.columns.last_name", "csv-duplicate-column"),
        ("sources.b.columns.birth_name", "csv-duplicate-column"),
        ("sources.c.columns", "unknown-setting"),
    }


@pytest.mark.parametrize("text", ["", "sources = 3", "[sources]"])
def test_no_source_at_all_is_an_error(text: str) -> None:
    with pytest.raises(Invalid):
        load(text)


def test_a_file_that_is_no_toml_is_malformed() -> None:
    with pytest.raises(Malformed):
        load("[sources")


@pytest.mark.parametrize("table", ["3", "[]", "{ columns = 3, required = 3, adapter = 'csv' }", "{ adapter = [] }"])
def test_any_shape_is_an_error_and_no_crash(table: str) -> None:
    with pytest.raises(Invalid):
        load(f"sources = {{ a = {table} }}")
