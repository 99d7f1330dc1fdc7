"""The fast path and Flask give the same answers: status, headers, body, and the same traces."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from werkzeug.test import Client

from hub.http.request_context import begin_context
from tests.hub.api.conftest import ABSENT, told
from tests.traces import traces

ASKED = [
    ("/{task}", {}),
    ("/{condition}", {}),
    (f"/Task/{ABSENT}", {}),
    ("/Task/a_b", {}),
    ("/Task/" + "a" * 65, {}),
    ("/Task/", {}),
    ("/Task/?_summary=count", {}),
    ("/{task}/", {}),
    ("/{condition}/", {}),
    ("/{task}//", {}),
    ("/{task}?_pretty=true", {}),
    ("/{task}?_format=xml", {}),
    ("/{task}?_elements=status", {}),
    ("/{task}?nothing=known", {}),
    ("/{task}?_format=pdf", {}),
    ("/{task}", {"Accept": "application/fhir+xml"}),
    ("/{task}", {"Accept": "text/html"}),
    ("/{task}", {"If-None-Match": "*"}),
    ("/{task}", {"If-None-Match": 'W/"other"'}),
    ("/{task}", {"If-Modified-Since": "Sat, 21 Nov 2037 08:00:00 GMT"}),
    ("/Task", {}),
    ("/Task", {"Accept-Encoding": "gzip"}),
    ("/Task?status=requested&_count=1", {}),
    ("/Task?owner=Organization/nobody&_total=accurate", {}),
    ("/Task?nothing=known", {}),
    ("/Task?nothing=known", {"Prefer": "handling=lenient"}),
    ("/Task?_cursor=made-up", {}),
    ("/Task?status=%ff", {}),
    ("/Nothing/x", {}),
    ("/metadata", {}),
    ("/Task", {"Authorization": ""}),
    ("/Task", {"Authorization": "Bearer " + "a" * 43}),
    ("/{task}", {"Authorization": "Bearer a, Bearer b"}),
]


@pytest.fixture
def ordinary(app):
    """The application without its fast path."""

    def application(environ, start_response):
        begin_context(environ)
        return Flask.wsgi_app(app, environ, start_response)

    return Client(application)


@pytest.mark.parametrize(("path", "headers"), ASKED, ids=[f"{rank}{path[:20]}" for rank, (path, _) in enumerate(ASKED)])
def test_both_ways_answer_alike(world, app, ordinary, path, headers):
    asked = f"/fhir{path.format(task=world.task, condition=world.condition)}"
    sent = {"Authorization": f"Bearer {world.soc.token}", **headers}
    first, other = Client(app).get(asked, headers=sent), ordinary.get(asked, headers=sent)
    status, told_first, body = told(first)
    of_the_house = {name: value for name, value in told_first.items() if name in told(other)[1]}
    assert (status, of_the_house, body) == told(other)
    # Beside those, only what surrounds every answer.
    assert set(told_first) - set(of_the_house) <= {
        name for name in told(Client(app).get("/livez"))[1] if name not in of_the_house
    }


def test_both_ways_leave_the_same_traces(world, app, ordinary):
    store = app.extensions["store"]
    sent = {"Authorization": f"Bearer {world.soc.token}"}
    left = []
    for way in (Client(app), ordinary):
        known = {row.tid for row in traces(store)}
        for path in (f"/{world.task}", f"/{world.condition}", "/Task"):
            way.get(f"/fhir{path}", headers=sent)
        rows = [row for row in traces(store) if row.tid not in known]
        left.append(sorted((row.client, row.role, row.action, row.type, row.shown, row.asked) for row in rows))
    assert left[0] == left[1]
    assert len(left[0]) == 3


def test_a_fault_is_told_and_logged_as_elsewhere(world, app, monkeypatch, capsys):
    monkeypatch.setattr("hub.api.interactions.read.read_slice", lambda *_: 1 / 0)
    answer = Client(app).get(f"/fhir/{world.task}", headers={"Authorization": f"Bearer {world.soc.token}"})
    assert answer.status_code == 500
    assert answer.json["issue"][0]["code"] == "exception"


def test_on_sqlite_the_readings_of_a_process_take_turns_faults_too(world, app, monkeypatch):
    assert not app.extensions["store"].on_postgres
    inside, most = [], []

    def slowly(*_):
        inside.append(1)
        time.sleep(0.02)
        most.append(len(inside))
        inside.pop()
        raise ZeroDivisionError

    monkeypatch.setattr("hub.api.interactions.read.read_slice", slowly)
    sent = {"Authorization": f"Bearer {world.soc.token}"}
    with ThreadPoolExecutor(4) as four:
        answers = list(four.map(lambda _: Client(app).get(f"/fhir/{world.task}", headers=sent).status_code, range(8)))
    assert answers == [500] * 8
    assert most == [1] * 8
