"""Every route names its authentication, and what is open to all is a short list that a human reads."""

import importlib
import pkgutil

import pytest
from flask import Blueprint

import hub.api
import hub.desk
import hub.ops
from hub.api.metadata.definitions import TYPE_PATH
from hub.app import BLUEPRINTS, UnguardedRoute, create_app, make_authentications
from hub.desk.table import PAGES
from hub.desk.web.access import CONTEXT, SESSION, VISITOR
from hub.http.guards import OPEN, TOKEN, get_authentication, open_to_all, require

OPEN_PREFIXES = ("/.well-known/", "/oauth/")
OPEN_ROUTES = {
    "/livez",
    "/readyz",
    "/version",
    "/metrics",
    "/fhir/metadata",
    "/fhir/.well-known/smart-configuration",
    "/fhir/openapi.json",
    "/fhir/docs",
    "/fhir/docs/<name>",
    # Definitions, which are about no person.
    *(f"/fhir{TYPE_PATH}{rest}" for rest in ("", "/<resource_id>", "/_search")),
    "/static/<digest>/<name>",
}
# Pages that need no session. All others lead to the page of sign-in.
OPEN_PAGES = {
    "/accessibilite",
    "/aide",
    "/connexion",
    "/connexion/<name>",
    "/connexion/<name>/code",
    "/connexion/<name>/retour",
    "/connexion/cle",
    "/connexion/cle/defi",
    "/connexion/demo",
    "/enrolement/<link>",
    "/enrolement/<link>/cle",
    "/enrolement/<link>/cle/defi",
    "/enrolement/fait",
    "/langue",
}


@pytest.fixture
def database(request, tmp_path):
    # What is wired does not depend on the database.
    return f"sqlite:///{tmp_path / 'hub.sqlite'}"


def test_every_route_names_a_guard_that_exists(app):
    routes = [(rule.rule, get_authentication(app.view_functions[rule.endpoint])) for rule in app.url_map.iter_rules()]
    assert len(routes) >= 4
    assert [route for route, kind in routes if kind not in (OPEN, TOKEN, VISITOR, SESSION, CONTEXT)] == []


def test_the_pages_that_need_no_session_are_a_short_list(app):
    assert {route.path for route in PAGES if route.access == VISITOR} == OPEN_PAGES
    served = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if get_authentication(app.view_functions[rule.endpoint]) == VISITOR
    }
    assert served == OPEN_PAGES


def test_every_page_is_a_line_of_the_table(app):
    served = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if get_authentication(app.view_functions[rule.endpoint]) in (VISITOR, SESSION, CONTEXT)
        for method in rule.methods - {"HEAD"}
    }
    assert served == {(route.path, route.method) for route in PAGES}
    assert len(PAGES) == len(served)


def test_only_forms_of_who_is_not_signed_in_have_no_token():
    tokenless = {route.path for route in PAGES if route.method == "POST" and not route.needs_token}
    assert all(path.startswith(("/connexion", "/enrolement/")) for path in tokenless)


def test_what_is_open_to_all_is_a_short_list(app):
    opened = {
        rule.rule for rule in app.url_map.iter_rules() if get_authentication(app.view_functions[rule.endpoint]) == OPEN
    }
    assert opened >= {"/livez", "/readyz", "/version", "/metrics"}
    assert {route for route in opened if not route.startswith(OPEN_PREFIXES)} <= OPEN_ROUTES


@pytest.mark.parametrize("kind", [None, "a guard that nobody wrote"])
def test_a_route_without_a_guard_keeps_the_hub_from_starting(settings, store, kind):
    careless = Blueprint("careless", __name__)

    def view():
        return "what should not be seen"

    careless.add_url_rule("/careless", view_func=view if kind is None else require(kind)(view))
    with pytest.raises(UnguardedRoute, match="/careless"):
        create_app(settings, store, blueprints=(*BLUEPRINTS, careless))


def test_a_guard_acts_before_the_view(settings, store, monkeypatch):
    locked = Blueprint("locked", __name__)
    reached = []

    @locked.get("/locked")
    @require("locked")
    def view():
        reached.append(True)
        return "inside"

    def refuse(_environ):
        raise PermissionError

    monkeypatch.setattr("hub.app.make_authentications", lambda store: {**make_authentications(store), "locked": refuse})
    answer = create_app(settings, store, blueprints=(*BLUEPRINTS, locked)).test_client().get("/locked")
    assert (answer.status_code, reached) == (500, [])


def test_every_blueprint_is_served(app):
    blueprints = set()
    for package in (hub.api, hub.desk, hub.ops):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            blueprints |= {
                value for value in vars(importlib.import_module(module.name)).values() if isinstance(value, Blueprint)
            }
    assert len(blueprints) > 4
    assert {blueprint.name for blueprint in blueprints} <= app.blueprints.keys()


def test_no_route_takes_a_method_by_itself(app):
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods}
    assert "OPTIONS" not in methods


def test_the_mark_survives_on_the_view_itself():
    @open_to_all
    def view():
        return "x"

    assert get_authentication(view) == OPEN
    assert view() == "x"
