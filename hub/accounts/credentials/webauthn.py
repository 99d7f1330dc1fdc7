"""Passkeys: the options for browsers, and the verification of their answers (LA-1; Web Authentication Level 3, §7). Pure.

A passkey with user verification is two factors in one: a device, and a finger, a face or a PIN.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.domain.errors import Invalid

_LONGEST_ANSWER = 64 * 1024
_MILLISECONDS = 5 * 60 * 1_000
# The exceptions that the library raises for a malformed answer.
_FAULTS = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
)


@dataclass(frozen=True)
class RelyingParty:
    """The hub as a relying party. `host`: the name that passkeys are bound to. `origin`: scheme, host and port."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Registered:
    """A new passkey. `public_key`: COSE (RFC 9052)."""

    credential_id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int


@dataclass(frozen=True)
class Answer:
    """A parsed answer that is not verified yet. `challenge`: the one that it answers. `user`: the account that it names, or
    b""."""

    text: str = field(repr=False)
    credential_id: bytes
    challenge: bytes = field(repr=False)
    user: bytes


def make_relying_party(base_url: str, name: str) -> RelyingParty | None:
    """Return the relying party at `base_url`; None when its host is an IP address, for which browsers have no passkeys."""
    host = urlsplit(base_url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, base_url, name)
    return None


def ask_to_register(party: RelyingParty, account_id: str, login: str, challenge: bytes, known: Iterable[bytes]) -> str:
    """Return the options of `navigator.credentials.create()` as JSON. `known`: the passkeys that the account has."""
    return options_to_json(
        generate_registration_options(
            rp_id=party.host,
            rp_name=party.name,
            user_id=account_id.encode(),
            user_name=login,
            challenge=challenge,
            timeout=_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
        )
    )


def ask_to_sign_in(party: RelyingParty, challenge: bytes, allowed: Iterable[bytes] = ()) -> str:
    """Return the options of `navigator.credentials.get()` as JSON. `allowed`: the passkeys that may answer; when empty, any."""
    return options_to_json(
        generate_authentication_options(
            rp_id=party.host,
            challenge=challenge,
            timeout=_MILLISECONDS,
            user_verification=UserVerificationRequirement.REQUIRED,
            allow_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in allowed],
        )
    )


def read_registration(text: str) -> Answer:
    """Parse the result of `create()`. Raises Invalid `passkey-refused`."""
    _check_length(text)
    try:
        credential = parse_registration_credential_json(text)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    except _FAULTS:
        raise Invalid("passkey-refused") from None
    return Answer(text, credential.raw_id, challenge, b"")


def read_assertion(text: str) -> Answer:
    """Parse the result of `get()`. Raises Invalid `passkey-refused`."""
    _check_length(text)
    try:
        credential = parse_authentication_credential_json(text)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    except _FAULTS:
        raise Invalid("passkey-refused") from None
    return Answer(text, credential.raw_id, challenge, credential.response.user_handle or b"")


def verify_registration(party: RelyingParty, answer: Answer) -> Registered:
    """Verify a registration whose challenge is known to be the hub's, and return its passkey.

    Raises Invalid `passkey-refused`."""
    try:
        verified = verify_registration_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _FAULTS:
        raise Invalid("passkey-refused") from None
    return Registered(verified.credential_id, verified.credential_public_key, verified.sign_count)


def verify_assertion(party: RelyingParty, answer: Answer, public_key: bytes) -> int:
    """Verify an assertion whose challenge is known to be the hub's, and return the authenticator's counter.

    The caller compares the counter with the former one. Raises Invalid `passkey-refused`."""
    try:
        verified = verify_authentication_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _FAULTS:
        raise Invalid("passkey-refused") from None
    return verified.new_sign_count


def _check_length(text: str) -> None:
    if len(text) > _LONGEST_ANSWER:
        raise Invalid("passkey-refused")
