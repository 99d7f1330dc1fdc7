"""What the page of the API shows: its texts, and the calls of each type with an example. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from hub.api.docs.openapi.calls import Call, list_calls
from hub.api.docs.openapi.examples import BUNDLES, RESOURCES, build_json_patch
from hub.api.http.route import Route
from hub.fhir import dumps

LANGUAGES = ("fr", "en")
_TEXTS = Path(__file__).parent / "texts.toml"
_OF_RESOURCE = frozenset({"create", "update", "conditional-update"})
_PATCHES = frozenset({"patch", "conditional-patch"})
# Calls that say in If-Match which version they change.
_OF_VERSION = _PATCHES | {"update", "conditional-update"}


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
    """A call and how to try it: a `body` that could be sent and its `media_type`, both empty when it takes none. `if_match`: what
    it says in If-Match, "" for none."""

    call: Call
    body: str
    media_type: str
    if_match: str


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
    if_match = 'W/"{versionId}"' if call.code in _OF_VERSION else ""
    if call.code == "transaction":
        return Row(call, _write_example(BUNDLES["batch"]), "application/fhir+json", if_match)
    if call.resource_type in RESOURCES and call.code in _OF_RESOURCE:
        identity = {"id": "{id}"} if call.code == "update" else {}
        return Row(call, _write_example(RESOURCES[call.resource_type] | identity), "application/fhir+json", if_match)
    if call.resource_type in RESOURCES and call.code in _PATCHES:
        patch = _write_example(build_json_patch(call.resource_type))
        return Row(call, patch, "application/json-patch+json", if_match)
    return Row(call, "", "application/x-www-form-urlencoded" if call.path.endswith("/_search") else "", if_match)


def _write_example(example: Any) -> str:
    return dumps(example).decode()
