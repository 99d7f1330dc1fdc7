"""What was typed into a form whose session had ended, or whose proof was too old: kept until its author comes back.

A draft is sealed, and found again by the same account, in the same acting context, in the same browser alone: a handle of 256
random bits, which only a cookie of the browser has. It ends after twelve hours, with the account, with the revocation of its
session and with a sign-out. An account has five at most, of 64 KiB each.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import msgspec

from hub.accounts.entry.sessions import make_csrf_token
from hub.record.accounts import form_drafts as rows
from hub.record.accounts.sessions import GRACE, Session, hash_id, list_sessions, make_id
from hub.record.accounts.sessions import find_session as find_by_hash
from hub.record.accounts.vault import KeyLost, Vault, open_vault
from hub.record.db.store import Store

MAX_DRAFTS = 5
MAX_CHARACTERS = 64 * 1024
_LONGEST_HANDLE = 128
_COLUMN = "form_draft.sealed"


class TypedForm(msgspec.Struct, frozen=True):
    """A form as it was sent. `page`: the address that it was sent from. `action`: the path that it was sent to. `fields`: names
    and values in their order, the pressed button among them; no secret."""

    page: str
    action: str
    fields: list[tuple[str, str]]


@dataclass(frozen=True)
class FormDraft:
    """A kept form. `written`: when it was sent, in microseconds."""

    draft_id: str
    form: TypedForm
    written: int


def find_ended_session(store: Store, token: str) -> Session | None:
    """Return the session of a cookie that ended by itself in the last twelve hours, or has not ended; None when it was revoked,
    signed out or belongs to a closed account."""
    if not token or len(token) > _LONGEST_HANDLE:
        return None
    with store.autocommit() as connection:
        return find_by_hash(connection, hash_id(open_vault(store), token), store.now(), grace=GRACE)


def has_token_of_account(store: Store, account_id: str, token: str) -> bool:
    """Whether `token` is the CSRF token of a session of the account that goes on or ended by itself in the last twelve hours."""
    with store.read() as connection:
        sessions = list_sessions(connection, account_id, store.now(), grace=GRACE)
    return any(hmac.compare_digest(make_csrf_token(store, session), token) for session in sessions)


def keep_draft(store: Store, session: Session, form: TypedForm, handle: str) -> str:
    """Keep what was typed in `session` and return the browser's handle: the one that it has if a draft is known by it, else a new
    one. Return "" when the form is too long, which is then not kept."""
    if sum(len(name) + len(value) for name, value in form.fields) > MAX_CHARACTERS:
        return ""
    vault, now = open_vault(store), store.now()
    draft_id = store.new_id("FormDraft")
    with store.write() as connection:
        known = _read_handle(handle)
        if not known or not rows.is_browser_known(connection, _hash_handle(vault, known), now):
            known = make_id(store)
        sealed = vault.seal(msgspec.json.encode(form), _COLUMN, draft_id, session.account_id)
        browser = _hash_handle(vault, known)
        row = rows.DraftRow(
            draft_id, browser, session.account_id, session.assignment_id, session.sid, sealed, now, now + GRACE
        )
        rows.insert_draft(connection, row, MAX_DRAFTS)
    return known


def list_drafts(store: Store, session: Session, handle: str) -> list[FormDraft]:
    """Return what the session's account typed in this browser and acting context, the latest first."""
    if not (known := _read_handle(handle)):
        return []
    vault = open_vault(store)
    with store.read() as connection:
        browser = _hash_handle(vault, known)
        drafts = rows.list_drafts(connection, browser, session.account_id, session.assignment_id, store.now())
    return [draft for row in drafts if (draft := _open(vault, row)) is not None]


def delete_drafts(store: Store, drafts: list[FormDraft]) -> None:
    """Delete drafts: they were sent, or thrown away."""
    if drafts:
        with store.write() as connection:
            rows.delete_drafts(connection, [draft.draft_id for draft in drafts])


def delete_own_drafts(store: Store, session: Session, handle: str) -> None:
    """Delete all that the session's account typed in this browser."""
    if known := _read_handle(handle):
        with store.write() as connection:
            rows.delete_drafts_of_browser(connection, _hash_handle(open_vault(store), known), session.account_id)


def _read_handle(handle: str) -> str:
    return handle if len(handle) <= _LONGEST_HANDLE else ""


def _hash_handle(vault: Vault, handle: str) -> bytes:
    return vault.hash("draft-browser", handle)


def _open(vault: Vault, row: rows.DraftRow) -> FormDraft | None:
    try:
        content = vault.open(row.sealed, _COLUMN, row.draft_id, row.account_id)
    except KeyLost:
        return None
    return FormDraft(row.draft_id, msgspec.json.decode(content, type=TypedForm), row.created)
