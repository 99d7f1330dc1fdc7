"""Requests of the hub to an identity provider: to its own hosts only, over https, limited in bytes and time (`docs/security.md`
§2.3).

No redirect is followed and no proxy of the environment is used; any failure fails the sign-in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from hub.domain.normalization.addresses import is_loopback

TIMEOUT = 3.0
TOTAL = 6.0
LONGEST = 256 * 1024


class UpstreamFault(Exception):  # noqa: N818 - an end that callers foresee, not one of the five errors
    """The sign-in at the provider fails. `reason`: a word of the hub's, never a text of the provider's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reply:
    """A response with status 200. `kind`: its media type without parameters."""

    kind: str
    content: bytes = field(repr=False)

    def read_object(self) -> dict[str, Any]:
        """Return the content as a JSON object. Raises UpstreamFault."""
        try:
            return msgspec.json.decode(self.content, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise UpstreamFault("not-json") from None


@dataclass(frozen=True)
class Caller:
    """Sends requests to `hosts` only. `loopback`: this machine may be called, by http and on any port (in the demo).
    `make_transport`: for tests; the default is httpx's own."""

    hosts: frozenset[str]
    loopback: bool = False
    make_transport: Callable[[], httpx.BaseTransport | None] = lambda: None

    def check_address(self, url: object) -> str:
        """Return the address if it is https at one of the hosts. Raises UpstreamFault."""
        if not isinstance(url, str):
            raise UpstreamFault("address")
        try:
            parts = urlsplit(url)
            host, port, user = parts.hostname or "", parts.port, parts.username
        except ValueError:
            raise UpstreamFault("address") from None
        is_local = self.loopback and is_loopback(host) and parts.scheme in ("http", "https")
        is_safe = is_local or (parts.scheme == "https" and port in (None, 443))
        if not is_safe or host not in self.hosts or user is not None:
            raise UpstreamFault("address")
        return url

    def get(self, url: object, headers: Mapping[str, str] | None = None) -> Reply:
        """Send a GET request. Raises UpstreamFault."""
        return self._send("GET", url, b"", headers or {})

    def post(self, url: object, form: str, headers: Mapping[str, str]) -> Reply:
        """Send a form. Raises UpstreamFault."""
        return self._send("POST", url, form.encode(), headers)

    def _send(self, method: str, url: object, content: bytes, headers: Mapping[str, str]) -> Reply:
        address, deadline = self.check_address(url), time.monotonic() + TOTAL
        try:
            with (
                httpx.Client(
                    timeout=TIMEOUT, follow_redirects=False, trust_env=False, transport=self.make_transport()
                ) as client,
                client.stream(method, address, content=content, headers=dict(headers)) as response,
            ):
                if response.status_code != 200:
                    raise UpstreamFault("status")
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > LONGEST or time.monotonic() > deadline:
                        raise UpstreamFault("too-much")
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError):
            raise UpstreamFault("unreachable") from None
        return Reply(kind, bytes(body))
