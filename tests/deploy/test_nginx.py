"""nginx with the page of `deploy/`, before a hub in a process of its own (`docs/security.md` §5.3, D11)."""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from hub.settings.environment import PRODUCTION
from hub.settings.settings import load
from tests.deploy.nginx import HOW_TO_GET_IT, NAME, PAGE, Proxy, find_nginx, run_nginx, write_configuration
from tests.deploy.processes import free_port, serve

pytestmark = pytest.mark.xdist_group("nginx")  # one hub for all of them

LIMIT = 2 * 1024 * 1024
# Each test that is rough has an address of its own, since nginx counts by address.
ADDRESSES = (f"127.0.1.{number}" for number in itertools.count(1))
HEAD = f"POST /echo HTTP/1.1\r\nHost: {NAME}\r\n".encode()


@pytest.fixture(scope="module")
def program() -> str:
    if path := find_nginx():
        return path
    if "nginx" in os.environ.get("HUB_REQUIRE", "").split(","):
        pytest.fail(HOW_TO_GET_IT, pytrace=False)
    pytest.skip(HOW_TO_GET_IT)


@pytest.fixture(scope="module")
def hub_port(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A hub of production, of two workers with four threads each, which believes one proxy."""
    with serve(
        tmp_path_factory.mktemp("hub"),
        "tests.deploy.echo:app",
        HUB_ENV=PRODUCTION,
        HUB_BASE_URL=f"https://{NAME}",
        HUB_PROXY="1",
        HUB_WORKERS="2",
        HUB_THREADS="4",
    ) as port:
        yield port


@pytest.fixture(scope="module")
def proxy(program: str, hub_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with run_nginx(program, tmp_path_factory.mktemp("nginx"), hub_port) as running:
        yield running


@pytest.fixture(scope="module")
def hasty_proxy(program: str, hub_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """One whose deadlines are a second."""
    deadlines = {"client_header_timeout": "1s", "client_body_timeout": "1s"}
    with run_nginx(program, tmp_path_factory.mktemp("nginx"), hub_port, **deadlines) as running:
        yield running


@pytest.fixture
def source() -> str:
    """An address that no other test has."""
    return next(ADDRESSES)


def begin(proxy: Proxy, source: str, message: bytes) -> ssl.SSLSocket:
    """A connection on which the beginning of a request was sent."""
    connection = proxy.connect(source)
    connection.sendall(message)
    return connection


def read(connection: socket.socket) -> bytes:
    """What comes until the connection is closed, in whatever way."""
    pieces = []
    with suppress(ConnectionError, ssl.SSLError):
        while piece := connection.recv(4096):
            pieces.append(piece)
    return b"".join(pieces)


def test_nginx_takes_the_page(program: str, tmp_path: Path) -> None:
    write_configuration(tmp_path, 8000)
    checked = subprocess.run(
        [program, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr


def test_the_limit_of_a_body_is_that_of_production(tmp_path: Path) -> None:
    key = tmp_path / "seal.key"
    key.write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==")
    key.chmod(0o600)
    settings = load({"HUB_BASE_URL": f"https://{NAME}", "HUB_SEAL_KEY_FILE": str(key)})
    assert settings.limits.body == LIMIT
    assert re.findall(r"client_max_body_size (\w+);", PAGE.read_text()) == ["2m"]


def test_the_hub_answers_over_tls(proxy: Proxy) -> None:
    answer = proxy.ask("/livez")
    assert (answer.status, json.loads(answer.body)) == (200, {"alive": True})
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=str(proxy.home / "fullchain.pem"))
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", proxy.port), 20) as plain, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(plain, server_hostname=NAME)


def test_another_name_ends_in_the_handshake(proxy: Proxy) -> None:
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        proxy.connect(name="other.example.org")


def test_se_7_nothing_is_served_without_tls(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.plain_port), 20) as plain:
        plain.sendall(f"GET /livez HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        answer = read(plain)
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"Location" not in answer


@pytest.mark.parametrize(
    ("beginning", "many"),
    [
        (HEAD, 8),
        (HEAD, 200),
        (HEAD + b"Content-Length: 1000\r\n\r\n{", 16),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 16),
    ],
    ids=["eight headers", "two hundred headers", "bodies", "chunks"],
)
def test_slow_clients_stop_nobody(proxy: Proxy, source: str, beginning: bytes, many: int) -> None:
    with ExitStack() as stack:
        for _ in range(many):
            stack.enter_context(begin(proxy, source, beginning))
        for _ in range(4):
            begun = time.monotonic()
            assert proxy.ask("/livez").status == 200
            assert time.monotonic() - begun < 10


@pytest.mark.parametrize("beginning", [HEAD, HEAD + b"Content-Length: 1000\r\n\r\n{"], ids=["headers", "body"])
def test_a_deadline_ends_what_does_not_come(hasty_proxy: Proxy, source: str, beginning: bytes) -> None:
    with begin(hasty_proxy, source, beginning) as connection:
        begun = time.monotonic()
        assert read(connection)[:12] in (b"", b"HTTP/1.1 408")
        assert time.monotonic() - begun < 5


def test_one_address_has_thirty_requests_at_a_time(proxy: Proxy, source: str) -> None:
    with ExitStack() as stack:
        for _ in range(30):
            stack.enter_context(begin(proxy, source, HEAD + b"Content-Length: 1000\r\n\r\n{"))
        time.sleep(0.2)
        assert proxy.ask("/livez", source=source).status == 429
        assert proxy.ask("/livez").status == 200


def test_one_address_has_a_rate(program: str, hub_port: int, tmp_path: Path) -> None:
    request = f"GET /livez HTTP/1.1\r\nHost: {NAME}\r\n"
    message = (f"{request}\r\n" * 149 + f"{request}Connection: close\r\n\r\n").encode()
    # A rate that any machine reaches.
    zone = "$binary_remote_addr zone=maillage_requests:10m rate=1r/s"
    with run_nginx(program, tmp_path, hub_port, limit_req_zone=zone) as proxy:
        with begin(proxy, "127.0.0.1", message) as connection:
            answers = read(connection)
        assert proxy.ask("/livez", source="127.0.0.2").status == 200
    statuses = re.findall(rb"HTTP/1\.1 (\d+) ", answers)
    # The burst passes, and what the rate gives back meanwhile; the rest is told to wait.
    assert 101 <= statuses.count(b"200") <= 130
    assert len(statuses) == 150
    assert answers.count(b"Retry-After: 1") == statuses.count(b"429") == 150 - statuses.count(b"200")


def test_a_body_within_the_limit_arrives_whole(proxy: Proxy) -> None:
    for body in (bytes(LIMIT), iter([bytes(LIMIT // 2)] * 2)):
        answer = proxy.ask("/echo", "POST", body)
        assert (answer.status, json.loads(answer.body)["bytes"]) == (200, LIMIT)


def test_a_longer_body_is_refused_before_the_hub(proxy: Proxy) -> None:
    for body in (bytes(LIMIT + 1), iter([bytes(LIMIT)] * 2)):
        answer = proxy.ask("/echo", "POST", body)
        assert answer.status == 413
        assert json.loads(answer.body)["issue"][0]["code"] == "too-long"
        assert "X-Request-Id" not in answer.headers


def test_headers_have_limits(proxy: Proxy) -> None:
    assert proxy.ask("/echo", headers={"X-Long": "x" * 8000}).status == 200
    assert proxy.ask("/echo", headers={"X-Long": "x" * 9000}).status == 400
    assert proxy.ask("/echo", headers={f"X-{number}": "x" * 7000 for number in range(6)}).status == 400
    assert proxy.ask("/echo?" + "x" * 9000).status == 414


def test_two_lengths_are_refused(proxy: Proxy) -> None:
    message = (
        HEAD
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    with begin(proxy, "127.0.0.1", message) as connection:
        assert read(connection).startswith(b"HTTP/1.1 400")


def test_the_hub_sees_the_address_of_the_client(proxy: Proxy, source: str) -> None:
    seen = json.loads(proxy.ask("/echo", source=source).body)
    assert (seen["address"], seen["scheme"]) == (source, "https")
    assert seen["headers"]["x-forwarded-for"] == source


SMUGGLED = {
    "X-Forwarded-For": "192.0.2.66",
    "x-forwarded-for ": "192.0.2.66",
    "X_Forwarded_For": "192.0.2.66",
    "X-Forwarded-Proto": "http",
    "X_Forwarded_Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Ssl": "off",
    "X-Forwarded-User": "admin",
    "X-Original-URL": "/metrics",
    "X-Rewrite-URL": "/metrics",
    "X-HTTP-Method-Override": "DELETE",
    "X-Real-IP": "192.0.2.66",
    "X-Client-IP": "192.0.2.66",
    "Forwarded": "for=192.0.2.66;proto=http;host=evil.example",
    "Via": "1.1 evil.example",
    "Proxy": "http://evil.example",
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_no_header_of_a_client_changes_what_the_hub_believes(proxy: Proxy, name: str) -> None:
    line = f"{name}: {SMUGGLED[name]}\r\n"
    with begin(
        proxy, "127.0.0.1", f"GET /echo HTTP/1.1\r\nHost: {NAME}\r\n{line * 2}Connection: close\r\n\r\n".encode()
    ) as it:
        head, _, body = read(it).partition(b"\r\n\r\n")
    if b" 400 " in head.splitlines()[0]:
        return
    seen = json.loads(body)
    assert (seen["address"], seen["scheme"]) == ("127.0.0.1", "https")
    forwarded = {"host": NAME, "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https"}
    assert {header: value for header, value in seen["headers"].items() if value} == forwarded


def test_the_named_hop_does_not_remove_the_address(proxy: Proxy) -> None:
    """A client that names a header in `Connection` asks proxies to drop it (RFC 9110 §7.6.1)."""
    seen = json.loads(proxy.ask("/echo", headers={"Connection": "close, X-Forwarded-For"}).body)
    assert seen["address"] == "127.0.0.1"
    assert seen["headers"]["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize(
    "path",
    ["/metrics", "//metrics", "/%6Detrics", "/%2Fmetrics", "/./metrics", "/fhir/../metrics", "/metrics?x", "/METRICS"],
)
@pytest.mark.parametrize(
    "headers", [{}, {"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 x"}], ids=["plain", "for", "via"]
)
def test_the_figures_are_not_found_from_outside(proxy: Proxy, path: str, headers: dict[str, str]) -> None:
    answer = proxy.ask(path, headers=headers)
    assert answer.status == 404
    assert b"hub_requests" not in answer.body


def test_no_log_has_a_query_or_a_path(proxy: Proxy) -> None:
    assert proxy.ask("/fhir/Patient?name=Dupont").status == 401
    assert proxy.ask("/echo?Dupont" + "x" * 9000).status == 414
    proxy.ask("/Dupont", "POST", bytes(LIMIT + 1))
    logs = [
        path.read_text() for path in (proxy.home / "access.log", proxy.home / "error.log", proxy.home / "start.log")
    ]
    assert "Dupont" not in "".join(logs)
    assert " GET 401 " in logs[0]


def test_a_hub_that_is_away_is_said(program: str, tmp_path: Path) -> None:
    with run_nginx(program, tmp_path, free_port()) as proxy:
        answer = proxy.ask("/fhir/metadata")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert json.loads(answer.body)["issue"][0]["code"] == "transient"
