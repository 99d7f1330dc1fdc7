"""Requests to a server that behaves badly (`docs/security.md` N02–N06)."""

import datetime
import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.domain.errors import Invalid
from hub.outgoing import Fetcher, Unsent

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def run_server(behave, context=None):
    """A server that calls `behave` with each connection. Yields its port and the list of the requests that it gets."""
    listener = socket.create_server(("127.0.0.1", 0))
    requests, stop = [], threading.Event()

    def serve():
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    stream = context.wrap_socket(connection, server_side=True) if context else connection
                    requests.append(read_request(stream))
                    behave(stream)
                    stream.close()
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], requests
    finally:
        stop.set()
        # Closing alone would leave the thread in `accept`, which would still take connections.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(data):
    return lambda connection: connection.sendall(data)


def send_slowly(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.1)


def send_head_slowly(connection):
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def send_too_much(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


HERE = Fetcher(loopback=True)


def test_a_message_arrives_unchanged():
    with run_server(answer(OK)) as (port, requests):
        assert HERE.post(f"http://127.0.0.1:{port}/a?b=c", b'{"x":1}', {"X-Own": "value"}) == 200
    (request,) = requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a?b=c HTTP/1.1"
    assert {f"Host: 127.0.0.1:{port}", "X-Own: value", "Accept-Encoding: identity", "Content-Length: 7"} <= set(lines)
    assert body == b'{"x":1}'


@pytest.mark.parametrize("status", [204, 401, 410, 500])
def test_n06_only_the_status_is_returned(status):
    with run_server(answer(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())) as (port, _):
        assert HERE.post(f"http://localhost:{port}/", b"", {}) == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_n04_a_redirect_is_not_followed(status):
    with run_server(answer(OK)) as (other, other_requests):
        redirect = f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:{other}/\r\nContent-Length: 0\r\n\r\n"
        with run_server(answer(redirect.encode())) as (port, _):
            assert HERE.post(f"http://127.0.0.1:{port}/", b"", {}) == status
    assert other_requests == []


@pytest.mark.parametrize("behave", [send_slowly, send_head_slowly, lambda connection: time.sleep(3)])
def test_n05_a_slow_answer_is_cut_off(behave):
    start = time.monotonic()
    with run_server(behave) as (port, _):
        with pytest.raises(Unsent) as error:
            HERE.post(f"http://127.0.0.1:{port}/", b"", {}, seconds=0.6)
        assert time.monotonic() - start < 2
    assert error.value.code == "too-slow"


def test_n05_a_large_answer_is_cut_off():
    with run_server(send_too_much) as (port, _), pytest.raises(Unsent) as error:
        HERE.post(f"http://127.0.0.1:{port}/", b"", {})
    assert error.value.code == "too-large"


@pytest.mark.parametrize("data", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
def test_an_invalid_answer(data):
    with run_server(answer(data)) as (port, _), pytest.raises(Unsent) as error:
        HERE.post(f"http://127.0.0.1:{port}/", b"", {})
    assert error.value.code == "unreachable"


def test_no_server():
    with run_server(answer(OK)) as (port, _):
        pass
    with pytest.raises(Unsent) as error:
        HERE.post(f"http://127.0.0.1:{port}/", b"", {})
    assert error.value.code == "unreachable"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"])
def test_no_proxy_of_the_environment_is_used(monkeypatch, name):
    with run_server(answer(OK)) as (proxy, proxy_requests), run_server(answer(OK)) as (port, requests):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert HERE.post(f"http://127.0.0.1:{port}/", b"", {}) == 200
    assert (proxy_requests, len(requests)) == ([], 1)


@pytest.mark.parametrize(
    "ips",
    [
        ["10.0.0.1"],
        ["93.184.215.14", "10.0.0.1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["93.184.215.14", "::1"],
        ["127.0.0.1"],
    ],
)
def test_n02_a_name_with_one_private_address_is_refused(ips, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("something was sent"))
    for loopback in (False, True):
        with pytest.raises(Unsent) as error:
            Fetcher(loopback, lambda host, port: ips).post("https://partner.example/", b"", {})
        assert error.value.code == "refused"


def test_a_name_without_an_address():
    def fail(host, port):
        raise socket.gaierror

    for resolver in (fail, lambda host, port: []):
        with pytest.raises(Unsent) as error:
            Fetcher(resolver=resolver).post("https://partner.example/", b"", {})
        assert error.value.code == "unresolved"


def test_loopback_is_refused_where_it_is_not_allowed():
    with pytest.raises(Invalid):
        Fetcher(resolver=lambda *_: pytest.fail("resolved")).post("http://127.0.0.1:1/", b"", {})


def test_n03_the_name_is_resolved_once_and_the_connection_goes_there(monkeypatch):
    """DNS rebinding: a second query would give another address (`docs/security.md` N03)."""
    queries, connections = [], []

    def resolve(host, port):
        queries.append((host, port))
        return ["93.184.215.14"] if len(queries) == 1 else ["127.0.0.1"]

    def connect(address, *_others, **_more):
        connections.append(address)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unsent):
        Fetcher(resolver=resolve).post("https://partner.example/", b"", {})
    assert (queries, connections) == ([("partner.example", 443)], [("93.184.215.14", 443)])


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for partner.example: (TLS context of the server, TLS context of a client that trusts it)."""
    home = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "partner.example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("partner.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (home / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (home / "key.pem").write_bytes(private)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(home / "cert.pem", home / "key.pem")
    return serving, ssl.create_default_context(cafile=str(home / "cert.pem"))


def redirect_connections(port, monkeypatch):
    """Connect to the server on this machine whatever the address, so that a public one can be tested."""
    create_connection = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda _, *a, **k: create_connection(("127.0.0.1", port), *a, **k))


@pytest.mark.parametrize(("host", "works"), [("partner.example", True), ("other.example", False)])
def test_the_certificate_is_checked_for_the_name(authority, monkeypatch, host, works):
    serving, trusting = authority
    names = []
    serving.sni_callback = lambda _socket, name, _context: names.append(name)
    with run_server(answer(OK), serving) as (port, requests):
        redirect_connections(port, monkeypatch)
        fetcher = Fetcher(resolver=lambda *_: ["93.184.215.14"], context=lambda: trusting)
        if works:
            assert fetcher.post(f"https://{host}/x", b"body", {}) == 200
            assert b"Host: partner.example\r\n" in requests[0]
        else:
            with pytest.raises(Unsent):
                fetcher.post(f"https://{host}/x", b"body", {})
            assert requests == []
    assert names == [host]


def test_a_stranger_s_certificate_is_not_trusted(authority, monkeypatch):
    serving, _ = authority
    with run_server(answer(OK), serving) as (port, requests):
        redirect_connections(port, monkeypatch)
        with pytest.raises(Unsent) as error:
            Fetcher(resolver=lambda *_: ["93.184.215.14"]).post("https://partner.example/", b"body", {})
    assert (error.value.code, requests) == ("unreachable", [])
