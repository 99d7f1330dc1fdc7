"""Which public keys may be registered (`docs/security.md` CA-1)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from hub.auth import make_key, parse_public_key
from hub.auth.keys import strip_private_members
from hub.domain.errors import Invalid

GOOD = strip_private_members(make_key("k1"))


def get_code(jwk: dict[str, Any]) -> str:
    with pytest.raises(Invalid) as raised:
        parse_public_key(jwk)
    return raised.value.problems[0].code


def test_ca_1_the_two_kinds(rsa: dict[str, Any]) -> None:
    assert (parse_public_key(GOOD).kid, parse_public_key(GOOD).alg) == ("k1", "ES384")
    assert parse_public_key(strip_private_members(rsa)).alg == "RS384"


def test_ca_1_only_the_members_of_the_key_are_stored() -> None:
    members = json.loads(parse_public_key({**GOOD, "x5u": "https://evil.example", "more": 1}).jwk)
    assert set(members) == {"kty", "crv", "x", "y"}


def test_ca_1_a_private_key_is_refused() -> None:
    assert get_code(make_key("k1")) == "key-private"
    assert get_code({**OctKey.generate_key(256).as_dict(private=True), "kid": "k1"}) == "key-private"


@pytest.mark.parametrize("kid", [None, "", 5, ["k1"], "a\x00b", "x" * 256])
def test_ca_1_a_kid(kid: Any) -> None:
    assert get_code({**GOOD, "kid": kid}) == "key-kid"


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "RS384"},
        {"alg": "ES256"},
        {"alg": None},
        {"x": "AA"},
        {"x": 5},
        {"crv": "P-999"},
        {"crv": None},
        {"kty": "RSA"},
        {"kty": ["EC"]},
        {"kty": "oct"},
    ],
)
def test_ca_1_invalid_keys(change: dict[str, Any]) -> None:
    assert get_code({**GOOD, **change}) == "key-kind"


def test_ca_1_other_kinds_of_key() -> None:
    for key in (ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")):
        assert get_code({**key.as_dict(private=False), "kid": "k1"}) == "key-kind"


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_ca_1_rsa_of_2048_bits_at_least() -> None:
    short, enough = (RSAKey.generate_key(bits).as_dict(private=False) for bits in (1024, 2048))
    assert get_code({**short, "kid": "k1"}) == "key-kind"
    assert parse_public_key({**enough, "kid": "k1"}).alg == "RS384"
