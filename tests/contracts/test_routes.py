"""Every route names its authentication, and what is open to all is a short list that a human reads."""

import importlib
import pkgutil

import pytest
from flask import Blueprint

import hub.api
import hub.desk
import hub.ops
from hub.app import BLUEPRINTS, UnguardedRoute, create_app, make_authentications
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
}


@pytest.fixture
def database(request, tmp_path):
    # What is wired does not depend on the database.
    return f"sqlite:///{tmp_path / 'hub.sqlite'}"


def test_every_route_names_a_guard_that_exists(app):
    routes = [(rule.rule, get_authentication(app.view_functions[rule.endpoint])) for rule in app.url_map.iter_rules()]
    assert len(routes) >= 4
    assert [route for route, kind in routes if kind not in (OPEN, TOKEN)] == []


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
    # `hub.desk.kit.install_kit` registers these two.
    assert {blueprint.name for blueprint in blueprints} - {"desk_kit", "desk_static"} <= app.blueprints.keys()


def test_no_route_takes_a_method_by_itself(app):
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods}
    assert "OPTIONS" not in methods


def test_the_mark_survives_on_the_view_itself():
    @open_to_all
    def view():
        return "x"

    assert get_authentication(view) == OPEN
    assert view() == "x"
