"""Passkeys of an account: registered by their owner, in a session or by a one-time link (LA-1, LA-7, LA-8)."""

from __future__ import annotations

from hub.accounts.credentials.challenges import make_challenge, take_challenge
from hub.accounts.credentials.webauthn import RelyingParty, ask_to_register, read_registration, verify_registration
from hub.accounts.entry.network import Origin
from hub.accounts.entry.sessions import get_session, make_agent
from hub.accounts.entry.sign_in import check_step_up
from hub.accounts.management.enrolment import Enrolled, find_usable_link
from hub.domain.errors import NotFound
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.accounts.factors import delete_factors
from hub.record.accounts.links import take_link
from hub.record.accounts.passkeys import Passkey, insert_passkey
from hub.record.accounts.passkeys import list_passkeys as read_passkeys
from hub.record.accounts.people import get_account
from hub.record.accounts.sessions import Session, delete_sessions, hash_id, make_id, replace_session
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store

_REGISTER, _ENROL = "passkey-register", "passkey-enrol"
_LONGEST_NAME = 80


def list_passkeys(store: Store, session: Session) -> list[Passkey]:
    """Return the passkeys of the session's account, the oldest first."""
    with store.read() as connection:
        return read_passkeys(connection, session.account_id)


def begin_registration(store: Store, token: str, party: RelyingParty) -> str:
    """Return the options for a new passkey of the session's account, as JSON. Raises NotFound; Refused `step-up-needed`."""
    session = get_session(store, token)
    check_step_up(session, "own-factors", store.now())
    known = [passkey.credential_id for passkey in list_passkeys(store, session)]
    challenge = make_challenge(store, _REGISTER, session.account_id)
    return ask_to_register(party, session.account_id, session.login or session.name, challenge, known)


def finish_registration(store: Store, token: str, party: RelyingParty, text: str, name: str) -> str:
    """Register the passkey of the browser's answer under the name that its owner gave it; return the session's new id.

    The other sessions of the account end. Raises NotFound; Refused `step-up-needed`; Invalid `passkey-refused`; Conflict
    `passkey-taken`."""
    session = get_session(store, token)
    check_step_up(session, "own-factors", store.now())
    answer = read_registration(text)
    take_challenge(store, _REGISTER, answer, session.account_id)
    registered = verify_registration(party, answer)
    now, after, vault = store.now(), make_id(store), open_vault(store)
    with store.write() as connection:
        insert_passkey(
            connection,
            Passkey(
                registered.credential_id, session.account_id, registered.public_key, registered.sign_count,
                name.strip()[:_LONGEST_NAME], now, None, None,
            ),
        )  # fmt: skip
        write_event(connection, AccountEvent(now, "passkey-added", session.account_id, make_agent(session)))
        delete_sessions(connection, session.account_id, but=session.sid)
        if not replace_session(connection, hash_id(vault, token), hash_id(vault, after)):
            raise NotFound
    return after


def begin_enrolment(store: Store, link: str, party: RelyingParty) -> str:
    """Return the options for the first passkey of a one-time link's account, as JSON. Raises NotFound when the link cannot be
    used."""
    usable = find_usable_link(store, link)
    with store.read() as connection:
        account = get_account(connection, usable.account_id)
    challenge = make_challenge(store, _ENROL, account.account_id)
    return ask_to_register(party, account.account_id, account.login or account.name, challenge, ())


def redeem_link_with_passkey(store: Store, link: str, party: RelyingParty, text: str, origin: Origin) -> Enrolled:
    """Make a passkey the only factor of the account of a one-time link; the account's sessions end.

    Raises NotFound when the link cannot be used; Invalid `passkey-refused`; Conflict `passkey-taken`."""
    usable = find_usable_link(store, link)
    owner = usable.account_id
    answer = read_registration(text)
    take_challenge(store, _ENROL, answer, owner)
    registered = verify_registration(party, answer)
    now = store.now()
    with store.write() as connection:
        if not take_link(connection, usable.hash, now):
            raise NotFound
        delete_factors(connection, owner)
        delete_sessions(connection, owner)
        insert_passkey(
            connection,
            Passkey(registered.credential_id, owner, registered.public_key, registered.sign_count, "", now, None, None),
        )
        agent = Agent(owner, network=origin.network)
        write_event(connection, AccountEvent(now, "enrolled", owner, agent, why=f"{usable.kind} passkey"))
    return Enrolled(owner, [])
