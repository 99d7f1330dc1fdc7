"""The one place where settings, record, blueprints and guard are put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Flask, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from hub.accounts.upstream.presets import load_presets
from hub.accounts.upstream.providers import Provider, read_providers
from hub.api import intake
from hub.api.docs import views
from hub.api.fast_path import add_fast_path
from hub.api.http.request import Service
from hub.api.http.route import PREFIX
from hub.api.routes import ROUTES, fhir_blueprint
from hub.auth import AuthConfig, create_auth_blueprint, make_authenticator
from hub.desk import static_files
from hub.desk.table import PAGES
from hub.desk.web.access import make_page_authentications
from hub.desk.web.installation import install_desk
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Desk
from hub.domain.roles import load_roles
from hub.domain.topics import load_topics
from hub.error_handlers import register_error_handlers
from hub.http.guards import OPEN, TOKEN, Authenticate, Guard, Limit, get_authentication, list_unguarded
from hub.http.middleware import install_middleware
from hub.http.rate_limit import RateLimit
from hub.http.request_context import get_context
from hub.intake import load_sources
from hub.ops import endpoints
from hub.record.db.clock import CLOCK_HELD
from hub.record.db.flask_extension import attach
from hub.record.db.store import Store
from hub.record.maintenance.kind import refuse_other_kind
from hub.record.maintenance.seal_key import refuse_other_key
from hub.record.reactions.summaries import load_summaries
from hub.settings.settings import Settings
from hub.slices import load_labels
from hub.slices.placement.forms import load_forms

# A new blueprint is one line here; `hub.http.guards` says how its views name their authentication.
BLUEPRINTS: tuple[Blueprint, ...] = (endpoints.blueprint, fhir_blueprint, views.blueprint, intake.blueprint)


class Hub(Flask):
    """Flask without the check for coroutines at each call of a view."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view of the hub is a coroutine."""
        return func


class UnguardedRoute(Exception):  # noqa: N818 - a fault of the code, not one of the five errors
    """A route names no authentication, so the hub does not start."""


def create_app(
    settings: Settings,
    store: Store | None = None,
    blueprints: Sequence[Blueprint] = BLUEPRINTS,
    limits: Sequence[Limit] = (),
) -> Flask:
    """Return the hub as a WSGI application. `store`: an open record, for tests; else it is opened here. `limits`: what may refuse
    a request apart from its authentication.

    Raises UnguardedRoute when a route's view names no authentication that there is (`docs/leaks.md` L133).
    """
    _read_pages()
    app = Hub("hub", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.body
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # `//fhir` and `/fhir/` are other paths and not redirected.
    app.url_map.merge_slashes = False
    if store is None:
        store = attach(app, settings.database_url, settings.seal_keys, connections=settings.connections)
        refuse_other_kind(store, settings.env)
        refuse_other_key(store)
    rate_limit = _make_rate_limit(settings)
    desk = Desk(store, settings, read_own_providers(settings))
    guard = Guard(
        make_authentications(store) | make_page_authentications(desk),
        limits if rate_limit is None else (rate_limit, *limits),
    )
    service = Service(store, f"{settings.base_url}{PREFIX}", settings.limits, guard)
    app.extensions |= {"settings": settings, "store": store, "service": service}
    register_error_handlers(app)
    install_desk(app, desk, PAGES)
    _install_guard(app, guard)
    count_client = rate_limit.count_client if rate_limit else None
    auth_config = AuthConfig(settings.base_url, names_reasons=settings.demo)
    oauth = create_auth_blueprint(auth_config, lambda: get_store(app), count_client)
    for blueprint in (*blueprints, oauth):
        app.register_blueprint(blueprint)
    if missing := list_unguarded(app, guard):
        raise UnguardedRoute(", ".join(missing))
    app.wsgi_app = add_fast_path(app, app.wsgi_app, service, ROUTES)  # type: ignore[assignment,method-assign]
    install_middleware(app, https=settings.base_url.startswith("https:"))
    app.extensions["metrics"].register(CLOCK_HELD)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)  # type: ignore[method-assign]
    return app


def make_authentications(store: Store) -> dict[str, Authenticate]:
    """What each mark of `hub.http.guards` requires. A token's holder is the actor; what is open to all has none."""
    authenticate = make_authenticator(lambda: store)
    return {OPEN: lambda _environ: None, TOKEN: lambda environ: authenticate(environ.get("HTTP_AUTHORIZATION"))}


def read_own_providers(settings: Settings) -> dict[str, Provider]:
    """The identity providers of HUB_IDP_FILE. PageError: that file, or one of a secret, has a fault."""
    if settings.idp_file is None:
        return {}
    return read_providers(settings.idp_file, loopback=settings.demo)


def _make_rate_limit(settings: Settings) -> RateLimit | None:
    """What HUB_LIMIT_RATE and HUB_LIMIT_BURST say; all processes with one HUB_VAR count together."""
    limits = settings.limits
    if not limits.rate:
        return None
    return RateLimit(settings.var / "rates", limits.rate, limits.burst, exempt=endpoints.PATHS | {static_files.ROUTE})


def _read_pages() -> None:
    """Read every page of `config/`: a wrong one stops the start, by a PageError, for sources by Malformed or Invalid."""
    load_roles()
    load_labels()
    load_forms()
    load_summaries()
    load_topics()
    load_sources()
    load_presets()
    load_territory()


def get_store(app: Flask) -> Store:
    """The record that `app` works on."""
    store: Store = app.extensions["store"]
    return store


def _install_guard(app: Flask, guard: Guard) -> None:
    """Before each view, ask `guard` as the view's mark says. `flask.g.actor`: the caller, None where the view is open to all."""

    @app.before_request
    def admit() -> None:
        # Werkzeug matches `//metrics` as `/metrics`; a proxy's rule for that path may not.
        if request.environ["PATH_INFO"].startswith("//"):
            abort(404)
        rule = request.url_rule
        if rule is not None:
            context = get_context(request.environ)
            context.method, context.route = request.method, rule.rule
            view = app.view_functions[rule.endpoint]
            g.actor = guard.admit(request.environ, get_authentication(view) or "")
