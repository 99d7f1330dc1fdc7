"""What follows a sign-in at an identity provider: a session, a linked identity, or a step-up (LG-1, LG-2)."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from hub.accounts.entry.network import Origin
from hub.accounts.entry.sessions import make_agent
from hub.accounts.entry.sign_in import NotSignedIn, SignedIn, check_step_up, match_code
from hub.accounts.entry.throttle import TooMany, begin_attempt, end_well
from hub.accounts.upstream.claims import Person
from hub.accounts.upstream.exchange import Proven
from hub.accounts.upstream.presets import Preset
from hub.accounts.upstream.transport import UpstreamFault
from hub.domain.errors import Conflict, Refused
from hub.record.accounts.assignments import list_assignments
from hub.record.accounts.challenges import Challenge, insert_challenge, take_challenge
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.accounts.factors import count_wrong_code, read_factors, take_code
from hub.record.accounts.people import (
    Account,
    find_identity,
    get_account,
    insert_account,
    insert_identity,
    keep_barred,
    list_barred,
)
from hub.record.accounts.sessions import NewSession, Session, hash_id, insert_session, make_id, replace_session
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store

_CODE = "upstream-code"
_SEALED = "challenge.upstream-code"
_PATIENCE = 5 * 60 * 1_000_000


@dataclass(frozen=True)
class CodeNeeded:
    """The provider is one factor only, so the account's own code is needed too. `handle`: a hidden field of the form."""

    handle: str = field(repr=False)


def admit(store: Store, preset: Preset, proven: Proven, origin: Origin) -> SignedIn | CodeNeeded:
    """Open a session for the provider's person, or ask for a code in addition.

    If the preset allows it, an unknown person gets an account without a role. Raises UpstreamFault for an unknown person
    otherwise, and for a closed account."""
    person = proven.person
    account = _find_or_open(store, preset, person, origin)
    if not account.active:
        raise UpstreamFault("closed")
    owner, now = account.account_id, store.now()
    with store.write() as connection:
        keep_barred(connection, person.issuer, person.subject, person.barred, now)
        agent = Agent(owner, network=origin.network)
        for assignment in list_assignments(connection, [owner], store.get_time()):
            if assignment.role in person.barred:
                limited = AccountEvent(
                    now, "role-limited", owner, agent, assignment.party, assignment.role, preset.name
                )
                write_event(connection, limited)
        opened = NewSession(
            owner, f"idp:{preset.name}", origin.network, origin.agent,
            barred=list_barred(connection, owner), issuer=person.issuer, id_token=proven.id_token,
        )  # fmt: skip
        if not preset.second_factor:
            token = insert_session(connection, store, open_vault(store), opened)
            write_event(connection, AccountEvent(now, "sign-in", owner, agent, why=opened.method))
            return SignedIn(token)
        handle, vault = make_id(store), open_vault(store)
        hashed = vault.hash(_CODE, handle)
        sealed = vault.seal(msgspec.json.encode(opened), _SEALED, hashed.hex())
        insert_challenge(connection, hashed, _CODE, Challenge(owner, sealed), now + _PATIENCE)
    return CodeNeeded(handle)


def finish_with_code(store: Store, handle: str, code: str, origin: Origin) -> SignedIn | NotSignedIn | TooMany:
    """Open the session for which `CodeNeeded` was returned. After a wrong code the sign-in starts at the provider again."""
    vault, now = open_vault(store), store.now()
    attempt = begin_attempt(store, vault, "", origin.network)
    if isinstance(attempt, TooMany):
        return attempt
    hashed = vault.hash(_CODE, handle)
    with store.write() as connection:
        expected = take_challenge(connection, hashed, _CODE, now)
        owner = expected.account_id if expected else ""
        match = match_code(vault, owner, read_factors(connection, owner), code, now)
        proven = expected is not None and get_account(connection, owner).active
        if expected is None or not proven or not take_code(connection, owner, match, now):
            count_wrong_code(connection, owner, now)
            agent = Agent(network=origin.network)
            write_event(connection, AccountEvent(now, "sign-in-refused", owner, agent, why=_CODE))
            return NotSignedIn()
        opened = msgspec.json.decode(vault.open(expected.sealed, _SEALED, hashed.hex()), type=NewSession)
        token = insert_session(connection, store, vault, opened)
        agent = Agent(owner, network=origin.network)
        write_event(connection, AccountEvent(now, "sign-in", owner, agent, why=opened.method))
    end_well(store, attempt)
    return SignedIn(token)


def link_identity(store: Store, session: Session, proven: Proven) -> None:
    """Let the provider's person sign in to the session's account from now on. Raises UpstreamFault."""
    try:
        check_step_up(session, "own-factors", store.now())
        with store.write() as connection:
            person, now = proven.person, store.now()
            insert_identity(connection, person.issuer, person.subject, session.account_id, now)
            keep_barred(connection, person.issuer, person.subject, person.barred, now)
            event = AccountEvent(now, "identity-linked", session.account_id, make_agent(session), why=person.issuer)
            write_event(connection, event)
    except (Conflict, Refused) as refusal:
        raise UpstreamFault(refusal.problems[0].code) from None


def prove_again(store: Store, token: str, session: Session, proven: Proven) -> SignedIn:
    """Complete a step-up and give the session a new id. Raises UpstreamFault when another person signed in at the provider."""
    vault, after, now = open_vault(store), make_id(store), store.now()
    with store.write() as connection:
        if find_identity(connection, proven.person.issuer, proven.person.subject) != session.account_id:
            raise UpstreamFault("another")
        changes = {"authenticated": now, "seen": now}
        if not replace_session(connection, hash_id(vault, token), hash_id(vault, after), **changes):
            raise UpstreamFault("session")
        write_event(connection, AccountEvent(now, "step-up", session.account_id, make_agent(session)))
    return SignedIn(after)


def _find_or_open(store: Store, preset: Preset, person: Person, origin: Origin) -> Account:
    with store.read() as connection:
        owner = find_identity(connection, person.issuer, person.subject)
        if owner is not None:
            return get_account(connection, owner)
    if not preset.opens_accounts:
        raise UpstreamFault("unknown")
    now = store.now()
    account = Account(store.new_id("Account"), "", person.name, person.national_id, "", now)
    try:
        with store.write() as connection:
            insert_account(connection, account, "")
            insert_identity(connection, person.issuer, person.subject, account.account_id, now)
            agent = Agent(network=origin.network)
            write_event(connection, AccountEvent(now, "account-added", account.account_id, agent, why=preset.name))
    except Conflict:
        # A concurrent sign-in of the same person has opened the account.
        with store.read() as connection:
            return get_account(connection, find_identity(connection, person.issuer, person.subject) or "")
    return account
