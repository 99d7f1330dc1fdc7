"""Sessions on the server (SE-1). Only the browser has the id of a session; the record stores a keyed hash of it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, and_, bindparam, delete, func, insert, select, update

from hub.record.accounts.assignments import list_assignments
from hub.record.accounts.form_drafts import delete_drafts_of_sessions
from hub.record.accounts.vault import Vault, draw
from hub.record.db.clock import CLOCK_TIME
from hub.record.db.dialect import later
from hub.record.db.statements import CompiledStatement
from hub.record.db.store import Store
from hub.record.tables import account, assignment, session

_SECOND = 1_000_000
IDLE = 20 * 60 * _SECOND
ABSOLUTE = 10 * 60 * 60 * _SECOND
# How long the record still knows whose an ended session was, for what was typed in it (`hub.accounts.entry.form_drafts`).
GRACE = 12 * 60 * 60 * _SECOND


@dataclass(frozen=True)
class Session:
    """A valid session. `party` and `role`: the acting context, both "" when none is chosen or it has ended. `barred`: the roles
    that identity providers rule out. `authenticated`: when a factor was last verified. `clock`: what the record's clock says now.
    Times in microseconds."""

    sid: str
    account_id: str
    login: str
    name: str
    assignment_id: str
    party: str
    role: str
    created: int
    seen: int
    authenticated: int
    method: str
    barred: frozenset[str]
    network: str
    agent: str
    language: str
    issuer: str
    clock: int


@dataclass(frozen=True)
class NewSession:
    """The values of a new session. `method`: how the account signed in. `barred`: the roles that identity providers rule out.
    `issuer`, `id_token`: of the identity provider, if the sign-in was there."""

    account_id: str
    method: str
    network: str = ""
    agent: str = ""
    language: str = ""
    barred: frozenset[str] = frozenset()
    issuer: str = ""
    id_token: str = ""


_CLOCK = func.coalesce(CLOCK_TIME, 0)
# A role begins and ends at a time of the record's clock, which may be ahead of this machine's: the later of both counts.
_TIME = later(bindparam("now", type_=BigInteger), _CLOCK)
# The same row has the acting context; an assignment that has ended or is not confirmed counts as none.
_CONTEXT = session.join(account, account.c.account_id == session.c.account_id).outerjoin(
    assignment,
    and_(
        assignment.c.assignment_id == session.c.assignment_id,
        assignment.c.confirmed.is_not(None),
        assignment.c.since <= _TIME,
        assignment.c.until > _TIME,
    ),
)
_COLUMNS = (
    session.c.sid,
    session.c.account_id,
    account.c.login,
    account.c.name,
    assignment.c.assignment_id,
    assignment.c.party,
    assignment.c.role,
    session.c.created,
    session.c.seen,
    session.c.authenticated,
    session.c.method,
    session.c.barred,
    session.c.network,
    session.c.agent,
    session.c.language,
    session.c.issuer,
    _CLOCK.label("clock"),
)
_NAMES = tuple(column.name for column in _COLUMNS)
_ALIVE = (account.c.active, session.c.created > bindparam("born"), session.c.seen > bindparam("stirred"))
_FIND = CompiledStatement(select(*_COLUMNS).select_from(_CONTEXT).where(session.c.hash == bindparam("hash"), *_ALIVE))
_LIST = CompiledStatement(
    select(*_COLUMNS)
    .select_from(_CONTEXT)
    .where(session.c.account_id == bindparam("account_id"), *_ALIVE)
    .order_by(session.c.seen.desc(), session.c.sid)
)


def make_id(store: Store) -> str:
    """Return a new session id: 256 random bits in base64url, for the cookie."""
    return urlsafe_b64encode(draw(store, 32)).decode().rstrip("=")


def hash_id(vault: Vault, token: str) -> bytes:
    """Return the keyed hash by which the record stores a session id."""
    return vault.hash("session", token)


def insert_session(connection: Connection, store: Store, vault: Vault, opened: NewSession) -> str:
    """Open a session and return its id, which is not stored. If the account has one acting context only, it is chosen at once."""
    now = store.now()
    token, sid = make_id(store), store.new_id("Session")
    contexts = [
        context.assignment_id
        for context in list_assignments(connection, [opened.account_id], store.get_time())
        if context.confirmed is not None and context.role not in opened.barred
    ]
    connection.execute(
        insert(session).values(
            hash=hash_id(vault, token), sid=sid, account_id=opened.account_id,
            assignment_id=contexts[0] if len(contexts) == 1 else None, created=now, seen=now, authenticated=now,
            method=opened.method, barred=" ".join(sorted(opened.barred)), network=opened.network, agent=opened.agent,
            language=opened.language, issuer=opened.issuer,
            id_token=vault.seal(opened.id_token.encode(), "session.id_token", sid) if opened.id_token else None,
        )
    )  # fmt: skip
    return token


def find_session(connection: Connection, hashed: bytes, now: int, grace: int = 0) -> Session | None:
    """Return the session of this hash, or None when it is unknown, idle, too old or of a closed account. One statement.

    `grace`: one that became idle or too old less than so many microseconds ago is returned too."""
    rows = _FIND.rows(connection, {"hash": hashed, **_bind(now, grace)})
    return _build(rows[0]) if rows else None


def list_sessions(connection: Connection, account_id: str, now: int, grace: int = 0) -> list[Session]:
    """Return the valid sessions of an account, the one used last first; with `grace` as `find_session`."""
    return [_build(row) for row in _LIST.rows(connection, {"account_id": account_id, **_bind(now, grace)})]


def touch_session(connection: Connection, hashed: bytes, now: int) -> None:
    """Note that the session was used at `now`."""
    connection.execute(update(session).where(session.c.hash == hashed, session.c.seen < now).values(seen=now))


def replace_session(connection: Connection, before: bytes, after: bytes, **changes: Any) -> bool:
    """Change the hash of a session, and some of its columns. Return False when it has ended or was replaced meanwhile."""
    changed = connection.execute(update(session).where(session.c.hash == before).values(hash=after, **changes))
    return bool(changed.rowcount)


def read_id_token(connection: Connection, vault: Vault, hashed: bytes) -> str:
    """Return the id token of the identity provider at which the session signed in, or ""."""
    row = connection.execute(select(session.c.sid, session.c.id_token).where(session.c.hash == hashed)).first()
    if row is None or row.id_token is None:
        return ""
    return vault.open(row.id_token, "session.id_token", row.sid).decode()


def end_oldest_sessions(connection: Connection, account_id: str, sid: str, most: int, now: int) -> list[str]:
    """End the valid sessions of an account but for `most`: the one of `sid` and those opened last. Return the `sid` of each that
    ended.

    They end as one that was left alone does, so that what is typed in them is still kept."""
    # Sign-ins at the same moment would each keep themselves and end each other.
    connection.execute(select(account.c.account_id).where(account.c.account_id == account_id).with_for_update())
    valid = list_sessions(connection, account_id, now)
    opened = sorted(valid, key=lambda each: (each.sid == sid, each.created, each.sid), reverse=True)
    surplus = [each.sid for each in opened[most:]]
    if surplus:
        connection.execute(update(session).where(session.c.sid.in_(surplus)).values(seen=now - IDLE))
    return surplus


def delete_session(connection: Connection, hashed: bytes) -> bool:
    """Delete the session of this hash; return whether there was one."""
    return bool(connection.execute(delete(session).where(session.c.hash == hashed)).rowcount)


def delete_sessions(connection: Connection, account_id: str, *, sid: str = "", but: str = "") -> int:
    """Delete the sessions of an account, with what was typed in them: the one named `sid`, or all, or all `but` one; return how
    many."""
    delete_drafts_of_sessions(connection, account_id, sid=sid, but=but)
    conditions = [session.c.account_id == account_id]
    if sid:
        conditions.append(session.c.sid == sid)
    if but:
        conditions.append(session.c.sid != but)
    return connection.execute(delete(session).where(*conditions)).rowcount


def _bind(now: int, grace: int = 0) -> dict[str, int]:
    return {"now": now, "born": now - ABSOLUTE - grace, "stirred": now - IDLE - grace}


def _build(row: tuple[Any, ...]) -> Session:
    values = dict(zip(_NAMES, row, strict=True))
    optional = {name: values[name] or "" for name in ("login", "assignment_id", "party", "role")}
    return Session(**values | optional | {"barred": frozenset(values["barred"].split())})
