"""Which public keys may be registered (`docs/security.md` CA-1)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey, import_key

from hub.administration.public_keys import (
    compute_fingerprint,
    make_key,
    parse_public_key,
    read_public_keys,
    strip_private_members,
)
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


def test_d5_a_public_key_in_pem_is_read_and_named_by_its_thumbprint(rsa: dict[str, Any]) -> None:
    for key in (import_key(GOOD), import_key(strip_private_members(rsa))):
        (read,) = read_public_keys(key.as_pem(private=False))
        assert read.kid == import_key(json.loads(read.jwk)).thumbprint() == key.thumbprint()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ECKey.generate_key("P-384").as_pem(private=True), "key-private"),
        (ECKey.generate_key("P-256").as_pem(private=False), "key-kind"),
        (OKPKey.generate_key("Ed25519").as_pem(private=False), "key-file"),
        (b"-----BEGIN PUBLIC KEY-----\nnothing\n-----END PUBLIC KEY-----", "key-file"),
        (b"not a key", "key-file"),
        (b"[]", "key-file"),
        (b'{"keys": []}', "key-file"),
        (b'{"keys": 5}', "key-file"),
        (json.dumps(make_key("k1")).encode(), "key-private"),
    ],
)
def test_d5_other_files_are_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_public_keys(content)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_a_fingerprint_is_read_aloud_in_groups_of_four() -> None:
    groups = compute_fingerprint(parse_public_key(GOOD)).split(" ")
    assert (len(groups), {len(group) for group in groups}) == (16, {4})
