"""IP addresses and hosts, of callers and of settings. Pure."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def parse_address(text: str) -> Address | None:
    """Return the address in `text`, None for anything else. A zone (`%eth0`) is left out; an IPv4 address that is mapped into
    IPv6 is that IPv4 address."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine: `localhost`, or a loopback address."""
    address = parse_address(host)
    return host == "localhost" if address is None else address.is_loopback
