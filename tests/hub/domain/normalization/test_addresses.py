"""IP addresses of callers: one form for each, none for what is no address."""

import pytest

from hub.domain.normalization.addresses import is_loopback, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", "None"),
        ("unix:", "None"),
        ("192.0.2.7:443", "None"),
    ],
)
def test_each_address_has_one_form(text: str, address: str) -> None:
    assert str(parse_address(text)) == address


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_a_loopback_host_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "localhost.partner.example", "192.0.2.7", "::ffff:192.0.2.7"])
def test_any_other_host_is_none(host: str) -> None:
    assert not is_loopback(host)
