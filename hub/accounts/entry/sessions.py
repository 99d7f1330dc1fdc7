"""Sessions of people, and the acting context of each (SE-1, LG-3).

The id of a session is 256 random bits, which only the browser's cookie has; the record stores a keyed hash. It changes at
sign-in, at step-up and with the acting context. `sid` does not change: it names the session in lists and traces, and gives no
access.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hub.domain.errors import NotFound, Refused
from hub.record.accounts.assignments import Assignment, list_assignments
from hub.record.accounts.events import AccountEvent, Agent, list_events, write_event
from hub.record.accounts.people import get_account, keep_preferred
from hub.record.accounts.sessions import (
    ABSOLUTE,
    IDLE,
    Session,
    delete_session,
    delete_sessions,
    end_oldest_sessions,
    hash_id,
    list_sessions,
    make_id,
    read_id_token,
    replace_session,
    touch_session,
)
from hub.record.accounts.sessions import find_session as find_by_hash
from hub.record.accounts.vault import KeyLost, open_vault
from hub.record.db.store import Store

_SECOND = 1_000_000
# The precision of the stored time of last use, so that not every request writes.
_GRAIN = 10 * _SECOND
_LONGEST_ID = 128


@dataclass(frozen=True)
class Context:
    """An acting context that an account may choose. `barred`: an identity provider rules it out for this session. `preferred`:
    its owner wants it to be proposed first."""

    assignment: Assignment
    barred: bool
    preferred: bool


def find_session(store: Store, token: str) -> Session | None:
    """Return the session whose id is in the cookie and note its use; None when it is unknown, idle for 20 minutes, 10 hours old
    or of a closed account."""
    if not token or len(token) > _LONGEST_ID:
        return None
    hashed, now = hash_id(open_vault(store), token), store.now()
    with store.autocommit() as connection:
        session = find_by_hash(connection, hashed, now)
    if session is None:
        return None
    store.note_time(session.clock)
    if now - session.seen >= _GRAIN:
        with store.write_relaxed() as connection:
            touch_session(connection, hashed, now)
    return replace(session, seen=now)


def make_agent(session: Session) -> Agent:
    """Return the agent of a session, for the events of accounts."""
    return Agent(session.account_id, session.sid, session.network)


def make_csrf_token(store: Store, session: Session) -> str:
    """Return the CSRF token of a session, which is the same for its whole duration."""
    return open_vault(store).make_csrf_token(session.sid)


def get_seconds_left(session: Session, now: int) -> tuple[int, int]:
    """Return in how many seconds the session ends when it is not used, and in how many when it is."""
    return (session.seen + IDLE - now) // _SECOND, (session.created + ABSOLUTE - now) // _SECOND


def list_contexts(store: Store, session: Session) -> list[Context]:
    """Return the acting contexts of the session's account, the preferred one first."""
    with store.read() as connection:
        preferred = get_account(connection, session.account_id).preferred
        assignments = list_assignments(connection, [session.account_id], store.get_time())
    contexts = [
        Context(assignment, assignment.role in session.barred, assignment.assignment_id == preferred)
        for assignment in assignments
        if assignment.confirmed is not None
    ]
    return sorted(contexts, key=lambda context: not context.preferred)


def choose_context(store: Store, token: str, key: str, *, prefer: bool = False) -> str:
    """Let a session act in the context `key` (`<id of the party>:<role>`) and return the session's new id.

    `prefer`: propose it first from now on. Raises NotFound when there is no such session or context, Refused `role-suspended`
    when an identity provider rules the role out."""
    session = get_session(store, token)
    contexts = {context.assignment.key: context for context in list_contexts(store, session)}
    if key not in contexts:
        raise NotFound
    chosen = contexts[key]
    if chosen.barred:
        raise Refused("role-suspended")
    assignment = chosen.assignment
    with store.write() as connection:
        if prefer:
            keep_preferred(connection, session.account_id, assignment.assignment_id)
        write_event(
            connection,
            AccountEvent(
                store.now(),
                "context-chosen",
                session.account_id,
                make_agent(session),
                assignment.party,
                assignment.role,
            ),
        )
        after = make_id(store)
        vault = open_vault(store)
        if not replace_session(
            connection, hash_id(vault, token), hash_id(vault, after), assignment_id=assignment.assignment_id
        ):
            raise NotFound
    return after


def choose_language(store: Store, token: str, language: str) -> None:
    """Store the language of the session's pages: `fr` or `en`."""
    hashed = hash_id(open_vault(store), token)
    with store.write_relaxed() as connection:
        replace_session(connection, hashed, hashed, language=language)


def list_own(store: Store, session: Session) -> list[Session]:
    """Return the valid sessions of the session's account, the one used last first."""
    with store.read() as connection:
        return list_sessions(connection, session.account_id, store.now())


def limit_sessions(store: Store, token: str, most: int) -> int:
    """End the oldest sessions of an account, so that `most` go on, the one of `token` among them; 0 for no limit. Return how many
    ended."""
    session = find_session(store, token)
    if session is None or not most:
        return 0
    with store.write() as connection:
        now = store.now()
        ended = end_oldest_sessions(connection, session.account_id, session.sid, most, now)
        for sid in ended:
            agent = make_agent(session)
            write_event(connection, AccountEvent(now, "session-replaced", session.account_id, agent, why=sid))
    return len(ended)


def list_replaced(store: Store, account_id: str) -> dict[str, int]:
    """Return which sessions of an account ended because others were opened: `sid` → when, the latest first."""
    with store.read() as connection:
        events = list_events(connection, account_id)
    return {event.why: event.at for event in events if event.act == "session-replaced"}


def revoke_session(store: Store, session: Session, sid: str) -> None:
    """End one of the account's own sessions. Raises NotFound."""
    if sid not in {other.sid for other in list_own(store, session)}:
        raise NotFound
    with store.write() as connection:
        delete_sessions(connection, session.account_id, sid=sid)
        write_event(connection, AccountEvent(store.now(), "session-revoked", session.account_id, make_agent(session)))


def revoke_others(store: Store, session: Session) -> int:
    """End all other sessions of the account; return how many."""
    with store.write() as connection:
        count = delete_sessions(connection, session.account_id, but=session.sid)
        if count:
            write_event(
                connection, AccountEvent(store.now(), "session-revoked", session.account_id, make_agent(session))
            )
    return count


def sign_out(store: Store, token: str) -> str:
    """End the session of the cookie. Return the id token of its identity provider, for the sign-out there, or ""."""
    vault = open_vault(store)
    hashed = hash_id(vault, token)
    with store.write() as connection:
        session = find_by_hash(connection, hashed, store.now())
        if session is None:
            return ""
        try:
            id_token = read_id_token(connection, vault, hashed)
        except KeyLost:
            id_token = ""
        delete_session(connection, hashed)
        write_event(connection, AccountEvent(store.now(), "sign-out", session.account_id, make_agent(session)))
    return id_token


def get_session(store: Store, token: str) -> Session:
    """Return the session as `find_session` does. Raises NotFound without one."""
    session = find_session(store, token)
    if session is None:
        raise NotFound
    return session
