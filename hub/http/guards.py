"""How a route names its authentication. A route that names none does not mount: `create_app` refuses to start.

`open_to_all` names the absence, so that the eye finds it and a test counts it (`docs/leaks.md` L133). The mark is what
the guard of `hub.app` acts on, before the view runs: marking a view is guarding it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])

OPEN, TOKEN = "open to all", "token required"
_MARK = "_door"


def require(kind: str) -> Callable[[View], View]:
    """Mark a view as behind the guard `kind`, one of the names in `hub.app.GUARDS`."""

    def mark(view: View) -> View:
        setattr(view, _MARK, kind)
        return view

    return mark


def open_to_all(view: View) -> View:
    """Anyone may call: the view shows nothing of any person."""
    return require(OPEN)(view)


def token_required(view: View) -> View:
    """An OAuth access token opens it; the view finds its `Actor` in `flask.g.actor`."""
    return require(TOKEN)(view)


def get_authentication(view: Callable[..., Any]) -> str | None:
    """The guard that `view` names, or None when it names none."""
    kind: str | None = getattr(view, _MARK, None)
    return kind


def list_unguarded(app: Flask, guards: Any) -> list[str]:
    """The routes of `app` whose view names no guard, or one that is not in `guards`."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if get_authentication(app.view_functions[rule.endpoint]) not in guards
    )
