"""What the code imports is declared, what is declared is pinned with hashes, and what is pinned is installed."""

import ast
import re
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
RUNTIME = [
    *(path for folder in ("hub", "adapters", "fhir_profiles", "config") for path in (ROOT / folder).rglob("*.py"))
]
RUNTIME.append(ROOT / "wsgi.py")
TESTS = [path for path in (ROOT / "tests").rglob("*.py") if "node_modules" not in path.parts]
OURS = {"hub", "adapters", "fhir_profiles", "tests", "wsgi"}
# What an operator installs who chooses it, as the page of the deploy folder says; the tests bring it by requirements-dev.
CHOSEN = {"granian"}


def test_every_module_that_the_hub_imports_is_declared():
    assert undeclared(RUNTIME, declared("requirements") | CHOSEN) == {}
    assert declared("requirements-dev") >= CHOSEN


def test_every_module_that_the_tests_import_is_declared():
    assert undeclared(TESTS, declared("requirements") | declared("requirements-dev")) == {}


def test_nothing_is_declared_for_the_hub_that_it_does_not_use():
    used = {name for module in imported(RUNTIME) for name in distributions(module)}
    assert declared("requirements") <= used


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_requirements_are_pinned_with_hashes_and_cover_what_is_asked(name):
    pins = pinned(name)
    for requirement in requirements(name):
        assert pins[canonical(requirement.name)] in requirement.specifier, requirement.name


def test_what_is_installed_is_what_is_pinned():
    pins = pinned("requirements")
    assert {name: version(name) for name in declared("requirements")} == {
        name: pins[name] for name in declared("requirements")
    }


def imported(paths):
    """Top-level module → files, of all that `paths` import and that neither Python nor this project brings."""
    files = {}
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            for module in {name.partition(".")[0] for name in names} - OURS - sys.stdlib_module_names:
                files.setdefault(module, set()).add(str(path.relative_to(ROOT)))
    assert files
    return files


def undeclared(paths, names):
    """Module → files, of the modules that `paths` import and that no distribution of `names` brings."""
    return {module: files for module, files in imported(paths).items() if not distributions(module) & names}


BROUGHT_BY = packages_distributions()


def distributions(module):
    """Canonical names of the installed distributions that bring `module`."""
    return {canonical(name) for name in BROUGHT_BY.get(module, ())}


def requirements(name):
    """The requirements of `name`.in."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / f"{name}.in").read_text("utf-8").splitlines())
    asked = [Requirement(line) for line in lines if line and not line.startswith("-c")]
    assert asked
    return asked


def declared(name):
    """Canonical names of the distributions of `name`.in."""
    return {canonical(requirement.name) for requirement in requirements(name)}


def pinned(name):
    """Canonical name → version, of `name`.txt; each line must carry a hash."""
    text = (ROOT / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    versions = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", line)
        assert match, line
        assert "--hash=sha256:" in line, match[1]
        versions[canonical(match[1])] = match[2]
    return versions


def canonical(name):
    """The name of a distribution in its one normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
