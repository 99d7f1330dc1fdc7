"""The worlds that the leak cases share, made once for each module."""

from __future__ import annotations

import pytest

from tests.contracts.leak_contents import contents_world
from tests.contracts.leak_worlds import World, make_world
from tests.contracts.leak_writers import pairs_in


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    home = tmp_path_factory.mktemp("leaks")
    return {
        "without": make_world(home, "without", hidden=False, psychiatric=False),
        "other": make_world(home, "other", hidden=True, psychiatric=False),
        "both": make_world(home, "both", hidden=True, psychiatric=True),
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[World, World]]:
    """By what is told: the world where it is not, and the one where it is."""
    home = tmp_path_factory.mktemp("contents")
    return {
        "psychiatry": (contents_world(home, "plain", ""), contents_world(home, "psychiatry", "psychiatry")),
        "actions": (contents_world(home, "quiet", ""), contents_world(home, "actions", "actions")),
    }


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, tuple[World, World]]:
    return pairs_in(tmp_path_factory.mktemp("leaks-writes"))
