import json

import pytest
from flask import Blueprint, request
from sqlalchemy.exc import OperationalError

from hub.app import BLUEPRINTS, create_app
from hub.http.guards import open_to_all
from hub.record.admission.admit import Unavailable

MARKERS = ["Dupont", "jeton-secret", "pathologie", "1700775123456"]


@pytest.fixture
def database(tmp_path):
    # The frame does not depend on the database.
    return f"sqlite:///{tmp_path / 'hub.sqlite'}"


@pytest.fixture
def trial():
    """Doors that do what real ones must never do."""
    blueprint = Blueprint("trial", __name__)

    @blueprint.route("/fhir/Trial/<name>", methods=["GET", "POST"])
    @open_to_all
    def fail(name):
        raise ValueError(f"{name} {request.args} {request.get_data()}")

    @blueprint.get("/fhir/Down/<name>")
    @open_to_all
    def give_up(name):
        raise {"admit": Unavailable(), "driver": OperationalError(name, None, Exception(name))}[name]

    @blueprint.post("/intake/trial")
    @open_to_all
    def take():
        return request.get_data()

    @blueprint.get("/trial/address")
    @open_to_all
    def address():
        return request.remote_addr

    return blueprint


@pytest.fixture
def outside(settings, store, trial):
    return create_app(settings, store, blueprints=(*BLUEPRINTS, trial)).test_client()


@pytest.mark.parametrize(
    "path",
    [
        "//metrics",
        "///metrics",
        "/%2Fmetrics",
        "//livez",
        "//fhir/Task",
        "//fhir//Task",
        "/fhir//Task",
        "//fhir/metadata",
        "//oauth/token",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_doubled_slash_is_another_path(outside, path, method):
    # The test client would read `//metrics` as a host.
    response = outside.open("/", method=method, environ_overrides={"PATH_INFO": path.replace("%2F", "/")})
    assert response.status_code == 404


def test_a_12_a_doubled_slash_put_back_is_noticed(outside, monkeypatch):
    monkeypatch.setattr("hub.app.abort", lambda _status: None)
    with pytest.raises(AssertionError):
        test_a_doubled_slash_is_another_path(outside, "//livez", "GET")


def test_an_unforeseen_fault_says_the_same_whatever_happened(outside):
    first = outside.get("/fhir/Trial/Dupont?name=pathologie")
    second = outside.post("/fhir/Trial/other", data=b"x" * 100)
    assert first.status_code == second.status_code == 500
    assert first.data == second.data
    assert first.json["resourceType"] == "OperationOutcome"
    assert first.json["issue"][0]["code"] == "exception"


@pytest.mark.parametrize("name", ["admit", "driver"])
def test_a_database_that_gives_up_is_asked_again(outside, name):
    answer = outside.get(f"/fhir/Down/{name}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["issue"] == [
        {"severity": "fatal", "code": "transient", "diagnostics": "The hub cannot answer now: try again"}
    ]


def test_logs_hold_the_route_and_nothing_of_the_request(outside, capsys, settings, store, trial):
    outside = create_app(settings, store, blueprints=(*BLUEPRINTS, trial)).test_client()
    outside.post(
        "/fhir/Trial/Dupont?name=pathologie",
        data="INS 1700775123456",
        headers={"Authorization": "Bearer jeton-secret", "Cookie": "sid=jeton-secret", "X-Request-Id": "Dupont é"},
    )
    outside.get("/Dupont")
    written = capsys.readouterr()
    assert [marker for marker in MARKERS if marker in written.out + written.err] == []
    fault, first, second = map(json.loads, written.out.splitlines())
    assert (fault["event"], fault["type"]) == ("fault", "ValueError")
    assert any(place.startswith("test_app.py:") for place in fault["places"])
    assert (first["route"], first["method"], first["status"]) == ("/fhir/Trial/<name>", "POST", 500)
    assert first["request_id"] == fault["request_id"]
    assert (second["route"], second["status"]) == ("", 404)
    assert set(first) == {"event", "level", "at", "request_id", "client", "method", "route", "status", "ms"}


def test_unknown_paths_and_methods_get_constant_answers(http):
    assert http.get("/fhir/nothing").json == http.get("/fhir/other?x=1").json
    assert http.get("/nothing").content_type.startswith("text/html")
    assert http.get("/nothing").data == http.get("/other?x=1").data
    assert http.get("/oauth/nothing").content_type.startswith("text/plain")
    refused = http.post("/livez")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert http.options("/livez").status_code == 405


def test_a_path_is_never_redirected_to_a_likely_one(http):
    assert http.get("/livez/").status_code == 404
    assert http.get("/x//livez").status_code == 404


def test_a_body_beyond_the_limit_is_refused(outside, settings):
    within, beyond = b"x" * settings.limits.body, b"x" * (settings.limits.body + 1)
    assert outside.post("/intake/trial", data=within).data == within
    refused = outside.post("/intake/trial", data=beyond)
    assert (refused.status_code, refused.json["issue"][0]["code"]) == (413, "too-long")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/nothing", "/fhir/nothing", "/fhir/Trial/x"])
def test_se_6_w04_every_answer_carries_the_protecting_headers(outside, path):
    headers = outside.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.getlist("Referrer-Policy") == ["same-origin" if path == "/nothing" else "no-referrer"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
    assert "Strict-Transport-Security" not in headers
    assert "Set-Cookie" not in headers


def test_se_6_https_is_asked_for_where_the_hub_has_it(settings, store):
    from dataclasses import replace

    secured = create_app(replace(settings, base_url="https://hub.example.org"), store).test_client()
    asked = secured.get("/livez").headers["Strict-Transport-Security"]
    assert asked == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize(("given", "kept"), [("Abc-123", True), ("a" * 65, False), ("a b", False), ("é", False)])
def test_i12_a_plain_request_id_is_kept(http, given, kept):
    answered = http.get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert (answered == given) is kept
    assert answered


def test_requests_have_different_ids(http):
    assert http.get("/livez").headers["X-Request-Id"] != http.get("/livez").headers["X-Request-Id"]


def test_a_forwarded_address_is_believed_only_behind_a_proxy(settings, store, trial):
    from dataclasses import replace

    spoofed = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "evil.example"}
    alone = create_app(settings, store, blueprints=(*BLUEPRINTS, trial)).test_client()
    behind = create_app(replace(settings, proxies=1), store, blueprints=(*BLUEPRINTS, trial)).test_client()
    assert alone.get("/trial/address", headers=spoofed).text == "127.0.0.1"
    assert behind.get("/trial/address", headers=spoofed).text == "192.0.2.7"
