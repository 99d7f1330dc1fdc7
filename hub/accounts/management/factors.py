"""Changes of an account's factors by its owner (LA-8, SE-1), which need a step-up within the last five minutes.

With each change the other sessions of the account end, and this one gets a new id.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.accounts.credentials.codes import (
    SEED_BYTES,
    find_totp_step,
    make_recovery_codes,
    make_totp_uri,
    read_totp_code,
    spell_seed,
)
from hub.accounts.credentials.passwords import check_password, hash_password
from hub.accounts.entry.sessions import get_session, make_agent
from hub.accounts.entry.sign_in import check_step_up
from hub.accounts.management.enrolment import hash_recovery_codes
from hub.domain.errors import Conflict, Invalid, NotFound
from hub.record.accounts.challenges import Challenge, insert_challenge, take_challenge
from hub.record.accounts.events import AccountEvent, write_event
from hub.record.accounts.factors import Factors, keep_password, keep_recovery_codes, keep_totp
from hub.record.accounts.factors import read_factors as read_by_id
from hub.record.accounts.passkeys import delete_passkey
from hub.record.accounts.people import list_issuers
from hub.record.accounts.sessions import Session, delete_sessions, hash_id, make_id, replace_session
from hub.record.accounts.vault import draw, open_vault
from hub.record.db.store import Store

_TOTP = "totp"
_SEED = "challenge.totp"
_PATIENCE = 10 * 60 * 1_000_000


@dataclass(frozen=True)
class TotpSetup:
    """What the page that sets up an authenticator application shows. `handle`: a hidden field of its form."""

    handle: str = field(repr=False)
    uri: str = field(repr=False)
    seed: str = field(repr=False)


def read_factors(store: Store, session: Session) -> Factors:
    """Return the factors of the session's account."""
    with store.read() as connection:
        return read_by_id(connection, session.account_id)


def list_identity_providers(store: Store, session: Session) -> list[str]:
    """The issuers of the identity providers by which the session's account can sign in."""
    with store.read() as connection:
        return list_issuers(connection, session.account_id)


def change_password(store: Store, token: str, password: str) -> str:
    """Set a new password and return the session's new id. Raises as `_get_proven` and `check_password` do, and Busy."""
    session = _get_proven(store, token)
    check_password(password, (session.login, session.name))
    hashed = hash_password(password, open_vault(store).pepper)
    with store.write() as connection:
        keep_password(connection, session.account_id, hashed, store.now())
        write_event(connection, AccountEvent(store.now(), "password-changed", session.account_id, make_agent(session)))
    return _go_on(store, token, session)


def begin_totp(store: Store, token: str, site: str) -> TotpSetup:
    """Return a new seed for an authenticator application, to be confirmed within ten minutes. `site`: the hub's name in it."""
    session, vault = _get_proven(store, token), open_vault(store)
    handle, seed = make_id(store), draw(store, SEED_BYTES)
    hashed = vault.hash(_TOTP, handle)
    expected = Challenge(session.account_id, vault.seal(seed, _SEED, hashed.hex()))
    with store.write() as connection:
        insert_challenge(connection, hashed, _TOTP, expected, store.now() + _PATIENCE)
    return TotpSetup(handle, make_totp_uri(seed, session.login or session.name, site), spell_seed(seed))


def finish_totp(store: Store, token: str, handle: str, code: str) -> str:
    """Replace the authenticator application if `code` is one of the new one's; return the session's new id.

    Raises as `_get_proven` does; Invalid `code-wrong`, after which `begin_totp` must be called again."""
    session, vault = _get_proven(store, token), open_vault(store)
    now, owner = store.now(), session.account_id
    hashed = vault.hash(_TOTP, handle)
    with store.write() as connection:
        expected = take_challenge(connection, hashed, _TOTP, now)
    if expected is None or expected.account_id != owner:
        raise Invalid("code-wrong", where="code")
    seed = vault.open(expected.sealed, _SEED, hashed.hex())
    step = find_totp_step(seed, read_totp_code(code), now)
    if step is None:
        raise Invalid("code-wrong", where="code")
    with store.write() as connection:
        keep_totp(connection, owner, vault.seal(seed, "totp.seed", owner), step, now)
        write_event(connection, AccountEvent(now, "totp-changed", owner, make_agent(session)))
    return _go_on(store, token, session)


def renew_recovery_codes(store: Store, token: str) -> tuple[str, list[str]]:
    """Replace the recovery codes by ten new ones. Return the session's new id, and the codes, which the record does not store."""
    session, vault = _get_proven(store, token), open_vault(store)
    codes = make_recovery_codes(lambda count: draw(store, count))
    owner = session.account_id
    with store.write() as connection:
        keep_recovery_codes(connection, owner, hash_recovery_codes(vault, owner, codes))
        write_event(connection, AccountEvent(store.now(), "recovery-codes-made", owner, make_agent(session)))
    return _go_on(store, token, session), codes


def remove_passkey(store: Store, token: str, credential_id: bytes) -> str:
    """Remove one of the account's passkeys and return the session's new id.

    Raises NotFound; Conflict `factor-last` when the account could no longer sign in."""
    session = _get_proven(store, token)
    with store.write() as connection:
        delete_passkey(connection, session.account_id, credential_id)
        remaining = read_by_id(connection, session.account_id)
        if not remaining.passkeys and not (remaining.password and remaining.totp):
            raise Conflict("factor-last")
        write_event(connection, AccountEvent(store.now(), "passkey-removed", session.account_id, make_agent(session)))
    return _go_on(store, token, session)


def _get_proven(store: Store, token: str) -> Session:
    """Return the session of the cookie. Raises NotFound without one, Refused `step-up-needed`."""
    session = get_session(store, token)
    check_step_up(session, "own-factors", store.now())
    return session


def _go_on(store: Store, token: str, session: Session) -> str:
    vault, after = open_vault(store), make_id(store)
    with store.write() as connection:
        delete_sessions(connection, session.account_id, but=session.sid)
        if not replace_session(connection, hash_id(vault, token), hash_id(vault, after)):
            raise NotFound
    return after
