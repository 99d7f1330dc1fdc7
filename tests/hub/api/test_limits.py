"""A limit is written once: Flask, the fast path and the entries of a Bundle obey it alike."""

from dataclasses import replace

import pytest

from hub.app import create_app
from hub.domain.errors import Invalid, Refused
from tests.hub.api.bundle.test_transaction import bundle, post, request_about


class Limit:
    """A limit that notes each request and refuses those of `route`."""

    def __init__(self, route, error=None):
        self.route, self.error, self.calls = route, error or Refused("not-offered"), []

    def __call__(self, context, actor):
        self.calls.append((context.method, context.route, context.client, actor and actor.client))
        if context.route == self.route:
            raise self.error


READ, SEARCH, CREATE = (
    *("/fhir/<resource_type>/<resource_id>", "/fhir/<resource_type>"),
    "/fhir/<resource_type>",
)
BUNDLE = "/fhir/"


@pytest.fixture
def limited(settings, store, world):
    """What makes the hub on the same record with a limit, and its caller."""

    def make(limit):
        caller = replace(world.desk, http=create_app(settings, store, limits=[limit]).test_client())
        return caller, f"gestionnaire-{world.desk.party.partition('/')[2]}-0"

    return make


@pytest.mark.parametrize("method", ["GET", "HEAD"], ids=["the fast path", "Flask"])
def test_a_limit_is_obeyed_by_the_fast_path_and_by_flask(limited, world, method):
    limit = Limit(READ)
    caller, client = limited(limit)
    assert caller.ask(method, f"/{world.task}").status_code == 403
    assert caller.ask(method, "/Task").status_code == 200
    assert limit.calls == [(method, READ, client, client), (method, SEARCH, client, client)]


def test_a_limit_is_obeyed_by_each_entry_of_a_batch(limited, world):
    limit = Limit(READ)
    caller, client = limited(limit)
    entries = [{"request": {"method": "GET", "url": url}} for url in (world.task, "Task", world.patient)]
    answer = caller.ask("POST", "/", body=bundle(*entries, kind="batch"))
    assert [entry["response"]["status"] for entry in answer.json["entry"]] == ["403", "200", "403"]
    assert limit.calls == [
        ("POST", BUNDLE, client, client),
        *(("GET", route, client, client) for route in (READ, SEARCH, READ)),
    ]


@pytest.mark.parametrize("error", [Refused("not-offered"), Invalid("patch-too-long")])
def test_a_limit_on_an_entry_refuses_the_whole_transaction(limited, world, store, error):
    read = {"request": {"method": "GET", "url": world.task}}
    written = post(request_about(world.patient, world.desk.party))
    for limit in (Limit(CREATE, error), Limit(READ, error)):
        before = len(_list_requests(world))
        caller, _ = limited(limit)
        assert caller.ask("POST", "/", body=bundle(written, read)).status_code in (403, 422)
        assert len(_list_requests(world)) == before


def _list_requests(world):
    return world.desk.get(f"/ServiceRequest?patient={world.patient}").json["entry"]


def test_a_limit_is_asked_of_who_is_nobody_too(limited):
    limit = Limit("/livez")
    caller, _ = limited(limit)
    caller.http.get("/fhir/metadata")
    assert caller.http.get("/fhir/Task").status_code == 401
    # Who is not authenticated is refused after a limit has been asked, so that guesses count too.
    assert limit.calls == [("GET", "/fhir/metadata", "", None), ("GET", SEARCH, "", None)]
