"""Bearer tokens on the wire (RFC 6750)."""

from __future__ import annotations

import pytest

from hub.domain.errors import Malformed, Refused
from hub.http import bearer

TOKEN = "A-z_0" + "b" * 38


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_has_no_case(scheme: str) -> None:
    assert bearer.read_token(f"{scheme} {TOKEN}") == TOKEN


@pytest.mark.parametrize("value", [None, "", "Basic eDp5", "Bearertoken", TOKEN])
def test_no_credentials_get_a_challenge_without_an_error(value: str | None) -> None:
    with pytest.raises(bearer.Unauthenticated) as raised:
        bearer.read_token(value)
    assert raised.value.challenge == 'Bearer realm="fhir"'
    assert raised.value.problems[0].code == "token-required"


@pytest.mark.parametrize("token", ["", " ", "x", f" {TOKEN}", f"{TOKEN} ", f"{TOKEN}x", f"{TOKEN[:-1]}é", f"{TOKEN}\n"])
def test_what_the_hub_never_issued(token: str) -> None:
    with pytest.raises(bearer.Unauthenticated) as raised:
        bearer.read_token(f"Bearer {token}")
    assert raised.value.challenge == 'Bearer realm="fhir", error="invalid_token"'
    assert raised.value.problems[0].code == "token-invalid"


def test_two_headers() -> None:
    with pytest.raises(Malformed):
        bearer.read_token(f"Bearer {TOKEN},Bearer {TOKEN}")


def test_rs_2_the_challenge_of_a_narrow_scope() -> None:
    assert bearer.CHALLENGE_INSUFFICIENT_SCOPE == 'Bearer realm="fhir", error="insufficient_scope"'


def test_it_is_one_of_the_five() -> None:
    assert isinstance(bearer.make_missing_token_error(), Refused)
