"""What the page of the API shows: its texts, and the calls of each type with an example. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from hub.api.docs.openapi.calls import Call, list_calls
from hub.api.docs.openapi.examples import BUNDLES, JSON_PATCH, RESOURCES
from hub.api.http.route import Route
from hub.fhir import dumps

LANGUAGES = ("fr", "en")
_TEXTS = Path(__file__).parent / "texts.toml"
_BODIES: dict[str, Any] = {"transaction": BUNDLES["batch"], "patch": JSON_PATCH, "conditional-patch": JSON_PATCH}
_OF_RESOURCE = frozenset({"create", "update", "conditional-update"})
_PATCHES = frozenset({"patch", "conditional-patch"})


def load_texts(language: str) -> dict[str, Any]:
    """Return the texts of the page in one of `LANGUAGES`, as `texts.toml` nests them."""
    texts: dict[str, Any] = _translate(tomllib.loads(_TEXTS.read_text("utf-8")), language)
    return texts


def _translate(value: Any, language: str) -> Any:
    """Return `value` with each table that has the languages as its keys replaced by its text."""
    if isinstance(value, list):
        return [_translate(inner, language) for inner in value]
    if value.keys() == set(LANGUAGES):
        return value[language]
    return {key: _translate(inner, language) for key, inner in value.items()}


class Row(NamedTuple):
    """A call and how to try it: a `body` that could be sent and its `media_type`, both empty when it takes none."""

    call: Call
    body: str
    media_type: str


class Section(NamedTuple):
    """The calls of one type, or of the whole system where `name` is empty. `parameters`: the name and type of each."""

    name: str
    rows: list[Row]
    parameters: list[tuple[str, str]]
    includes: list[str]
    reverse_includes: list[str]


def list_sections(statement: dict[str, Any], routes: Iterable[Route]) -> list[Section]:
    """Return all calls by type, those of the system first."""
    [rest] = statement["rest"]
    declarations: dict[str, Any] = {"": {}} | {resource["type"]: resource for resource in rest["resource"]}
    rows: dict[str, list[Row]] = {name: [] for name in declarations}
    for call in list_calls(statement, routes):
        rows[call.resource_type].append(_make_row(call))
    return [_make_section(name, rows[name], declaration) for name, declaration in declarations.items()]


def _make_section(name: str, rows: list[Row], declaration: dict[str, Any]) -> Section:
    parameters = [(parameter["name"], parameter["type"]) for parameter in declaration.get("searchParam", ())]
    includes, reverse = (declaration.get(key, []) for key in ("searchInclude", "searchRevInclude"))
    return Section(name, rows, parameters, includes, reverse)


def _make_row(call: Call) -> Row:
    if call.code in _OF_RESOURCE and call.resource_type in RESOURCES:
        identity = {"id": "{id}"} if call.code == "update" else {}
        return Row(call, _write_example(RESOURCES[call.resource_type] | identity), "application/fhir+json")
    if call.code in _BODIES:
        media_type = "application/json-patch+json" if call.code in _PATCHES else "application/fhir+json"
        return Row(call, _write_example(_BODIES[call.code]), media_type)
    return Row(call, "", "application/x-www-form-urlencoded" if call.path.endswith("/_search") else "")


def _write_example(example: Any) -> str:
    return dumps(example).decode()
