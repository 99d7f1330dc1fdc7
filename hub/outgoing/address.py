"""Which addresses the hub may call by itself: judged by their spelling, then by what their name resolves to. Pure.

`docs/security.md` §5.4, N01, N02, N07; the special ranges are those of the IANA registries, as Python knows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from hub.domain.errors import Invalid

MAX_LENGTH = 2048
PORTS = frozenset({443})
_VISIBLE = re.compile(r"[!-\[\]-~]+", re.ASCII)  # no space, no control character, no backslash, ASCII only
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The last label has a letter, so that no spelling of a number (127.1, 0x7f.1, 2130706433) is a name.
_NAME = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+(?=[A-Za-z0-9-]*[A-Za-z])(?!0[xX]){_LABEL}", re.ASCII)
_PRIVATE_SUFFIXES = (
    ".internal",
    ".local",
    ".localhost",
    ".localdomain",
    ".home.arpa",
    ".intranet",
    ".lan",
    ".corp",
    ".onion",
)
# IPv6 that carries an IPv4 address inside or leads to one: NAT64 (both prefixes) is not told by `ipaddress`.
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ip_network("::/96")

IP = IPv4Address | IPv6Address


@dataclass(frozen=True)
class EndpointAddress:
    """A judged URL. `host`: a name, or on loopback an address. `target`: path and query as they go into the request line."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The Host header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


def parse_endpoint(url: str, *, loopback: bool = False) -> EndpointAddress:
    """The parts of `url`, if the hub may call it: https, port 443, a public name. Nothing is resolved here.

    `loopback`: http and https to this machine are taken too, on any port (the demo). Invalid `endpoint-refused`."""
    if len(url) > MAX_LENGTH or _VISIBLE.fullmatch(url) is None:
        raise Invalid("endpoint-refused")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Invalid("endpoint-refused") from None
    if "@" in parts.netloc or "#" in url or parts.scheme not in ("https", "http") or "%" in parts.netloc:
        raise Invalid("endpoint-refused")
    found = EndpointAddress(
        parts.scheme, host, port or (443 if parts.scheme == "https" else 80), _build_target(parts.path, parts.query)
    )
    if not (loopback and is_loopback(host)) and not _is_public(found):
        raise Invalid("endpoint-refused")
    return found


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its usual name or by a literal address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_allowed_ip(address: str, *, loopback: bool = False) -> bool:
    """Whether a resolved IP address is one of the public internet; with `loopback`, this machine's only."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if loopback:
        return found.is_loopback
    return all(_is_global(one) for one in _list_embedded(found))


def _build_target(path: str, query: str) -> str:
    return (path or "/") + (f"?{query}" if query else "")


def _is_public(found: EndpointAddress) -> bool:
    return (
        found.scheme == "https"
        and found.port in PORTS
        and _NAME.fullmatch(found.host) is not None
        and not found.host.endswith(_PRIVATE_SUFFIXES)
    )


def _is_global(address: IP) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _list_embedded(address: IP) -> list[IP]:
    """`address` and every IPv4 address that it carries: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return [address]
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *(one for one in inside if one is not None)]
