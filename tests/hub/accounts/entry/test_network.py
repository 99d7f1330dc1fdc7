"""What is kept of where a request comes from."""

from __future__ import annotations

import pytest

from hub.accounts.entry.network import make_origin

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2ff:3::4", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("unix:", "unknown"),
        ("", "unknown"),
    ],
)
def test_la_6_the_network_is_a_24_or_a_56(address: str, network: str) -> None:
    assert make_origin(address, "").network == network


@pytest.mark.parametrize(
    ("header", "agent"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.5 <script>", "unknown"),
        ("", "unknown"),
    ],
)
def test_se_1_the_agent_is_a_summary(header: str, agent: str) -> None:
    assert make_origin("192.0.2.1", header).agent == agent
