"""HUB_LIMIT_RATE and HUB_LIMIT_BURST: each client, and each address without one, on every entrance and across processes."""

import multiprocessing
import os
import time
from dataclasses import replace

import pytest

import hub.app
from hub.app import create_app
from hub.http import rate_table
from hub.http.rate_limit import RateLimit, _get_network
from hub.http.rate_table import RateTable
from tests.hub.api.bundle.test_transaction import bundle, post, request_about

BURST = 4


@pytest.fixture
def limited(settings, store, world):
    """The callers of `world` on a hub that lets each send four requests, then one a second."""
    limits = replace(settings.limits, rate=1, burst=BURST)
    app = create_app(replace(settings, limits=limits), store)
    return {name: replace(getattr(world, name), http=app.test_client()) for name in ("desk", "gp", "hosp")}


def use_up(caller, times=BURST):
    for _ in range(times):
        assert caller.get("/Task").status_code == 200


def check_refusal(answer):
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= BURST


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Task"),
        ("HEAD", "/Task"),
        ("GET", "/Task/x/_history"),
        ("POST", "/Task/_search"),
        ("POST", "/Task"),
        ("PUT", "/Task/x"),
        ("DELETE", "/Subscription/x"),
        ("POST", "/"),
        ("GET", "/Patient/$export"),
        ("GET", "/Task/$unknown"),
    ],
)
def test_a_9_every_row_of_the_table_of_routes_counts(limited, method, path):
    use_up(limited["desk"])
    answer = limited["desk"].ask(method, path)
    check_refusal(answer)
    if method != "HEAD":
        assert answer.json["issue"][0]["code"] == "throttled"


def test_a_9_each_client_has_a_rate_of_its_own(limited):
    use_up(limited["desk"])
    check_refusal(limited["desk"].get("/Task"))
    use_up(limited["gp"])
    assert limited["desk"].http.get("/livez").status_code == 200


def test_a_9_the_intake_answers_by_http(limited):
    use_up(limited["hosp"])
    answer = limited["hosp"].http.post(
        "/intake/chu-hl7", data=b"MSH|", headers={"Authorization": f"Bearer {limited['hosp'].token}"}
    )
    check_refusal(answer)
    assert answer.json["resourceType"] == "OperationOutcome"


def test_a_9_each_entry_of_a_batch_counts_as_it_would_alone(limited, world):
    entries = [{"request": {"method": "GET", "url": world.task}}] * 6
    answer = limited["desk"].ask("POST", "/", body=bundle(*entries, kind="batch"))
    statuses = [entry["response"]["status"] for entry in answer.json["entry"]]
    assert statuses == ["200"] * (BURST - 1) + ["429"] * 3
    check_refusal(limited["desk"].get("/Task"))


def test_a_9_a_transaction_is_answered_whole_and_the_next_requests_wait_for_it(limited, world):
    entries = [post(request_about(world.patient, world.desk.party)) for _ in range(8)]
    assert limited["desk"].ask("POST", "/", body=bundle(*entries)).status_code == 200
    answer = limited["desk"].get("/Task")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > BURST
    assert limited["gp"].get("/Task").status_code == 200


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
def test_a_9_oauth_counts_the_address(limited, path):
    http = limited["desk"].http
    for _ in range(BURST):
        assert http.post(path).status_code in (400, 401)
    answer = http.post(path)
    check_refusal(answer)
    assert answer.json["error"] == "temporarily_unavailable"
    assert http.post(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code in (400, 401)


def test_a_9_tokens_that_are_guessed_count_for_the_address(limited):
    guess = {"Authorization": f"Bearer {'a' * 43}"}
    statuses = [limited["desk"].http.get("/fhir/Task", headers=guess).status_code for _ in range(BURST + 1)]
    assert statuses == [401] * BURST + [429]
    # Who has a token at that address is not held up by who guesses.
    use_up(limited["desk"], 1)


def test_a_9_open_pages_count_the_address_and_probes_do_not(limited):
    http = limited["desk"].http
    statuses = [http.get("/fhir/metadata").status_code for _ in range(BURST + 1)]
    assert statuses == [200] * BURST + [429]
    assert {http.get("/livez").status_code for _ in range(3 * BURST)} == {200}


def test_a_9_the_demo_has_no_limit_unless_it_is_set(settings):
    assert (settings.limits.rate, settings.limits.burst) == (0, 0)


def test_a_9_after_a_wait_the_caller_is_answered_again(tmp_path):
    now = [100.0]
    table = RateTable(tmp_path / "rates", 10, 3, clock=lambda: now[0])
    assert [table.take("a") for _ in range(4)] == [0, 0, 0, 1]
    now[0] += 0.1
    assert [table.take("a") for _ in range(2)] == [0, 1]
    now[0] += 60
    assert [table.take("a") for _ in range(4)] == [0, 0, 0, 1]


def test_a_9_a_clock_that_begins_again_holds_nobody_up(tmp_path):
    now = [1e6]
    table = RateTable(tmp_path / "rates", 10, 3, clock=lambda: now[0])
    assert [table.take("a") for _ in range(4)] == [0, 0, 0, 1]
    now[0] = 5.0
    assert table.take("a") == 0


def _count_taken(path, start, results):
    table = RateTable(path, 1, 50, clock=lambda: 100.0)
    start.wait()
    results.put(sum(table.take("a") == 0 for _ in range(100)))


def test_a_9_the_processes_of_a_machine_count_together(tmp_path):
    context = multiprocessing.get_context("fork")
    start, results = context.Event(), context.Queue()
    processes = [context.Process(target=_count_taken, args=(tmp_path / "rates", start, results)) for _ in range(4)]
    for process in processes:
        process.start()
    start.set()
    assert sum(results.get(timeout=60) for _ in processes) == 50
    for process in processes:
        process.join()


def test_a_9_many_addresses_forget_nobody_who_uses_more(tmp_path):
    table = RateTable(tmp_path / "rates", 1, 3, clock=lambda: 100.0)
    assert [table.take("a") for _ in range(4)] == [0, 0, 0, 1]
    for number in range(20_000):
        table.take(f"address {number}")
    assert table.take("a") > 0


def test_a_9_addresses_of_one_office_are_one():
    assert _get_network("2001:db8::1") == _get_network("2001:db8::2:3") != _get_network("2001:db8:0:1::1")
    assert _get_network("::ffff:192.0.2.7") == _get_network("192.0.2.7") != _get_network("192.0.2.8")
    assert _get_network("") == ""


def test_a_9_a_count_costs_less_than_a_twentieth_of_a_read(tmp_path, limited, world):
    """The most favourable of several, since other processes disturb each."""
    limit = RateLimit(tmp_path / "rates", 100_000, 100_000)
    reader = world.gp

    def measure(act, times):
        began = time.perf_counter()
        for _ in range(times):
            act()
        return (time.perf_counter() - began) / times

    count = min(measure(lambda: limit.count_client("a"), 200) for _ in range(10))
    read = min(measure(lambda: reader.get(f"/{world.patient}"), 20) for _ in range(10))
    assert count < read / 20


def test_a_9_put_back_is_noticed(monkeypatch, request):
    monkeypatch.setattr(hub.app, "_make_rate_limit", lambda _settings: None)
    unlimited = request.getfixturevalue("limited")
    with pytest.raises(AssertionError):
        test_a_9_each_client_has_a_rate_of_its_own(unlimited)


def test_a_9_a_count_of_each_process_alone_is_noticed(monkeypatch, tmp_path):
    open_table = rate_table._open_table
    monkeypatch.setattr(
        rate_table, "_open_table", lambda path: open_table(path.with_name(f"{path.name}.{os.getpid()}"))
    )
    with pytest.raises(AssertionError):
        test_a_9_the_processes_of_a_machine_count_together(tmp_path)
