"""A form that comes after its session has ended, or after its proof has aged: what was typed waits for its author.

Without script a page cannot say that its session is over. So the form is kept, the browser goes to the sign-in, and the page that
the form was sent from comes back with what was typed. Nothing is carried out in anybody's place.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import render_template, request
from werkzeug.wrappers import Response

from hub.accounts.entry.form_drafts import (
    FormDraft,
    TypedForm,
    delete_drafts,
    delete_own_drafts,
    find_ended_session,
    has_token_of_account,
    keep_draft,
    list_drafts,
)
from hub.desk.refill import insert_notice, parse_page, print_page, refill
from hub.desk.web.cookies import DRAFT
from hub.desk.web.forgery import has_token, is_from_here
from hub.desk.web.local_addresses import FIRST, read_referrer
from hub.desk.web.visit import Visit
from hub.record.accounts.sessions import Session

# What is never kept: proofs of who one is, keys, and the token of the form. A test compares with the fields of secrets.
NEVER_KEPT = frozenset({"cle", "code", "csrf", "mot_de_passe", "poignee", "reponse"})
_MOST_FIELDS = 200
KEPT, TOO_LONG = "garde", "trop-long"


def keep_form_of_ended_session(visit: Visit, response: Response) -> str:
    """Keep the form of the present request if it comes from a page of a session that has ended. Returns `KEPT`, `TOO_LONG`, or
    "" for a form that is not of such a page."""
    session = find_ended_session(visit.store, visit.token)
    if session is None or not session.party or not is_from_here(request.headers, visit.settings.base_url):
        return ""
    if not has_token_of_account(visit.store, session.account_id, request.form.get("csrf", "")):
        return ""
    return keep_form(visit, response, session)


def is_of_former_session(visit: Visit) -> bool:
    """Whether the form of the present request comes from a page of another session of the same account."""
    session = visit.present
    token = request.form.get("csrf", "")
    if session is None or not session.party or has_token(token, visit.make_csrf_token()):
        return False
    return is_from_here(request.headers, visit.settings.base_url) and has_token_of_account(
        visit.store, session.account_id, token
    )


def keep_form(visit: Visit, response: Response, session: Session) -> str:
    """Keep what was typed into the form of the present request, for the account and acting context of `session`."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in NEVER_KEPT]
    form = TypedForm(read_referrer(request.headers.get("Referer", ""), visit.settings.base_url), request.path, fields)
    if len(fields) > _MOST_FIELDS:
        return TOO_LONG
    handle = keep_draft(visit.store, session, form, _read_handle(visit))
    if not handle:
        return TOO_LONG
    DRAFT.set(response, visit.settings.base_url, handle)
    return KEPT


def show_draft(visit: Visit, response: Response) -> None:
    """Put what was typed back into the page `response`, if it is the one that a draft was sent from."""
    draft = next((each for each in _list_own(visit) if _read_path(each) in (request.path, FIRST)), None)
    if draft is None:
        return
    tree = parse_page(response.get_data(as_text=True))
    refilled = refill(tree, request.path, draft.form.action, draft.form.fields)
    typed = [] if refilled else [(name, value) for name, value in draft.form.fields if value and name != "suite"]
    notice = render_template(
        "brouillon.html",
        draft_id=draft.draft_id,
        written=datetime.fromtimestamp(draft.written // 1_000_000, UTC),
        pressed=refilled.pressed if refilled else "",
        typed=typed,
    )
    insert_notice(tree, notice)
    response.set_data(print_page(tree))


def forget_sent_draft(visit: Visit) -> None:
    """Delete the draft of the form that was just sent: the page has what was typed."""
    delete_drafts(visit.store, [draft for draft in _list_own(visit) if draft.form.action == request.path])


def throw_draft_away(visit: Visit, draft_id: str) -> str:
    """Delete a draft at its author's wish and return the page that it was sent from."""
    chosen = [draft for draft in _list_own(visit) if draft.draft_id == draft_id]
    delete_drafts(visit.store, chosen)
    return chosen[0].form.page if chosen else FIRST


def forget_own_drafts(visit: Visit) -> None:
    """Delete what the account typed in this browser: it signs out."""
    delete_own_drafts(visit.store, visit.session, _read_handle(visit))


def _list_own(visit: Visit) -> list[FormDraft]:
    session, handle = visit.present, _read_handle(visit)
    return list_drafts(visit.store, session, handle) if session and session.party and handle else []


def _read_path(draft: FormDraft) -> str:
    return draft.form.page.partition("?")[0]


def _read_handle(visit: Visit) -> str:
    return DRAFT.read(request.environ, visit.settings.base_url)
