"""A sign-in that is pending at an identity provider; only the same browser can complete it, once.

The session cookie is not sent with the redirect from another site, so a cookie of its own identifies the browser (SE-2).
"""

from __future__ import annotations

import hmac
from typing import Literal

import msgspec

from hub.accounts.upstream.transport import UpstreamFault
from hub.record.accounts.challenges import Challenge, insert_challenge, take_challenge
from hub.record.accounts.sessions import make_id
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store

Purpose = Literal["sign-in", "link", "step-up"]

PATIENCE = 10 * 60 * 1_000_000
_UPSTREAM = "upstream"
_LONGEST = 128


class Pending(msgspec.Struct, frozen=True):
    """A pending sign-in. `account_id`, `sid`: the account and session of a link or step-up, "" at sign-in."""

    provider: str
    purpose: Purpose
    nonce: str
    verifier: str
    account_id: str = ""
    sid: str = ""


class _Sealed(msgspec.Struct, frozen=True):
    pending: Pending
    browser: bytes


def keep_pending(store: Store, pending: Pending) -> tuple[str, str]:
    """Store a pending sign-in for ten minutes. Return the `state` for the provider and the value of the browser's cookie."""
    vault, state, cookie = open_vault(store), make_id(store), make_id(store)
    hashed = vault.hash(_UPSTREAM, state)
    content = msgspec.json.encode(_Sealed(pending, vault.hash("upstream-browser", cookie)))
    sealed = vault.seal(content, "challenge.upstream", hashed.hex())
    with store.write() as connection:
        until = store.now() + PATIENCE
        insert_challenge(connection, hashed, _UPSTREAM, Challenge(pending.account_id, sealed), until)
    return state, cookie


def take_pending(store: Store, provider: str, state: str, cookie: str) -> Pending:
    """Delete and return the pending sign-in of a `state`.

    Raises UpstreamFault `state` when it is unknown, used or ten minutes old, `browser` for another browser, `provider` when it
    belongs to another provider."""
    if not 0 < len(state) <= _LONGEST or len(cookie) > _LONGEST:
        raise UpstreamFault("state")
    vault = open_vault(store)
    hashed = vault.hash(_UPSTREAM, state)
    with store.write() as connection:
        expected = take_challenge(connection, hashed, _UPSTREAM, store.now())
    if expected is None:
        raise UpstreamFault("state")
    sealed = msgspec.json.decode(vault.open(expected.sealed, "challenge.upstream", hashed.hex()), type=_Sealed)
    if not hmac.compare_digest(sealed.browser, vault.hash("upstream-browser", cookie)):
        raise UpstreamFault("browser")
    if sealed.pending.provider != provider:
        raise UpstreamFault("provider")
    return sealed.pending
