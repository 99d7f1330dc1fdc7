"""One POST to a judged address, and nothing else: the SSRF-safe way out (`docs/security.md` §5.4, N02–N06).

The name is resolved once; if any of its addresses is not public nothing is sent. The connection goes to the first of the
judged addresses, with SNI and certificate check for the name, so a second answer of the DNS changes nothing. No redirect is
followed, no proxy of the environment is used, the answer is bounded in bytes and in time, and its content is thrown away.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import httpcore

from hub.outgoing.address import EndpointAddress, is_allowed_ip, is_loopback, parse_endpoint
from hub.outgoing.pinned import PinnedBackend

Resolver = Callable[[str, int], list[str]]

MAX_BYTES = 64 * 1024
STEP_SECONDS, TOTAL_SECONDS = 3.0, 5.0


class Unsent(Exception):  # noqa: N818 - an end that a sender foresees, not one of the five errors
    """Nothing was answered. `code`: `refused`, `unresolved`, `unreachable`, `too-slow` or `too-large`; no detail, since what
    the network says is not for the subscriber (`docs/security.md` N06)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system resolves it."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@lru_cache(maxsize=1)
def make_tls_context() -> ssl.SSLContext:
    """TLS 1.2 or newer against the system's authorities; built once."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@dataclass(frozen=True)
class Fetcher:
    """`loopback`: this machine may be called too (the demo). `resolver`, `context`: injected by tests."""

    loopback: bool = False
    resolver: Resolver = resolve
    context: Callable[[], ssl.SSLContext] = make_tls_context

    def post(self, url: str, body: bytes, headers: Mapping[str, str], seconds: float = TOTAL_SECONDS) -> int:
        """Send `body` to `url`; the status of the answer, which came whole within `seconds`.

        Raises Invalid for an address that is refused by its spelling, and Unsent when nobody may be, or could be, reached."""
        address = parse_endpoint(url, loopback=self.loopback)
        deadline = time.monotonic() + min(seconds, TOTAL_SECONDS)
        backend = PinnedBackend(self._chosen(address), deadline)
        # The pool is handed no proxy and reads none from the environment; a redirect is an answer like any other.
        pool = httpcore.ConnectionPool(ssl_context=self.context(), max_connections=1, network_backend=backend)
        sent = [("Host", address.authority), *headers.items(), ("Accept-Encoding", "identity"), ("Connection", "close")]
        try:
            with (
                pool,
                pool.stream("POST", _build_url(address), headers=sent, content=body, extensions=_TIMEOUTS) as answer,
            ):
                _drain(answer, deadline)
                return answer.status
        except httpcore.TimeoutException:
            raise Unsent("too-slow") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError):
            raise Unsent("unreachable") from None

    def _chosen(self, address: EndpointAddress) -> str:
        try:
            found = self.resolver(address.host, address.port)
        except (OSError, UnicodeError):
            raise Unsent("unresolved") from None
        if not found:
            raise Unsent("unresolved")
        inner = self.loopback and is_loopback(address.host)
        if not all(is_allowed_ip(one, loopback=inner) for one in found):
            raise Unsent("refused")
        return found[0]


_TIMEOUTS = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), STEP_SECONDS)}


def _build_url(address: EndpointAddress) -> httpcore.URL:
    return httpcore.URL(
        scheme=address.scheme.encode(), host=address.host.encode(), port=address.port, target=address.target.encode()
    )


def _drain(answer: httpcore.Response, deadline: float) -> None:
    """Read the answer to its end or to a bound, keeping nothing of it."""
    size = 0
    for chunk in answer.iter_stream():
        size += len(chunk)
        if size > MAX_BYTES:
            raise Unsent("too-large")
        if time.monotonic() >= deadline:
            raise Unsent("too-slow")
