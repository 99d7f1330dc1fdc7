"""Debian's nginx with `deploy/nginx/maillage.conf`, on free ports of loopback, and a client of it."""

from __future__ import annotations

import datetime
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deploy.processes import ROOT, free_port

NAME = "hub.example.org"
PAGE = ROOT / "deploy" / "nginx" / "maillage.conf"
HOW_TO_GET_IT = "no nginx here: apt-get install nginx"
# All that is nginx's own, and not the page's.
_MAIN = """daemon off;
{user}
pid {home}/nginx.pid;
error_log {home}/start.log;
events {{}}
http {{
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/maillage.conf;
}}
"""


def find_nginx() -> str | None:
    """The program, which is not on every account's path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Proxy:
    """A running nginx. `port`: of TLS; `plain_port`: the one without. `home` has its certificate and its logs."""

    home: Path
    port: int
    plain_port: int

    def connect(self, source: str = "127.0.0.1", name: str = NAME) -> ssl.SSLSocket:
        """A TLS connection from the address `source`, which trusts the certificate of `home` for `name`."""
        plain = socket.create_connection(("127.0.0.1", self.port), 20, (source, 0))
        context = ssl.create_default_context(cafile=str(self.home / "fullchain.pem"))
        try:
            return context.wrap_socket(plain, server_hostname=name)
        except OSError:
            plain.close()
            raise

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | Iterator[bytes] | None = None,
        headers: Mapping[str, str] = {},
        source: str = "127.0.0.1",
    ) -> Answer:
        """One request on a connection of its own. `path` goes out as it is written."""
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connect(source)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            if isinstance(body, bytes):
                connection.putheader("Content-Length", str(len(body)))
            elif body is not None:
                connection.putheader("Transfer-Encoding", "chunked")
            for header, value in headers.items():
                connection.putheader(header, value)
            connection.endheaders(body, encode_chunked=not isinstance(body, bytes))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


def write_configuration(home: Path, hub_port: int, **changes: str) -> Proxy:
    """The page in `home` with the paths and ports of the tests. `changes`: directive → its value in place of the page's.

    Raises AssertionError or ValueError when the page has not what is replaced."""
    proxy = Proxy(home, free_port(), free_port())
    page = PAGE.read_text("utf-8")
    replacements = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{hub_port};",
        "/etc/maillage/tls/fullchain.pem": f"{home}/fullchain.pem",
        "/etc/maillage/tls/privkey.pem": f"{home}/privkey.pem",
        "/var/log/nginx/maillage.log": f"{home}/access.log",
        "/var/log/nginx/maillage-error.log": f"{home}/error.log",
    }
    for directive, value in changes.items():
        (line,) = {line.strip() for line in page.splitlines() if line.strip().startswith(f"{directive} ")}
        replacements[line] = f"{directive} {value};"
    for text, replacement in replacements.items():
        assert text in page, text
        page = page.replace(text, replacement)
    # Loopback alone, and no IPv6, which a container may not have.
    for address, port in (("443 ssl", proxy.port), ("80", proxy.plain_port)):
        page = page.replace(f"listen [::]:{address}", f"# listen [::]:{address}")
        page = page.replace(
            f"listen {address}", f"listen 127.0.0.1:{port}{address.removeprefix('443').removeprefix('80')}"
        )
    (home / "maillage.conf").write_text(page)
    user = "user root;" if os.geteuid() == 0 else ""
    (home / "nginx.conf").write_text(_MAIN.format(home=home, user=user))
    write_certificate(home)
    return proxy


@contextmanager
def run_nginx(program: str, home: Path, hub_port: int, **changes: str) -> Iterator[Proxy]:
    """nginx in front of the hub at `hub_port`, until the end of the block."""
    proxy = write_configuration(home, hub_port, **changes)
    process = subprocess.Popen([program, "-p", home, "-c", home / "nginx.conf"], stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            try:
                proxy.connect().close()
                break
            except ConnectionError:
                time.sleep(0.05)
        assert process.poll() is None, (home / "start.log").read_text()
        yield proxy
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def write_certificate(home: Path) -> None:
    """A certificate for NAME that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (home / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
