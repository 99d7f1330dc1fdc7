"""The names in the code: a variable is called for what it holds, and a function begins with a verb in the imperative.

`found`, `told` or `one` say that something was done, not what is there. The same words before the noun of a function
(`told_subscribers`, `narrowed`) leave open who does what; `tell_subscribers`, `narrow` say it. Properties and fields are nouns
and are not looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("hub", "adapters", "fhir_profiles", "config")

# No variable, parameter or function has one of these names.
VAGUE = frozenset(
    [
        "asked", "came", "done", "found", "given", "held", "its", "kept", "made", "meant", "named", "of", "one", "ones",
        "said", "seen", "sent", "shown", "sought", "spoken", "stood", "taken", "told", "wanted", "who", "whose",
        "written",
    ]
)  # fmt: skip
# Past participles that do not end in "-ed". A function does not begin with one.
PARTICIPLES = frozenset(
    [
        "begun", "bent", "bound", "broken", "brought", "built", "chosen", "done", "drawn", "driven", "fallen", "found",
        "given", "gone", "grown", "held", "hidden", "kept", "known", "laid", "left", "lent", "lost", "made", "meant",
        "met", "overtaken", "paid", "said", "seen", "sent", "shown", "sought", "spelt", "spoken", "stood", "sworn",
        "taken", "told", "understood", "withdrawn", "worn", "written",
    ]
)  # fmt: skip
# Verbs that end in "-ed".
VERBS = frozenset({"embed", "exceed", "feed", "heed", "need", "proceed", "seed", "shed", "speed", "succeed", "weed"})


@dataclass(frozen=True)
class Misnomer:
    """A name at `line` of `path`, and what is wrong with it."""

    path: str
    line: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.name}: {self.reason}"


def find_misnomers(path: str, text: str) -> Iterator[Misnomer]:
    """The names in the Python module `text` that break the rules."""
    tree = ast.parse(text)
    fields = {
        id(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not any("property" in ast.unparse(decorator) for decorator in node.decorator_list):
                yield from _check_function(path, node)
        elif id(node) not in fields and (name := _read_binding(node)) in VAGUE:
            yield Misnomer(path, node.lineno, name, "name what it holds")  # type: ignore[attr-defined]


def _check_function(path: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Misnomer]:
    verb = node.name.strip("_").partition("_")[0]
    if verb in PARTICIPLES or node.name in VAGUE or (verb.endswith("ed") and verb not in VERBS):
        yield Misnomer(path, node.lineno, node.name, "begin with a verb in the imperative")


def _read_binding(node: ast.AST) -> str:
    """The name that `node` gives to a value, without its leading underscore; "" for a node that names nothing."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return node.id.lstrip("_")
    if isinstance(node, ast.arg):
        return node.arg.lstrip("_")
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return (node.name or "").lstrip("_")
    return ""


def test_every_name_says_what_it_is() -> None:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    assert len(paths) > 300
    misnomers = [
        str(each) for path in paths for each in find_misnomers(str(path.relative_to(ROOT)), path.read_text("utf-8"))
    ]
    assert misnomers == []


@pytest.mark.parametrize(
    "text",
    [
        "found = 1",
        "_told = 1",
        "for one in []: pass",
        "[one for one in []]",
        "def f(of): pass",
        "f = lambda said: said",
        "try: pass\nexcept Exception as wanted: pass",
        "with open('x') as kept: pass",
        "def narrowed(): pass",
        "def _told(): pass",
        "def f():\n    def written_rows(): pass",
        "match 1:\n    case found: pass",
    ],
)
def test_a_misnomer_is_found(text: str) -> None:
    assert [misnomer.path for misnomer in find_misnomers("x.py", text)] == ["x.py"]


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    found: int\n    told = 1",
        "class A:\n    @property\n    def narrowed(self): pass",
        "class A:\n    @cached_property\n    def held(self): pass",
        "def embed(): pass\ndef seed_territory(): pass\ndef is_found(): pass",
        "found_rows = f(found=1).told",
    ],
)
def test_nouns_verbs_and_fields_are_none(text: str) -> None:
    assert list(find_misnomers("x.py", text)) == []
