"""A sign-in that is under way at a provider: what the hub remembers, which only the same browser can bring back, once.

The session cookie does not come back from another site, so a cookie of its own binds the browser (SE-2).
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
    """`account_id`, `sid`: whose session it is for, "" at sign-in."""

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
    """Remember a sign-in for ten minutes. The state that the provider gives back, and the cookie of the browser."""
    vault, state, cookie = open_vault(store), make_id(store), make_id(store)
    hashed = vault.hash(_UPSTREAM, state)
    content = msgspec.json.encode(_Sealed(pending, vault.hash("upstream-browser", cookie)))
    sealed = vault.seal(content, "challenge.upstream", hashed.hex())
    with store.write() as connection:
        until = store.now() + PATIENCE
        insert_challenge(connection, hashed, _UPSTREAM, Challenge(pending.account_id, sealed), until)
    return state, cookie


def take_pending(store: Store, provider: str, state: str, cookie: str) -> Pending:
    """What was remembered under a state, which is of no more use then.

    Raises UpstreamFault: `state` for one that is unknown, used or ten minutes old, `browser` for another browser, `provider` for
    the state of another provider."""
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
