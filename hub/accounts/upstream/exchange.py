"""Exchange the code of an identity provider for the person (OpenID Connect Core §3.1.3; `docs/security.md` §2.3)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from hub.accounts.entry.sign_in import STEP_UP_MICROSECONDS
from hub.accounts.upstream.claims import OLDEST_PROOF, Expected, Person, read_person, verify_id_token, verify_userinfo
from hub.accounts.upstream.pending import Pending
from hub.accounts.upstream.providers import Provider
from hub.accounts.upstream.transport import UpstreamFault

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_LONGEST_CODE = 4_096


@dataclass(frozen=True)
class Proven:
    """A person who signed in, and the ID token, which the sign-out at the provider needs."""

    person: Person
    id_token: str = field(repr=False)


def make_code_challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 §4.2)."""
    challenge: str = create_s256_code_challenge(verifier)
    return challenge


def exchange_code(provider: Provider, pending: Pending, code: str, redirect_uri: str, now: int) -> Proven:
    """Fetch and verify the tokens for `code`, and return the person. `now`: in seconds. Raises UpstreamFault."""
    if not 0 < len(code) <= _LONGEST_CODE or not code.isprintable():
        raise UpstreamFault("code")
    metadata, preset = provider.read_metadata(now), provider.preset
    tokens = _fetch_tokens(provider, pending, code, redirect_uri, metadata.token_endpoint)
    id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str) or not access_token.isprintable():
        raise UpstreamFault("no-token")
    oldest = STEP_UP_MICROSECONDS // 1_000_000 if pending.purpose == "step-up" else OLDEST_PROOF
    expected = Expected(provider.client_id, pending.nonce, access_token, now, oldest)
    claims = verify_id_token(id_token, provider.read_keys(now, _read_kid(id_token)), preset, expected)
    reply = provider.caller.get(metadata.userinfo_endpoint, {"Authorization": f"Bearer {access_token}"})
    if preset.userinfo == "jwt":
        keys = provider.read_keys(now, _read_kid(reply.content.decode("latin-1")))
        userinfo = verify_userinfo(reply.content, reply.kind, keys, preset, provider.client_id)
    else:
        userinfo = reply.read_object()
    return Proven(read_person(claims, userinfo, preset), id_token)


def _fetch_tokens(provider: Provider, pending: Pending, code: str, redirect_uri: str, endpoint: str) -> dict[str, Any]:
    body: str = prepare_token_request(
        "authorization_code", redirect_uri=redirect_uri, code=code, code_verifier=pending.verifier
    )
    auth = ClientAuth(provider.client_id, provider.client_secret, provider.preset.client_authentication)
    _, headers, form = auth.prepare("POST", endpoint, dict(_FORM), body)
    return provider.caller.post(endpoint, form, headers).read_object()


def _read_kid(token: str) -> str:
    """Return the `kid` of a JWT, which is not verified yet. Raises UpstreamFault without one."""
    try:
        header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    except (ValueError, RecursionError):
        raise UpstreamFault("signature") from None
    kid = header.get("kid") if isinstance(header, dict) else None
    if not isinstance(kid, str):
        raise UpstreamFault("signature")
    return kid
