"""The settings of a command: those of the environment, or an end that lists all that is wrong with them."""

from __future__ import annotations

import os

from hub.cli.exits import Exit, Stop
from hub.domain.errors import Invalid, Problem
from hub.settings.environment import DEMO
from hub.settings.settings import Settings, load


def load_settings() -> Settings:
    """Those of the environment. Raises Stop (not ready) with every problem."""
    return _load(dict(os.environ))


def load_demo_settings() -> Settings:
    """Those of a command that exists only in the demo, where `HUB_ENV` need not be said.

    Raises Stop: not ready; or usage, when `HUB_ENV` says that this is no demo.
    """
    found = _load({"HUB_ENV": DEMO} | {name: value for name, value in os.environ.items() if value})
    if not found.demo:
        raise Stop(Exit.USAGE, Problem("cli-demo-only", "HUB_ENV"))
    return found


def _load(environment: dict[str, str]) -> Settings:
    try:
        return load(environment)
    except Invalid as fault:
        raise Stop(Exit.NOT_READY, *fault.problems) from None
