"""Addresses that are refused before anything is sent (`docs/security.md` N01, N02, N07)."""

import pytest

from hub.domain.errors import Invalid
from hub.outgoing.address import is_allowed_ip, parse_endpoint

PUBLIC = ["https://partner.example/hook", "https://a.b.partner.example:443/x?y=z", "https://Partner.Example"]
REFUSED = [
    "http://partner.example/",
    "https://partner.example:8443/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://8.8.8.8/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[64:ff9b::a00:1]/",
    "https://localhost/",
    "https://intranet/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://x.localhost/",
    "https://partner.example./",
    "https://pаrtner.example/",
    "https://partner.example@evil.example/",
    "https://partner.example\\@evil.example/",
    "https://partner.example#@evil.example/",
    "https://partner.example/#x",
    "https://partner%2eexample/",
    "https://partner.example /",
    "https://partner.example/\r\nX-Evil: 1",
    "https://partner.example:99999/",
    "https://-partner.example/",
    "ftp://partner.example/",
    "file:///etc/passwd",
    "gopher://partner.example/",
    "//partner.example/",
    "partner.example",
    "https://",
    "https:///x",
    "",
    "https://partner.example/" + "x" * 2048,
]


@pytest.mark.parametrize("url", PUBLIC)
def test_public_names_over_https_are_accepted(url):
    endpoint = parse_endpoint(url)
    assert (endpoint.scheme, endpoint.port) == ("https", 443)
    assert endpoint.host.endswith("partner.example")
    assert endpoint.authority == endpoint.host


@pytest.mark.parametrize("url", REFUSED)
def test_n01_n07_everything_else_is_refused_with_one_code(url):
    with pytest.raises(Invalid) as error:
        parse_endpoint(url)
    assert [problem.code for problem in error.value.problems] == ["endpoint-refused"]


def test_path_and_query_are_kept_as_written():
    assert parse_endpoint("https://partner.example/a%20b/?q=1&r").target == "/a%20b/?q=1&r"
    assert parse_endpoint("https://partner.example").target == "/"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8801/x", "http://localhost:1/", "https://[::1]:9/", "http://127.3.2.1/"]
)
def test_loopback_only_where_it_is_allowed(url):
    assert parse_endpoint(url, loopback=True).target in ("/x", "/")
    with pytest.raises(Invalid):
        parse_endpoint(url)


@pytest.mark.parametrize(
    "url", ["http://partner.example/", "http://10.0.0.1/", "http://169.254.169.254/", "http://2130706433/"]
)
def test_loopback_allows_no_other_address(url):
    with pytest.raises(Invalid):
        parse_endpoint(url, loopback=True)


def test_the_host_header_has_the_port_unless_it_is_the_default():
    assert parse_endpoint("http://localhost:8801/", loopback=True).authority == "localhost:8801"
    assert parse_endpoint("https://[::1]:9/", loopback=True).authority == "[::1]:9"
    assert parse_endpoint("http://localhost/", loopback=True).authority == "localhost"


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses(address):
    assert is_allowed_ip(address)
    assert not is_allowed_ip(address, loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1", "2001:0:a00:1::1", "2001:db8::1", "not an address", "",
    ],
)  # fmt: skip
def test_n01_addresses_that_are_not_public(address):
    assert not is_allowed_ip(address)


def test_loopback_is_allowed_where_it_is_set():
    assert is_allowed_ip("::1", loopback=True)
