"""The settings of a command, from the environment."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from hub.cli.exits import Exit, Stop
from hub.domain.errors import Invalid, Problem
from hub.settings.environment import DEMO, find_folder
from hub.settings.settings import Settings, load


def load_settings() -> Settings:
    """The settings of the environment. Raises Stop (NOT_READY) with everything that is wrong with them."""
    return _load(dict(os.environ))


def load_demo_settings() -> Settings:
    """The settings of a command that exists in the demo only, where `HUB_ENV=demo` is the default.

    Raises Stop: NOT_READY as `load_settings` does, or USAGE when `HUB_ENV` is not `demo`.
    """
    settings = _load({"HUB_ENV": DEMO} | {name: value for name, value in os.environ.items() if value})
    if not settings.demo:
        raise Stop(Exit.USAGE, Problem("cli-demo-only", "HUB_ENV"))
    return settings


def _load(environment: dict[str, str]) -> Settings:
    if environment.get("HUB_ENV") == DEMO:
        _move_former_demo(find_folder(environment))
    try:
        return load(environment)
    except Invalid as error:
        raise Stop(Exit.NOT_READY, *error.problems) from None


def _move_former_demo(var: Path) -> None:
    """A demo was in HUB_VAR itself before it had a folder of its own."""
    # A path that cannot be is a problem of the settings, which `load` says.
    with suppress(OSError):
        if (var.parent / "hub.sqlite").exists() and not (var / "hub.sqlite").exists():
            from hub.record.maintenance.kind import move_former_demo

            move_former_demo(var.parent, var)
