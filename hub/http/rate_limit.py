"""How many requests a caller may send: HUB_LIMIT_RATE and HUB_LIMIT_BURST (`docs/security.md` §5.3; RFC 6585 §4)."""

from __future__ import annotations

import ipaddress
from collections.abc import Container
from pathlib import Path

from hub.domain.actor import Actor
from hub.domain.errors import Refused
from hub.domain.normalization.addresses import parse_address
from hub.http.rate_table import RateTable
from hub.http.request_context import RequestContext

# One household or office has a whole /64 of IPv6 (RFC 6177 §2).
_IPV6_PREFIX = 64


class RateExceeded(Refused):
    """Too many requests: HTTP 429 with `retry_after`, in seconds, as Retry-After."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("rate-exceeded")
        self.retry_after = retry_after


class RateLimit:
    """A limit of `hub.http.guards.Guard`: each request, and each entry of a Bundle, counts for the client that is
    authenticated, else for the address that it comes from.

    `exempt`: routes that are not counted. An entry of a transaction is counted and not refused, since a transaction is
    answered whole (https://hl7.org/fhir/R4/http.html#transaction): the requests after it wait for longer."""

    def __init__(self, path: Path, rate: int, burst: int, exempt: Container[str] = ()) -> None:
        self._table = RateTable(path, rate, burst or rate)
        self._exempt = exempt

    def __call__(self, context: RequestContext, actor: Actor | None) -> None:
        """Count the request of `context`; RateExceeded when its caller has to wait."""
        if context.route not in self._exempt:
            caller = f"client {actor.client}" if actor else f"address {_get_network(context.address)}"
            self._count(caller, is_refusable=not context.in_transaction)

    def count_client(self, client: str) -> None:
        """Count a request of `client` that authenticates itself without a token; RateExceeded when it has to wait."""
        self._count(f"client {client}", is_refusable=True)

    def _count(self, caller: str, *, is_refusable: bool) -> None:
        if seconds := self._table.take(caller, is_refusable=is_refusable):
            raise RateExceeded(seconds)


def _get_network(address: str) -> str:
    """Return the address of IPv4, the /64 of IPv6, and anything else as it is."""
    parsed = parse_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
    return str(parsed or address)
