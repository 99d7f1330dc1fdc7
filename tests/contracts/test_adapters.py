"""Only the registry names the adapters: what differs between formats is in the adapter itself, never in an `if` elsewhere."""

import ast
from pathlib import Path

import pytest

from adapters.registry import ADAPTERS

ROOT = Path(__file__).parents[2]
REGISTRY = ROOT / "adapters" / "registry.py"
FILES = [path for folder in ("hub", "adapters") for path in (ROOT / folder).rglob("*.py") if path != REGISTRY]


def name_an_adapter(*nodes):
    return any(isinstance(node, ast.Constant) and node.value in ADAPTERS for node in nodes if node is not None)


def choose_by_name(node):
    """Whether a node of a syntax tree compares with, matches or looks up an adapter by its name."""
    match node:
        case ast.Compare():
            operands = [node.left, *node.comparators]
            inner = [item for one in operands if isinstance(one, ast.Tuple | ast.List | ast.Set) for item in one.elts]
            return name_an_adapter(*operands, *inner)
        case ast.MatchValue():
            return name_an_adapter(node.value)
        case ast.Dict():
            return name_an_adapter(*node.keys)
        case ast.Subscript():
            return name_an_adapter(node.slice)
    return False


def find_choices(source):
    return [node.lineno for node in ast.walk(ast.parse(source)) if hasattr(node, "lineno") and choose_by_name(node)]


def test_no_code_chooses_by_the_name_of_an_adapter():
    assert [
        (str(path.relative_to(ROOT)), line) for path in FILES for line in find_choices(path.read_text("utf-8"))
    ] == []


@pytest.mark.parametrize(
    "code",
    [
        'if source.adapter == "csv": pass',
        'x = name not in ("fhir", "hl7v2")',
        'match name:\n    case "hl7v2":\n        pass',
        'table = {"fhir": 1}',
        'table["csv"]',
    ],
)
def test_the_rule_finds_each_way_to_choose(code):
    assert find_choices(code)
