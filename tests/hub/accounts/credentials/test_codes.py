"""Codes of an application and for recovery."""

from __future__ import annotations

import secrets

import pytest

from hub.accounts.credentials.codes import (
    find_totp_step,
    make_recovery_codes,
    make_totp_code,
    make_totp_uri,
    read_recovery_code,
    read_totp_code,
    spell_seed,
)

# RFC 6238, appendix B: SHA-1, the last six of eight digits.
SEED = b"12345678901234567890"
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]
SECOND = 1_000_000


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_la_4_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert make_totp_code(SEED, seconds // 30) == code
    assert find_totp_step(SEED, code, seconds * SECOND) == seconds // 30


@pytest.mark.parametrize(("seconds", "taken"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)])
def test_la_4_one_step_either_way(seconds: int, taken: bool) -> None:
    now = 1_800_000_000
    step = now // 30
    assert (find_totp_step(SEED, make_totp_code(SEED, step), (now + seconds) * SECOND) == step) is taken


def test_la_4_a_step_that_was_taken_is_over() -> None:
    now = 1_800_000_000
    code = make_totp_code(SEED, now // 30)
    assert find_totp_step(SEED, code, now * SECOND, now // 30 - 1) == now // 30
    assert find_totp_step(SEED, code, now * SECOND, now // 30) is None


def test_the_picture_says_what_an_application_reads() -> None:
    uri = make_totp_uri(SEED, "nadia@dac.example", "Maillage")
    assert uri == f"otpauth://totp/Maillage:nadia%40dac.example?secret={spell_seed(SEED)}&issuer=Maillage"


@pytest.mark.parametrize(
    ("text", "code"),
    [("123 456", "123456"), (" 123456\n", "123456"), ("12345", ""), ("１２３４５６", ""), ("abcdef", "")],
)
def test_how_a_code_is_typed(text: str, code: str) -> None:
    assert read_totp_code(text) == code


def test_la_4_ten_recovery_codes_of_128_bits() -> None:
    codes = make_recovery_codes(secrets.token_bytes)
    assert len(set(codes)) == 10
    for code in codes:
        plain = read_recovery_code(code)
        assert len(plain) == 26
        assert read_recovery_code(f" {code.upper()} ") == plain
    assert make_recovery_codes(lambda count: b"\xff" * count)[0] != make_recovery_codes(bytes)[0]


def test_what_is_read_as_another_letter_is_understood() -> None:
    assert read_recovery_code("O0-Il1 ") == "00111"
