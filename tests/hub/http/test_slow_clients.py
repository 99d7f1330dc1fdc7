"""The hub without a proxy: clients that send or fetch slowly stop nobody else (`docs/security.md` D01)."""

import socket
import time
from contextlib import suppress

import pytest

from tests.deploy.processes import CONFIG, ask, half_sent, serve

pytestmark = pytest.mark.xdist_group("slow clients")  # one hub for all of them

HEAD = b"POST /fhir HTTP/1.1\r\nHost: h\r\n"
BEGINNINGS = {
    "nothing": b"",
    "half a request line": b"GET /liv",
    "half of the headers": HEAD,
    "half of a body": HEAD + b"Content-Length: 1000\r\n\r\n{",
    "half of a form": HEAD.replace(b"/fhir", b"/oauth/token") + b"Content-Length: 1000\r\n\r\ngrant_type=",
    "half of a body in chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "chunks with a false end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n8\r\n\r\n0\r\n\r\n",
    "a body to be asked for": HEAD + b"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
    "a body beyond the limit": HEAD + b"Content-Length: 100000000\r\n\r\n{",
    "a second request": b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\nGET /livez HTTP/1.1\r\n",
}


def read_all(client):
    return b"".join(iter(lambda: client.recv(4096), b""))


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("hub"), HUB_WORKERS="2", HUB_THREADS="4") as port:
        yield port


@pytest.fixture(scope="module")
def hasty_port(tmp_path_factory):
    """A hub whose deadlines are a second."""
    config = tmp_path_factory.mktemp("config") / "gunicorn.py"
    config.write_text(
        "import runpy\n"
        "import hub.http.gunicorn_worker as worker\n"
        "worker.HEAD_SECONDS = worker.BODY_SECONDS = worker.ANSWER_SECONDS = 1.0\n"
        f"globals().update(runpy.run_path({str(CONFIG)!r}))\n"
    )
    with serve(tmp_path_factory.mktemp("hub"), config=config, HUB_WORKERS="1", HUB_THREADS="2") as port:
        yield port


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_sixteen_of_a_kind_stop_nobody(port, beginning):
    with half_sent(port, *[beginning] * 16):
        for _ in range(4):
            assert ask(port) == 200


def test_eight_half_sent_headers_on_two_times_four_threads(port):
    with half_sent(port, *[HEAD] * 8):
        assert ask(port) == 200


def test_a_11_put_back_is_noticed(tmp_path):
    """The worker of gunicorn without the hub's deadlines: half-sent headers hold all of its threads."""
    config = tmp_path / "gunicorn.py"
    config.write_text(f"import runpy\nglobals().update(runpy.run_path({str(CONFIG)!r}))\nworker_class = 'gthread'\n")
    with (
        serve(tmp_path, config=config, HUB_WORKERS="1", HUB_THREADS="2") as port,
        half_sent(port, *[HEAD] * 8),
        pytest.raises(OSError),
    ):
        ask(port, seconds=2)


def test_d01_senders_of_a_byte_now_and_then_stop_nobody(port):
    with half_sent(port, *[HEAD] * 16) as clients:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            for client in clients:
                client.sendall(b"A")
            assert ask(port) == 200


def test_clients_that_do_not_fetch_stop_nobody(port):
    """Each asks for the OpenAPI page again and again, and reads nothing."""
    clients = []
    for _ in range(16):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        client.connect(("127.0.0.1", port))
        client.settimeout(1)
        clients.append(client)
    try:
        for client in clients:
            with suppress(TimeoutError):
                client.sendall(b"GET /fhir/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n" * 20)
        until = time.monotonic() + 3
        while time.monotonic() < until:
            assert ask(port) == 200
    finally:
        for client in clients:
            client.close()


def test_what_a_client_fetches_late_is_whole(port):
    with half_sent(port, b"GET /fhir/openapi.json HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n") as (client,):
        time.sleep(0.5)
        answer = read_all(client)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: %d\r\n" % len(body) in head + b"\r\n"


def test_a_slow_request_is_answered_when_it_is_whole(port):
    with half_sent(port, b"GET /livez HTTP/1.1\r\n") as (client,):
        time.sleep(0.2)
        client.sendall(b"Host: h\r\n\r\nGET /version HTTP/1.1\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        client.sendall(b"Host: h\r\nConnection: close\r\n\r\n")
        assert b"Maillage" in read_all(client)


def test_a_client_that_waits_is_told_once_to_go_on(port):
    with half_sent(port, BEGINNINGS["a body to be asked for"]) as (client,):
        assert client.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"{" * 1000)
        assert client.recv(4096).startswith(b"HTTP/1.1 401")


def test_what_is_too_long_is_refused_at_once(port):
    with half_sent(port, BEGINNINGS["a body beyond the limit"], HEAD + b"A: b\r\n" * 10_000) as (body, head):
        assert body.recv(4096).split()[1] in (b"401", b"413")
        assert head.recv(4096).startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize("beginning", list(BEGINNINGS.values())[1:8], ids=list(BEGINNINGS)[1:8])
def test_a_deadline_ends_what_does_not_come(hasty_port, beginning):
    with half_sent(hasty_port, beginning) as (client,):
        time.sleep(0.5)
        client.sendall(b"A" if beginning.endswith(b"\r\n") else b"")
        begun = time.monotonic()
        answer = client.recv(4096).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n") or client.recv(4096)
        assert answer.startswith(b"HTTP/1.1 408")
        assert time.monotonic() - begun < 5
        assert client.recv(4096) == b""


def test_a_deadline_ends_an_empty_connection(hasty_port):
    with half_sent(hasty_port, b"") as (client,):
        assert client.recv(4096) == b""
