"""For pytest: the tests of some cases of the list, in a hub that has the fault `HUB_MUTANT`.

Once a case has failed its other tests are left out: one that notices is enough. What failed is written to `HUB_MUTANT_REPORT`.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.cases import numbers_in
from tests.mutants import MUTANTS, WORLDS
from tests.worlds.run import make_worlds

_OF_WORLDS = "::test_a_fault_is_noticed"
_OF_ITS_OWN = re.compile(r"L(\d{2,3})")


def numbers_of(item: pytest.Item) -> frozenset[int]:
    """The cases that a test holds: that of its parameter if that is one, else those of its name and of its mark."""
    callspec = getattr(item, "callspec", None)
    own = _OF_ITS_OWN.fullmatch(callspec.id) if callspec is not None else None
    if own:
        return frozenset({int(own[1])})
    marked = (number for mark in item.iter_markers("leak") for number in mark.args)
    return numbers_in(getattr(item, "originalname", item.name)) | frozenset(marked)


def _function(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


class Noticing:
    """`failed`: case → the tests of it that failed. `claims`: test that names the fault → whether it failed. `worlds`: whether
    random programs noticed it."""

    def __init__(self, fault: str, wanted: frozenset[int]) -> None:
        self.fault, self.wanted = fault, wanted
        self.failed: dict[int, list[str]] = defaultdict(list)
        self.broken: list[str] = []
        self.claims: dict[str, bool] = {}
        self.worlds = False

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self._is_wanted(item) and "postgres" not in item.name]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        numbers = numbers_of(item) & self.wanted
        claimed = self._claims(item) and not self.claims.get(_function(item), False)
        if numbers_of(item) and all(number in self.failed for number in numbers) and not claimed:
            pytest.skip("noticed already")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        report = yield
        if report.when == "setup" and report.failed:
            self.broken.append(item.nodeid)
        if report.when == "call" and self._is_of_worlds(item):
            self.worlds = report.passed
        elif report.when == "call" and not report.skipped:
            if self._claims(item):
                name = _function(item)
                self.claims[name] = self.claims.get(name, False) or report.failed
            if report.failed:
                for number in numbers_of(item):
                    self.failed[number].append(item.nodeid)
        return report

    def pytest_sessionfinish(self) -> None:
        said = {
            "failed": self.failed,
            "broken": self.broken,
            "claims": self.claims,
            "worlds": self.worlds,
        }
        Path(os.environ["HUB_MUTANT_REPORT"]).write_text(json.dumps(said), "utf-8")

    def _is_wanted(self, item: pytest.Item) -> bool:
        if self._is_of_worlds(item):
            return True
        return self._claims(item) or bool(numbers_of(item) & self.wanted)

    def _is_of_worlds(self, item: pytest.Item) -> bool:
        callspec = getattr(item, "callspec", None)
        return _function(item).endswith(_OF_WORLDS) and callspec is not None and callspec.params["fault"] == self.fault

    def _claims(self, item: pytest.Item) -> bool:
        return any(mark.kwargs.get("kills") == self.fault for mark in item.iter_markers("leak"))


def pytest_configure(config: pytest.Config) -> None:
    fault, cases = os.environ["HUB_MUTANT"], os.environ.get("HUB_MUTANT_CASES", "")
    wanted = frozenset(int(number) for number in cases.split(",") if number)
    config.pluginmanager.register(Noticing(fault, wanted))
    stack = ExitStack()
    if fault:
        if fault in WORLDS:
            make_worlds()
        stack.enter_context(MUTANTS[fault]())
    config.add_cleanup(stack.close)
