"""How a route says which authentication it requires, and the one check that every request passes before it is handled.

`require`, `open_to_all` and `token_required` mark a view; a route whose view has no mark stops the start (`hub.app`;
`docs/leaks.md` L133). `Guard` acts on the mark. Flask, the fast path (`hub.api.fast_path`) and the entries of a Bundle
(`hub.api.bundle`) all go through it, so an authentication or a limit is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import Flask

from hub.domain.actor import Actor
from hub.domain.errors import HubError
from hub.http.request_context import RequestContext, get_context

View = TypeVar("View", bound=Callable[..., Any])

OPEN, TOKEN = "open to all", "token required"
_MARK = "_authentication"

# WSGI environment → the caller, None on a route open to all. It refuses a request by raising a `hub.domain.errors.HubError`.
Authenticate = Callable[[Mapping[str, Any]], Actor | None]
# Called for each request and each entry of a Bundle once its route and caller are known. It refuses by raising a HubError.
Limit = Callable[[RequestContext, Actor | None], None]


def require(authentication: str) -> Callable[[View], View]:
    """Mark a view with `authentication`, a key of the guard's authentications."""

    def mark(view: View) -> View:
        setattr(view, _MARK, authentication)
        return view

    return mark


def open_to_all(view: View) -> View:
    """Mark a view that anyone may call: it shows nothing of any person."""
    return require(OPEN)(view)


def token_required(view: View) -> View:
    """Mark a view that an OAuth access token opens; its `Actor` is in `flask.g.actor`."""
    return require(TOKEN)(view)


def get_authentication(view: Callable[..., Any]) -> str | None:
    """Return the authentication with which `view` is marked, or None."""
    authentication: str | None = getattr(view, _MARK, None)
    return authentication


class Guard:
    """`authentications`: mark → how to authenticate. `limits`: what else may refuse a request."""

    def __init__(self, authentications: Mapping[str, Authenticate], limits: Sequence[Limit] = ()) -> None:
        self.authentications = authentications
        self.limits = tuple(limits)

    def admit(self, environ: Mapping[str, Any], authentication: str) -> Actor | None:
        """Return the actor of the request `environ`, None for anybody, and note its client in the RequestContext.

        Raises what the authentication or a limit raises. The limits count a request that fails authentication as one without
        actor."""
        context = get_context(environ)
        try:
            actor = self.authentications[authentication](environ)
        except HubError:
            self.check_limits(context, None)
            raise
        if actor is not None:
            context.client = actor.client
        self.check_limits(context, actor)
        return actor

    def check_limits(self, context: RequestContext, actor: Actor | None) -> None:
        """Return if each limit lets a request of `actor` pass; raises what a limit raises."""
        for limit in self.limits:
            limit(context, actor)


def list_unguarded(app: Flask, guard: Guard) -> list[str]:
    """Return the routes of `app` whose view has no mark, or one that `guard` does not know."""
    views = ((rule.rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules())
    return sorted(rule for rule, view in views if get_authentication(view) not in guard.authentications)
