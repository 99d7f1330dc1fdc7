"""The shape of the house: no long module, no crowded folder, nothing beside the folders that the project has."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("hub", "adapters", "fhir_profiles", "config")
MAX_LINES, MAX_MODULES = 300, 14

# Declared tables: one row a line, read from top to bottom.
TABLES = {
    "hub/domain/messages.py",
    "hub/record/search/index/parameters.py",
    "hub/cli/texts.py",
}
# Folders whose modules follow a list one to one: commands of the command line; kinds of resources that a referral becomes; the
# versions of the tables.
LISTS = {"hub/cli", "hub/mapping", "hub/record/migrations/versions"}


def list_modules():
    return sorted(path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py"))


def test_no_module_is_long_but_a_declared_table():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in list_modules()}
    assert {name for name, lines in lengths.items() if lines > MAX_LINES} <= TABLES
    # A table that became short is a module like the others.
    assert all(lengths[name] > MAX_LINES for name in TABLES)


def test_no_folder_is_crowded_but_one_that_follows_a_list():
    folders: dict[str, int] = {}
    for path in list_modules():
        if path.name != "__init__.py":
            folder = str(path.parent.relative_to(ROOT))
            folders[folder] = folders.get(folder, 0) + 1
    assert {folder for folder, modules in folders.items() if modules > MAX_MODULES} == LISTS


@pytest.mark.parametrize("folder", PRODUCT)
def test_every_module_says_what_it_is(folder):
    silent = [
        path.relative_to(ROOT)
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__init__.py" and not path.read_text("utf-8").lstrip().startswith(('"""', 'r"""'))
    ]
    assert silent == []
