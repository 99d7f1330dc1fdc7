import re
from dataclasses import replace

import pytest
from sqlalchemy import insert

from hub.app import create_app
from hub.ops import endpoints
from hub.record.db.store import open_store
from hub.record.maintenance.background import note_round
from hub.record.maintenance.migrate import migrate
from hub.record.tables import outbox


@pytest.fixture
def database(tmp_path):
    return f"sqlite:///{tmp_path / 'hub.sqlite'}"


@pytest.fixture
def migrated(store):
    migrate(store)
    return store


def test_the_process_answers(http):
    assert http.get("/livez").json == {"alive": True}


def test_ready_when_database_tables_and_key_are(settings, migrated):
    answer = create_app(settings, migrated).test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "reasons": []})


def test_not_ready_gives_reasons_without_values(settings, tmp_path):
    broken = open_store(f"sqlite:///{tmp_path}/nowhere/hub.sqlite", (b"short",))
    answer = create_app(settings, broken).test_client().get("/readyz")
    assert answer.status_code == 503
    assert [reason["code"] for reason in answer.json["reasons"]] == ["ready-seal-key", "ready-database"]
    assert str(tmp_path) not in answer.text


def test_the_release(http):
    assert http.get("/version").json["name"] == "Maillage"


def test_metrics_are_for_this_machine(http):
    http.get("/livez")
    http.get("/Dupont")
    answer = http.get("/metrics")
    assert 'hub_requests_total{route="/livez",status="200"} 1.0' in answer.text
    assert 'hub_requests_total{route="",status="404"} 1.0' in answer.text
    assert "Dupont" not in answer.text


@pytest.mark.parametrize(
    "request_options",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"X-Forwarded-Proto": "https"}},
        {"headers": {"X-Forwarded-Host": "hub.example.org"}},
        {"headers": {"X-Forwarded-Port": ""}},
        {"headers": {"X-Real-IP": "127.0.0.1"}},
        {"headers": {"True-Client-IP": "127.0.0.1"}},
        {"headers": {"CDN-Loop": "cdn"}},
    ],
)
def test_metrics_are_404_from_elsewhere(http, request_options):
    answer, unknown = http.get("/metrics", **request_options), http.get("/metrics/nothing")
    assert (answer.status_code, answer.data) == (404, unknown.data)


@pytest.mark.parametrize("header", ["Via", "X-Forwarded-Proto"])
def test_a_12_put_back_is_noticed(http, monkeypatch, header):
    monkeypatch.setattr(endpoints, "_FORWARDING_HEADER", re.compile("(?i)x-forwarded-for|forwarded"))
    with pytest.raises(AssertionError):
        test_metrics_are_404_from_elsewhere(http, {"headers": {header: "1.1 proxy"}})


def test_with_a_token_metrics_are_for_its_holder_alone(settings, store):
    token = "t" * 32
    http = create_app(replace(settings, metrics_token=token), store).test_client()
    remote = {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}}
    assert http.get("/metrics", headers={"Authorization": f"Bearer {token}"}, **remote).status_code == 200
    assert http.get("/metrics", headers={"Authorization": "Bearer é"}, **remote).status_code == 404
    assert http.get("/metrics").status_code == 404


def test_f_2_metrics_say_how_far_the_worker_is(settings, migrated):
    http = create_app(settings, migrated).test_client()
    assert "hub_worker_last_good_round_seconds" not in http.get("/metrics").text
    note_round(migrated)
    with migrated.write() as connection:
        values = {"oid": "o", "rid": 1, "person": 1, "event": "e", "at": 7_500_000, "due": 0, "attempts": 0}
        connection.execute(insert(outbox).values(values))
    text = http.get("/metrics").text
    assert "hub_outbox_oldest_seconds 7.5" in text
    (moment,) = re.findall(r"^hub_worker_last_good_round_seconds (\S+)$", text, re.MULTILINE)
    assert float(moment) == migrated.now() / 1_000_000
    note_round(migrated)


def test_metrics_without_a_database_are_those_of_the_process(settings, tmp_path):
    broken = open_store(f"sqlite:///{tmp_path}/nowhere/hub.sqlite", (b"0" * 64,))
    assert "hub_requests" in create_app(settings, broken).test_client().get("/metrics").text
