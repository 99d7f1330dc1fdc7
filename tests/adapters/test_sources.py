"""The sources that ship, their descriptions, and the errors of a settings file told all at once."""

from __future__ import annotations

import io
import json
from csv import DictWriter
from pathlib import Path
from typing import Any

import pytest

from adapters.registry import ADAPTERS
from adapters.sources import load
from hub.domain.errors import Invalid, Malformed
from hub.domain.referral.message import Referral

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
role = "ccas"
columns = {}
"""


def test_each_adapter_has_a_source() -> None:
    adapters = [source.adapter for source in SOURCES.values()]
    assert [name for name, adapter in ADAPTERS.items() if adapter not in adapters] == []
    assert SOURCES["chu-hl7"].adapter is ADAPTERS["hl7v2"]


@pytest.mark.parametrize("name", SOURCES)
def test_a_description_is_json_and_its_example_is_a_good_message(name: str) -> None:
    source = SOURCES[name]
    description = json.loads(json.dumps(source.describe()))
    assert description["mediaTypes"] == list(source.adapter.media_types)
    assert description["required"] and description["title"]
    content = source.adapter.read(write(description), source)
    message = content[0].content if isinstance(content, list) else content
    assert isinstance(message, Referral) and message.unread == ()


def write(description: dict[str, Any]) -> bytes:
    """The example of a description as a sender would send it: a text, a resource, or a row under the columns."""
    example = description["example"]
    if isinstance(example, str):
        return example.encode()
    if "columns" not in description:
        return json.dumps(example).encode()
    file = io.StringIO()
    table = DictWriter(file, [column["name"] for column in description["columns"]], delimiter=";")
    table.writeheader()
    table.writerow(example)
    return file.getvalue().encode()


def test_every_error_is_told_with_its_place() -> None:
    with pytest.raises(Invalid) as refused:
        load(WRONG)
    assert {(problem.where, problem.code) for problem in refused.value.problems} == {
        ("sources.a.adapter", "unknown-code"),
        ("sources.a.title", "wrong-type"),
        ("sources.a.organisation", "required-missing"),
        ("sources.a.role", "required-missing"),
        ("sources.a.colour", "unknown-setting"),
        ("sources.b.role", "unknown-code"),
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
