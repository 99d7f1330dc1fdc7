"""The origin of a request in the form that is stored: a network instead of an address, a browser without version. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from hub.domain.normalization.addresses import parse_address

# LA-6: a household or an office has one of these.
_PREFIX = {4: 24, 6: 56}
_UNKNOWN = "unknown"

# The first of these that a User-Agent header contains names the browser: Edge and Opera also claim to be Chrome and Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Origin:
    """An origin. `network`: a prefix such as `203.0.113.0/24`. `agent`: browser and system, such as `Firefox, Windows`."""

    network: str
    agent: str


def make_origin(address: str, user_agent: str) -> Origin:
    """Return the origin of a request, from its client's IP address and its User-Agent header."""
    return Origin(shorten_address(address), summarise_agent(user_agent))


def shorten_address(address: str) -> str:
    """Return the /24 of an IPv4 address, the /56 of an IPv6 one, `unknown` for anything else."""
    parsed = parse_address(address)
    if parsed is None:
        return _UNKNOWN
    return str(ipaddress.ip_network((parsed, _PREFIX[parsed.version]), strict=False))


def summarise_agent(user_agent: str) -> str:
    """Return the browser and system of a User-Agent header, as far as they are known, and no text of the header itself."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or _UNKNOWN
