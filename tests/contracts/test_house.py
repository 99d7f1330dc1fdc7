"""Lists that must agree: codes and texts, requirements and pins, the release's number."""

import ast
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from hub.texts import TEXTS
from hub.version import VERSION

ROOT = Path(__file__).parents[2]
ERRORS = {"Problem", "HubError", "Malformed", "Invalid", "NotFound", "Refused", "Conflict"}
SOURCES = [path for folder in ("hub", "adapters") for path in (ROOT / folder).rglob("*.py") if path.name != "texts.py"]


def nodes():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield path.relative_to(ROOT), node


def test_every_code_that_an_error_carries_has_its_text():
    used = [
        (str(path), argument.value)
        for path, node in nodes()
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS
        for argument in (node.args[:1] if node.func.id == "Problem" else node.args)
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    assert used
    assert [(path, code) for path, code in used if code not in TEXTS] == []


def test_every_text_is_said_somewhere():
    words = {node.value for _, node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert [code for code in TEXTS if code not in words] == []


@pytest.mark.parametrize("code", TEXTS)
def test_a_text_is_in_two_languages_and_holds_no_place_for_a_value(code):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    for sentence in TEXTS[code]:
        assert sentence.strip() == sentence != ""
        assert not re.search(r"%[sd(]|\{", sentence)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_requirements_are_pinned_with_hashes_and_cover_what_is_asked(name):
    pins = pinned(name)
    asked = [Requirement(line) for line in lines(f"{name}.in") if not line.startswith("-c")]
    assert asked
    for requirement in asked:
        assert pins[canonical(requirement.name)] in requirement.specifier, requirement.name


def test_what_is_installed_is_what_is_pinned():
    for name in ("flask", "sqlalchemy", "authlib", "joserfc", "gunicorn", "cryptography", "fhir.resources"):
        assert version(name) == pinned("requirements")[canonical(name)], name


def test_the_release_has_one_number():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def pinned(name):
    """Package → version of a requirements file; each line must carry a hash."""
    text = (ROOT / f"{name}.txt").read_text().replace("\\\n", " ")
    found = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", line)
        assert match, line
        assert "--hash=sha256:" in line, match[1]
        found[canonical(match[1])] = match[2]
    return found


def lines(name):
    read = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [line for line in read if line]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()
