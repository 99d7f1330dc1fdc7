"""Sign-in and step-up with a passkey (LA-1, LA-6, LA-8).

A passkey whose counter did not increase may have been copied, so it is blocked.
"""

from __future__ import annotations

from hub.accounts.credentials.challenges import make_challenge, take_challenge
from hub.accounts.credentials.webauthn import RelyingParty, ask_to_sign_in, read_assertion, verify_assertion
from hub.accounts.entry.network import Origin
from hub.accounts.entry.sessions import get_session, make_agent
from hub.accounts.entry.sign_in import NotSignedIn, Outcome, SignedIn
from hub.accounts.entry.throttle import TooMany, begin_attempt, end_well
from hub.domain.errors import Invalid, NotFound
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.accounts.passkeys import Passkey, block_passkey, find_passkey, list_passkeys, use_passkey
from hub.record.accounts.people import list_barred
from hub.record.accounts.sessions import NewSession, hash_id, insert_session, make_id, replace_session
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store

PASSKEY = "passkey"
_SIGN_IN, _STEP_UP = "passkey-sign-in", "passkey-step-up"


def begin_sign_in(store: Store, party: RelyingParty) -> str:
    """Return the options to sign in with any passkey of the hub, as JSON; only the challenge differs between calls."""
    return ask_to_sign_in(party, make_challenge(store, _SIGN_IN, ""))


def sign_in_with_passkey(
    store: Store, party: RelyingParty, text: str, origin: Origin, *, language: str = ""
) -> Outcome:
    """Open a session for the owner of the passkey that the browser answered with."""
    vault = open_vault(store)
    attempt = begin_attempt(store, vault, "", origin.network)
    if isinstance(attempt, TooMany):
        return attempt
    try:
        passkey = _verify(store, party, _SIGN_IN, text, "")
    except Invalid:
        with store.write() as connection:
            agent = Agent(network=origin.network)
            write_event(connection, AccountEvent(store.now(), "sign-in-refused", "", agent, why=PASSKEY))
        return NotSignedIn()
    owner = passkey.account_id
    with store.write() as connection:
        barred = list_barred(connection, owner)
        opened = NewSession(owner, PASSKEY, origin.network, origin.agent, language, barred)
        token = insert_session(connection, store, vault, opened)
        agent = Agent(owner, network=origin.network)
        write_event(connection, AccountEvent(store.now(), "sign-in", owner, agent, why=PASSKEY))
    end_well(store, attempt)
    return SignedIn(token)


def begin_step_up(store: Store, token: str, party: RelyingParty) -> str:
    """Return the options for a step-up with a passkey of the session's account, as JSON. Raises NotFound without a session."""
    session = get_session(store, token)
    with store.read() as connection:
        passkeys = list_passkeys(connection, session.account_id)
    allowed = [passkey.credential_id for passkey in passkeys if passkey.blocked is None]
    return ask_to_sign_in(party, make_challenge(store, _STEP_UP, session.account_id), allowed)


def step_up_with_passkey(store: Store, token: str, party: RelyingParty, text: str) -> Outcome:
    """Verify the answer to a step-up and give the session a new id. Raises NotFound without a session."""
    session = get_session(store, token)
    try:
        _verify(store, party, _STEP_UP, text, session.account_id)
        act = "step-up"
    except Invalid:
        act = "step-up-refused"
    now, after, vault = store.now(), make_id(store), open_vault(store)
    with store.write() as connection:
        if act == "step-up":
            changes = {"authenticated": now, "seen": now}
            if not replace_session(connection, hash_id(vault, token), hash_id(vault, after), **changes):
                raise NotFound
        write_event(connection, AccountEvent(now, act, session.account_id, make_agent(session), why=PASSKEY))
    return SignedIn(after) if act == "step-up" else NotSignedIn()


def _verify(store: Store, party: RelyingParty, purpose: str, text: str, owner: str) -> Passkey:
    """Verify an answer, store the new counter and return the passkey. `owner`: the account that it must belong to, "" for any.
    Raises Invalid `passkey-refused`."""
    answer = read_assertion(text)
    take_challenge(store, purpose, answer, owner)
    with store.read() as connection:
        passkey = find_passkey(connection, answer.credential_id)
    if passkey is None or passkey.blocked is not None or owner not in ("", passkey.account_id):
        raise Invalid("passkey-refused")
    if answer.user not in (b"", passkey.account_id.encode()):
        raise Invalid("passkey-refused")
    count = verify_assertion(party, answer, passkey.public_key)
    now = store.now()
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        with store.write() as connection:
            block_passkey(connection, passkey.credential_id, now)
            write_event(connection, AccountEvent(now, "passkey-blocked", passkey.account_id, Agent()))
        raise Invalid("passkey-refused")
    with store.write() as connection:
        if not use_passkey(connection, passkey.credential_id, passkey.sign_count, count, now):
            raise Invalid("passkey-refused")
    return passkey
