"""Faults in sign-in and sessions that forms and addresses of others could use (`docs/security.md` SE-1, SE-3, W01, W03, W07)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from hub.accounts.entry import form_drafts, sessions
from hub.accounts.entry.sign_in import SignedIn
from hub.desk.pages import signing_in
from hub.desk.web import drafts, local_addresses, routes
from hub.record.accounts.form_drafts import DraftRow
from hub.record.accounts.sessions import hash_id, replace_session
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store
from hub.record.tables import form_draft
from tests.mutants.blind import replaced, swapped


def _rename_session(store: Store, before: str, after: str) -> None:
    """Give a session the id `after`."""
    vault = open_vault(store)
    with store.write() as connection:
        replace_session(connection, hash_id(vault, before), hash_id(vault, after))


def _enter_by_id_of_browser(whole: Any) -> Any:
    """Who signs in has the id that the browser sent, whoever chose it."""

    def enter(visit: Any, signed_in: SignedIn, target: str | None = None) -> Any:
        if visit.present is None and visit.token:
            _rename_session(visit.store, signed_in.token, visit.token)
            signed_in = SignedIn(visit.token)
        return whole(visit, signed_in, target)

    return enter


def _choose_without_new_id(whole: Any) -> Any:
    """A session keeps its id when its context changes."""

    def choose(store: Store, token: str, key: str, **named: Any) -> str:
        _rename_session(store, whole(store, token, key, **named), token)
        return token

    return choose


def _list_of_browser(_whole: Any) -> Any:
    """Whoever has the browser gets the drafts in it, whatever their account and acting context."""

    def list_rows(connection: Any, browser: bytes, _account_id: str, _assignment_id: str, now: int) -> list[DraftRow]:
        rows = connection.execute(select(form_draft).where(form_draft.c.browser == browser, form_draft.c.until > now))
        return [DraftRow(*row) for row in rows]

    return list_rows


MUTANTS: dict[str, Callable[[], Any]] = {
    "an account has any number of sessions (W10)": swapped(sessions.limit_sessions, lambda _whole: lambda *_given: 0),
    "a draft is shown to whoever has the browser (SE-1)": replaced(form_drafts.rows, "list_drafts", _list_of_browser),
    "a forged form is kept as a draft (SE-3)": replaced(
        drafts, "has_token_of_account", lambda _whole: lambda *_given: True
    ),
    "a form needs no token (SE-3)": replaced(routes, "has_token", lambda _whole: lambda *_given: True),
    "a post may come from anywhere (SE-3)": replaced(routes, "is_from_here", lambda _whole: lambda *_given: True),
    "a page leads on to any address (W07)": swapped(
        local_addresses.read_target, lambda _whole: lambda text: text or local_addresses.FIRST
    ),
    "a form leads back to any address (W07)": swapped(
        local_addresses.read_referrer, lambda _whole: lambda referrer, _base_url: referrer or local_addresses.FIRST
    ),
    "sign-in keeps the id that the browser sent (SE-1)": swapped(signing_in.enter, _enter_by_id_of_browser),
    "a session keeps its id in another context (SE-1)": swapped(sessions.choose_context, _choose_without_new_id),
}
