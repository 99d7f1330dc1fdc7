"""The one place where things are wired: settings, record, doors, guards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from hub.api import intake
from hub.api.docs import views
from hub.api.fast_path import straight
from hub.api.routes import fhir_blueprint
from hub.auth import AuthConfig, create_auth_blueprint, make_authenticator
from hub.domain.roles import load_roles
from hub.domain.topics import load_topics
from hub.error_handlers import register_error_handlers
from hub.http.guards import OPEN, TOKEN, get_authentication, list_unguarded
from hub.http.middleware import install_middleware
from hub.http.request_context import passage
from hub.intake import load_sources
from hub.ops import endpoints
from hub.record.db.flask_extension import attach
from hub.record.db.store import Store
from hub.record.reactions.summaries import summaries
from hub.record.repository.record import Record
from hub.settings.settings import Settings
from hub.slices import load_labels
from hub.slices.placement.forms import load_forms

# Every door of the hub. A new one is one line here; `hub.http.guards` says how its routes name their authentication.
BLUEPRINTS: tuple[Blueprint, ...] = (endpoints.blueprint, fhir_blueprint, views.blueprint, intake.blueprint)


def _nothing() -> None:
    """The guard of what is open to all."""


_authenticate = make_authenticator(lambda: get_store(current_app))


def _know_caller() -> None:
    """The guard of what a token opens: who holds it is the actor of this request."""
    g.actor = _authenticate(request.headers.get("Authorization"))
    passage().client = g.actor.client


# What each mark of `hub.http.guards` means: called before the view, it lets pass by returning and refuses by raising.
GUARDS: Mapping[str, Callable[[], None]] = {OPEN: _nothing, TOKEN: _know_caller}


class Hub(Flask):
    """Flask without what it asks of each view and each step at every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view of the hub is a coroutine."""
        return func


class UnguardedRoute(Exception):  # noqa: N818 - a fault of the code, not one of the five errors
    """A route names no authentication, so the hub does not start."""


def create_app(settings: Settings, store: Store | None = None, doors: tuple[Blueprint, ...] = BLUEPRINTS) -> Flask:
    """The hub as a WSGI application on `settings`. `store`: an open record, for tests; else it is opened here.

    Raises UnguardedRoute when a route's view names no guard (`docs/leaks.md` L133).
    """
    _read_pages()
    app = Hub("hub", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.body
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # `//fhir` and `/fhir/` are other paths, not invitations to redirect.
    app.url_map.merge_slashes = False
    app.extensions["settings"] = settings
    app.extensions["store"] = store or attach(app, settings.database_url, settings.seal_keys)
    register_error_handlers(app)
    _guard(app)
    for door in (*doors, create_auth_blueprint(AuthConfig(settings.base_url), lambda: get_store(app))):
        app.register_blueprint(door)
    if missing := list_unguarded(app, GUARDS):
        raise UnguardedRoute(", ".join(missing))
    _go_straight(app, f"{settings.base_url}/fhir")
    install_middleware(app, https=settings.base_url.startswith("https:"))
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)  # type: ignore[method-assign]
    return app


def _read_pages() -> None:
    """Read every page of `config/`: a wrong one stops the start, by a PageError, for sources by Malformed or Invalid."""
    load_roles()
    load_labels()
    load_forms()
    summaries()
    load_topics()
    load_sources()


def get_store(app: Flask) -> Store:
    """The record that `app` works on."""
    store: Store = app.extensions["store"]
    return store


def _go_straight(app: Flask, fhir: str) -> None:
    store = get_store(app)
    know = make_authenticator(lambda: store)
    app.wsgi_app = straight(  # type: ignore[assignment,method-assign]
        app, app.wsgi_app, lambda actor: Record(store, actor, fhir), fhir, know=know, turn=store.read_lock
    )


def _guard(app: Flask) -> None:
    """Ask of each request what its view's mark says, before the view runs."""

    @app.before_request
    def guard() -> None:
        # Werkzeug matches `//metrics` as `/metrics`; a proxy's rule for that path may not.
        if request.environ["PATH_INFO"].startswith("//"):
            abort(404)
        rule = request.url_rule
        if rule is not None:
            passing = passage()
            passing.method, passing.route = request.method, rule.rule
            GUARDS[get_authentication(current_app.view_functions[rule.endpoint]) or ""]()
