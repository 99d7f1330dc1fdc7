"""Lists that must agree: the codes of errors and their texts."""

import ast
import re
from pathlib import Path

import pytest

from hub.domain.messages import TEXTS

ROOT = Path(__file__).parents[2]
ERRORS = {"Problem", "HubError", "Malformed", "Invalid", "NotFound", "Refused", "Conflict"}
SOURCES = [
    path for folder in ("hub", "adapters") for path in (ROOT / folder).rglob("*.py") if path.name != "messages.py"
]


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
