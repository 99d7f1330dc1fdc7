"""Constants and files say the same; the files are valid R4; addresses of systems are typed in one module only."""

import ast
import json
import re
from pathlib import Path

import pytest
from fhir.resources.R4B import get_fhir_model_class

from fhir_profiles import codes

PROJECT = Path(__file__).parents[2]
PROFILES = PROJECT / "fhir_profiles"
SYSTEMS = sorted((PROFILES / "code_systems").glob("*.json"))
SETS = sorted((PROFILES / "value_sets").glob("*.json"))


def read(path):
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", SYSTEMS + SETS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_file_is_valid_r4(path):
    resource = read(path)
    assert resource["id"] == path.stem
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_each_constant_of_ours_has_a_file():
    ours = {value for name, value in vars(codes).items() if name.isupper() and str(value).startswith(codes.OURS)}
    # The codes of `role` are the roles of config/roles.toml, which a territory may change.
    assert ours - {codes.OURS, codes.OURS + "role"} <= {system["url"] for system in map(read, SYSTEMS)}


def test_each_code_has_a_french_word_and_the_count_is_right():
    for system in map(read, SYSTEMS):
        assert all(concept["display"] for concept in system["concept"])
        assert system["count"] == len({concept["code"] for concept in system["concept"]})


def test_each_system_has_its_value_set():
    whole = [s for s in map(read, SETS) if not any("concept" in include for include in s["compose"]["include"])]
    sets = {s["url"]: [include["system"] for include in s["compose"]["include"]] for s in whole}
    assert sets == {system["valueSet"]: [system["url"]] for system in map(read, SYSTEMS)}


def test_mapping_types_no_system_by_hand():
    typed = re.compile(r"https?://|urn:oid:")
    guilty = [
        (path.name, text)
        for path in sorted((PROJECT / "hub" / "mapping").rglob("*.py"))
        for text in strings(ast.parse(path.read_text("utf-8")))
        if typed.match(text)
    ]
    assert guilty == []


def test_every_constant_is_used_by_the_product():
    """By another module, or to build a constant here."""
    sources = [path for folder in ("hub", "adapters", "fhir_profiles") for path in (PROJECT / folder).rglob("*.py")]
    used = {name for path in sources for name in uses(ast.parse(path.read_text("utf-8")))}
    assert [name for name in vars(codes) if name.isupper() and name not in used] == []


def uses(tree):
    """Names that a module reads, bare, after a dot or as imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and node.module == "fhir_profiles.codes":
            yield from (alias.name for alias in node.names)


def strings(tree):
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
