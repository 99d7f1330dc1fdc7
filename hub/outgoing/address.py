"""Which addresses the hub may send to: a URL is checked as text, and an IP address after the name is resolved. Pure.

`docs/security.md` §5.4, N01, N02, N07. The special-purpose ranges are those of the IANA registries, from Python's `ipaddress`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from hub.domain.errors import Invalid
from hub.domain.normalization.addresses import is_loopback

MAX_LENGTH = 2048
PORTS = frozenset({443})
_VISIBLE = re.compile(r"[!-\[\]-~]+", re.ASCII)  # no space, no control character, no backslash, ASCII only
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The last label has a letter, so that a number in any notation (127.1, 0x7f.1, 2130706433) is not taken for a name.
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
# IPv6 ranges that embed an IPv4 address and that `ipaddress` does not unwrap: NAT64 (both prefixes) and IPv4-compatible.
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ip_network("::/96")

IP = IPv4Address | IPv6Address


@dataclass(frozen=True)
class EndpointAddress:
    """The parts of an accepted URL.

    `host`: a name, or on loopback an IP address. `target`: path and query as they are in the request line.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of the Host header: the port only if it is not the default of the scheme."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


def parse_endpoint(url: str, *, loopback: bool = False) -> EndpointAddress:
    """The parts of `url`, if the hub may send to it: https, port 443, a public name. Nothing is resolved here.

    `loopback`: also accept http and https to this machine, on any port (for the demo). Raises Invalid `endpoint-refused`.
    """
    if len(url) > MAX_LENGTH or _VISIBLE.fullmatch(url) is None:
        raise Invalid("endpoint-refused")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Invalid("endpoint-refused") from None
    if "@" in parts.netloc or "#" in url or parts.scheme not in ("https", "http") or "%" in parts.netloc:
        raise Invalid("endpoint-refused")
    endpoint = EndpointAddress(
        parts.scheme, host, port or (443 if parts.scheme == "https" else 80), _build_target(parts.path, parts.query)
    )
    if not (loopback and is_loopback(host)) and not _is_public(endpoint):
        raise Invalid("endpoint-refused")
    return endpoint


def is_allowed_ip(address: str, *, loopback: bool = False) -> bool:
    """Whether the hub may connect to the resolved IP `address`: a public one; with `loopback`, only one of this machine."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if loopback:
        return ip.is_loopback
    return all(_is_global(embedded) for embedded in _list_embedded(ip))


def _build_target(path: str, query: str) -> str:
    return (path or "/") + (f"?{query}" if query else "")


def _is_public(endpoint: EndpointAddress) -> bool:
    return (
        endpoint.scheme == "https"
        and endpoint.port in PORTS
        and _NAME.fullmatch(endpoint.host) is not None
        and not endpoint.host.endswith(_PRIVATE_SUFFIXES)
    )


def _is_global(address: IP) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _list_embedded(address: IP) -> list[IP]:
    """`address` and every IPv4 address embedded in it: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return [address]
    embedded = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        embedded.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *(ip for ip in embedded if ip is not None)]
