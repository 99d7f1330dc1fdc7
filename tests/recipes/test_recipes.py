"""Each recipe of `docs/changing.md`, tried on a copy of the project: the patch touches the files that the page names and no
other, the new thing works (`check_<name>.py`), and the tests that the page names pass.

When a patch no longer applies: in a clone, `git apply -3 tests/recipes/<name>.patch`, mend what is left,
`git diff -U1 HEAD > tests/recipes/<name>.patch` (with `git add -N` for new files).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PAGE = (ROOT / "docs" / "changing.md").read_text("utf-8")


class Recipe(NamedTuple):
    """`files`: as the page names them, in order; `<name>` there is any name. `tests`: which tell what was forgotten."""

    name: str
    files: list[str]
    tests: list[str]


def read_recipes(page: str) -> dict[str, Recipe]:
    """The sections of the page that have a numbered list, by name: `A search parameter` is `search-parameter`."""
    sections = re.split(r"^## An? ", page, flags=re.MULTILINE)[1:]
    return {recipe.name: recipe for recipe in map(_read_recipe, sections)}


def _read_recipe(section: str) -> Recipe:
    title, _, text = section.partition("\n")
    files = re.findall(r"^\d+\. `([^`]+)`", text, re.MULTILINE)
    _, _, forgotten = text.partition("*Forgotten:*")
    return Recipe(title.replace(" ", "-"), files, re.findall(r"`([^`]+)`", forgotten))


RECIPES = read_recipes(PAGE)


def list_touched(patch: str) -> list[str]:
    """The files that a patch changes or adds."""
    return re.findall(r"^\+\+\+ b/(.+)$", patch, re.MULTILINE)


def matches(path: str, name: str) -> bool:
    """Whether `path` is what the page calls `name`: `adapters/<format>/adapter.py` has any format."""
    return re.fullmatch(re.sub(r"<\w+>", "[^/]+", name.replace(".", r"\.")), path) is not None


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project: what git tracks, and what it would."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout: the files of the project are not known")
    folder = tmp_path / "project"
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def run(folder: Path, *arguments: str) -> None:
    """Run Python in the copy; its output is the message when it fails."""
    # The second program starts in half the time where the first left its bytecode.
    others = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "PYTEST_", "PYTHON"))}
    environment = others | {"PYTHONPATH": str(folder)}
    result = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        pytest.fail(
            f"{' '.join(arguments)} in the patched copy:\n{(result.stdout + result.stderr)[-6000:]}", pytrace=False
        )


def test_each_recipe_has_its_patch_and_its_check() -> None:
    assert len(RECIPES) == 7
    assert {path.stem for path in HERE.glob("*.patch")} == set(RECIPES)
    assert {path.stem for path in HERE.glob("check_*.py")} == {f"check_{name.replace('-', '_')}" for name in RECIPES}
    assert [name for name, recipe in RECIPES.items() if not recipe.tests] == []


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_the_patch_touches_the_files_of_the_recipe_and_no_other(recipe: Recipe) -> None:
    touched = list_touched((HERE / f"{recipe.name}.patch").read_text("utf-8"))
    unnamed = [path for path in touched if not any(matches(path, name) for name in recipe.files)]
    unused = [name for name in recipe.files if not any(matches(path, name) for path in touched)]
    assert (unnamed, unused) == ([], [])
    assert len(touched) == len(recipe.files)


def test_an_operation_touches_at_most_three_files() -> None:
    assert len(RECIPES["operation"].files) <= 3


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_the_recipe_works(recipe: Recipe, copy: Path) -> None:
    patch = HERE / f"{recipe.name}.patch"
    applied = subprocess.run(
        ["git", "apply", str(patch)], cwd=copy, capture_output=True, text=True, check=False,
        env=os.environ | {"GIT_CEILING_DIRECTORIES": str(copy.parent)},
    )  # fmt: skip
    if applied.returncode:
        pytest.fail(f"{patch.name} does not apply; see the head of this test:\n{applied.stderr}", pytrace=False)
    run(copy, "-m", f"tests.recipes.check_{recipe.name.replace('-', '_')}")
    run(copy, "-m", "pytest", "-n0", "-x", *recipe.tests)
