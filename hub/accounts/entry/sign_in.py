"""Sign-in and step-up with a password and a code (LA-4 to LA-6, LA-8).

Login, password and code are sent and verified together, so a refusal reveals neither whether the login exists nor which of them
was wrong. An unknown login costs the same work and the same writes as a known one. A login may be a colleague's and a person's:
the password is verified for both, and the proof says which account opens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from hub.accounts.credentials.codes import find_totp_step, read_recovery_code, read_totp_code
from hub.accounts.credentials.passwords import Busy, hash_password, verify_password
from hub.accounts.entry.logins import make_skeleton
from hub.accounts.entry.network import Origin
from hub.accounts.entry.sessions import get_session, make_agent
from hub.accounts.entry.throttle import Attempt, TooMany, begin_attempt, end_well
from hub.domain.errors import Refused
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.accounts.factors import (
    CodeMatch,
    Factors,
    count_wrong_code,
    read_factors,
    replace_password_hash,
    take_code,
    take_one_code,
)
from hub.record.accounts.people import Account, find_by_skeleton, list_barred
from hub.record.accounts.sessions import NewSession, Session, hash_id, insert_session, make_id, replace_session
from hub.record.accounts.vault import KeyLost, Vault, open_vault
from hub.record.db.store import Store

PASSWORD_TOTP, PASSWORD_RECOVERY = "password+totp", "password+recovery"

STEP_UP_MICROSECONDS = 5 * 60 * 1_000_000
# The acts that need a step-up (LA-8).
STEP_UP_ACTS: Final = frozenset({"break-glass", "export", "role-change", "client-registration", "own-factors"})


@dataclass(frozen=True)
class SignedIn:
    """The factors were right. `token`: the id of the session, for the cookie."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class NotSignedIn:
    """The sign-in is refused. The reason is not said."""


Outcome = SignedIn | NotSignedIn | TooMany


@dataclass(frozen=True)
class Proof:
    """The fields of the sign-in form. `code`: of the authenticator application, or a recovery code."""

    login: str = field(repr=False)
    password: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True)
class _Verification:
    """A verified proof. `account`: the active account of the login, or None. `matches`: the password is right; `stale`: its
    hash has former parameters. `code`: what the code matches."""

    account: Account | None
    stored: str
    matches: bool
    stale: bool
    code: CodeMatch

    @property
    def owner(self) -> str:
        return self.account.account_id if self.account else ""


def sign_in(store: Store, proof: Proof, origin: Origin, language: str = "") -> Outcome:
    """Open a session for the account whose login, password and code are given."""
    vault = open_vault(store)
    attempt = begin_attempt(store, vault, make_skeleton(proof.login) or "-", origin.network)
    if isinstance(attempt, TooMany):
        return attempt
    try:
        verifications = _verify(store, vault, proof)
    except Busy:
        return TooMany(1)
    now = store.now()
    with store.write() as connection:
        token = ""
        right = [each for each in verifications if each.matches]
        place = take_one_code(connection, [(each.owner, each.code) for each in right], now)
        verification = right[place] if place is not None else (right or verifications)[0]
        method = PASSWORD_RECOVERY if verification.code.recovery else PASSWORD_TOTP
        if place is not None:
            barred = list_barred(connection, verification.owner)
            opened = NewSession(verification.owner, method, origin.network, origin.agent, language, barred)
            token = insert_session(connection, store, vault, opened)
        else:
            # Of nobody where the password is wrong: the same statement, so that it takes as long.
            count_wrong_code(connection, verification.owner if verification.matches else "", now)
        agent = Agent(verification.owner if token else "", network=origin.network)
        act, why = ("sign-in", method) if token else ("sign-in-refused", "")
        write_event(connection, AccountEvent(now, act, verification.owner, agent, why=why))
    if not token:
        return NotSignedIn()
    _end(store, vault, attempt, verification, proof.password)
    return SignedIn(token)


def step_up(store: Store, token: str, password: str, code: str, origin: Origin) -> Outcome:
    """Verify password and code of a session's account and give the session a new id. Raises NotFound without a session."""
    vault = open_vault(store)
    session = get_session(store, token)
    attempt = begin_attempt(store, vault, make_skeleton(session.login) or "-", origin.network)
    if isinstance(attempt, TooMany):
        return attempt
    try:
        verifications = _verify(store, vault, Proof(session.login, password, code))
    except Busy:
        return TooMany(1)
    now, after = store.now(), make_id(store)
    verification = next((each for each in verifications if each.owner == session.account_id), verifications[0])
    with store.write() as connection:
        proven = (
            verification.matches
            and verification.owner == session.account_id
            and take_code(connection, verification.owner, verification.code, now)
        )
        if proven:
            changes = {"authenticated": now, "seen": now}
            proven = replace_session(connection, hash_id(vault, token), hash_id(vault, after), **changes)
        else:
            # Of nobody where the password is wrong: the same statement, so that it takes as long.
            count_wrong_code(connection, verification.owner if verification.matches else "", now)
        act = "step-up" if proven else "step-up-refused"
        write_event(connection, AccountEvent(now, act, session.account_id, make_agent(session)))
    if not proven:
        return NotSignedIn()
    _end(store, vault, attempt, verification, password)
    return SignedIn(after)


def check_step_up(session: Session, act: str, now: int) -> None:
    """Raise Refused `step-up-needed` when a factor was last verified more than five minutes ago. `act`: one of `STEP_UP_ACTS`."""
    if act not in STEP_UP_ACTS:
        raise ValueError(act)
    if now - session.authenticated > STEP_UP_MICROSECONDS:
        raise Refused("step-up-needed")


def _verify(store: Store, vault: Vault, proof: Proof) -> list[_Verification]:
    """Verify login, password and code, for a colleague's account and for a personal one, whether or not there are such accounts.
    Raises Busy."""
    with store.read() as connection:
        accounts = find_by_skeleton(connection, make_skeleton(proof.login))
        active = [account if account is not None and account.active else None for account in accounts]
        factors = [read_factors(connection, account.account_id if account else "") for account in active]
    return [_compare(vault, account, own, proof, store.now()) for account, own in zip(active, factors, strict=True)]


def _compare(vault: Vault, account: Account | None, factors: Factors, proof: Proof, now: int) -> _Verification:
    verdict = verify_password(factors.password, proof.password, vault.pepper)
    code = match_code(vault, account.account_id if account else "", factors, proof.code, now)
    return _Verification(account, factors.password, verdict.matches, verdict.stale, code)


def match_code(vault: Vault, account_id: str, factors: Factors, text: str, now: int) -> CodeMatch:
    """Return which of the account's factors a typed code matches."""
    digits = read_totp_code(text)
    if not digits:
        plain = read_recovery_code(text)
        return CodeMatch(recovery=vault.hash("recovery", f"{account_id} {plain}")) if plain else CodeMatch()
    if factors.totp is None:
        return CodeMatch()
    try:
        seed = vault.open(factors.totp.seed, "totp.seed", account_id)
    except KeyLost:
        return CodeMatch()
    return CodeMatch(step=find_totp_step(seed, digits, now, factors.totp.last_step))


def _end(store: Store, vault: Vault, attempt: Attempt, verification: _Verification, password: str) -> None:
    end_well(store, attempt)
    if verification.stale:
        try:
            after = hash_password(password, vault.pepper)
        except Busy:
            return  # the next time will do
        with store.write_relaxed() as connection:
            replace_password_hash(connection, verification.owner, verification.stored, after)
