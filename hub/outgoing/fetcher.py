"""POST to a checked address, protected against server-side request forgery (`docs/security.md` §5.4, N02–N06).

The name is resolved once; if any of its IP addresses is not public, nothing is sent. The connection goes to the first of the
checked addresses, with SNI and certificate check for the name, so a second answer of the DNS has no effect. Redirects are not
followed, proxies of the environment are not used, the answer is limited in bytes and time, and its content is dropped.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import httpcore

from hub.domain.normalization.addresses import is_loopback
from hub.outgoing.address import EndpointAddress, is_allowed_ip, parse_endpoint
from hub.outgoing.pinned import PinnedBackend

Resolver = Callable[[str, int], list[str]]

MAX_BYTES = 64 * 1024
STEP_SECONDS, TOTAL_SECONDS = 3.0, 5.0


class Unsent(Exception):  # noqa: N818 - an outcome that callers handle, not one of the five errors
    """No complete answer came. `code`: `refused`, `unresolved`, `unreachable`, `too-slow` or `too-large`.

    There is no other detail: the subscriber must not learn about the network of the hub (`docs/security.md` N06).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a name, from the resolver of the system."""
    return [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@lru_cache(maxsize=1)
def make_tls_context() -> ssl.SSLContext:
    """The client context: TLS 1.2 or newer, with the certificate authorities of the system. Made once."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@dataclass(frozen=True)
class Fetcher:
    """`loopback`: this machine may be called too (for the demo). `resolver`, `context`: replaced in tests."""

    loopback: bool = False
    resolver: Resolver = resolve
    context: Callable[[], ssl.SSLContext] = make_tls_context

    def post(self, url: str, body: bytes, headers: Mapping[str, str], seconds: float = TOTAL_SECONDS) -> int:
        """POST `body` to `url` and return the status of the answer, received whole within `seconds`.

        Raises Invalid for a URL that is not accepted, and Unsent when nothing may be sent or no whole answer comes.
        """
        address = parse_endpoint(url, loopback=self.loopback)
        deadline = time.monotonic() + min(seconds, TOTAL_SECONDS)
        backend = PinnedBackend(self._choose_ip(address), deadline)
        # httpcore reads no proxy from the environment and follows no redirect.
        pool = httpcore.ConnectionPool(ssl_context=self.context(), max_connections=1, network_backend=backend)
        all_headers = [
            ("Host", address.authority),
            *headers.items(),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ]
        try:
            with (
                pool,
                pool.stream(
                    "POST", _build_url(address), headers=all_headers, content=body, extensions=_TIMEOUTS
                ) as answer,
            ):
                _drain(answer, deadline)
                return answer.status
        except httpcore.TimeoutException:
            raise Unsent("too-slow") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError):
            raise Unsent("unreachable") from None

    def _choose_ip(self, address: EndpointAddress) -> str:
        """The first IP address of the host, if all of them are allowed. Raises Unsent `unresolved` or `refused`."""
        try:
            ips = self.resolver(address.host, address.port)
        except (OSError, UnicodeError):
            raise Unsent("unresolved") from None
        if not ips:
            raise Unsent("unresolved")
        to_loopback = self.loopback and is_loopback(address.host)
        if not all(is_allowed_ip(ip, loopback=to_loopback) for ip in ips):
            raise Unsent("refused")
        return ips[0]


_TIMEOUTS = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), STEP_SECONDS)}


def _build_url(address: EndpointAddress) -> httpcore.URL:
    return httpcore.URL(
        scheme=address.scheme.encode(), host=address.host.encode(), port=address.port, target=address.target.encode()
    )


def _drain(answer: httpcore.Response, deadline: float) -> None:
    """Read and drop the body. Raises Unsent `too-large` or `too-slow` at its limits."""
    size = 0
    for chunk in answer.iter_stream():
        size += len(chunk)
        if size > MAX_BYTES:
            raise Unsent("too-large")
        if time.monotonic() >= deadline:
            raise Unsent("too-slow")
