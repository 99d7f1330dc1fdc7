"""`/connexion`: with a password and a code; in the demo by the account's name alone.

Whoever is refused gets one page, the same for a login that nobody has as for one that somebody has (`docs/security.md` LA-5): not
even the login is written back.
"""

from __future__ import annotations

from collections import Counter

from flask import abort, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from hub.accounts.credentials.webauthn import make_relying_party
from hub.accounts.entry.demo_sign_in import DemoAccount, list_demo_accounts, sign_in_to_demo
from hub.accounts.entry.sessions import limit_sessions, sign_out
from hub.accounts.entry.sign_in import NotSignedIn, Outcome, Proof, SignedIn, sign_in
from hub.accounts.entry.throttle import TooMany
from hub.desk.kit import render_page
from hub.desk.pages.passkey_answers import SITE
from hub.desk.web.cookies import SESSION
from hub.desk.web.ended import REPLACED
from hub.desk.web.local_addresses import lead_to, read_target
from hub.desk.web.role_titles import get_role_title
from hub.desk.web.routes import redirect_to
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit

HREF = "/connexion"


def show_sign_in(visit: Visit) -> Response:
    """The page with every way in."""
    return render_sign_in(visit)


def take_password(visit: Visit) -> Response:
    """Sign in with login, password and code."""
    form = request.form
    proof = Proof(form.get("identifiant", ""), form.get("mot_de_passe", ""), form.get("code", ""))
    return answer_outcome(visit, sign_in(visit.store, proof, visit.origin, visit.language))


def take_demo(visit: Visit) -> Response:
    """Sign in to an account of the demo. Elsewhere the address does not exist."""
    if not visit.settings.demo:
        abort(404)
    login = request.form.get("compte", "")
    return answer_outcome(visit, sign_in_to_demo(visit.store, login, visit.origin, demo=visit.settings.demo))


def answer_outcome(visit: Visit, outcome: Outcome) -> Response:
    """Let who is signed in go on, under a new cookie; show the page again to others."""
    if isinstance(outcome, TooMany):
        return refuse_for_now(visit, outcome)
    if isinstance(outcome, NotSignedIn):
        words = gettext("Ces réponses n'ouvrent aucun compte. Reprenez les trois : identifiant, mot de passe, code.")
        return render_sign_in(visit, {"identifiant": words}, 422)
    return enter(visit, outcome)


def enter(visit: Visit, signed_in: SignedIn, target: str | None = None) -> Response:
    """Go on to `target`, by default to what the request names. The browser's former session ends, and the account's oldest where
    it has too many."""
    if visit.present is not None:
        sign_out(visit.store, visit.token)
    limit_sessions(visit.store, signed_in.token, visit.settings.limits.sessions)
    response = redirect_to(read_target(request.args.get("suite", "")) if target is None else target)
    SESSION.set(response, visit.settings.base_url, signed_in.token)
    return response


def refuse_for_now(visit: Visit, outcome: TooMany) -> Response:
    """Too many tries: the page with status 429 and when to come back (RFC 6585 §4)."""
    minutes = -(-outcome.seconds // 60)
    words = ngettext(
        "Trop d'essais en peu de temps. Recommencez dans %(num)s minute.",
        "Trop d'essais en peu de temps. Recommencez dans %(num)s minutes.",
        minutes,
    )
    response = render_sign_in(visit, {"identifiant": words}, 429)
    response.headers["Retry-After"] = str(outcome.seconds)
    return response


def render_sign_in(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    """The page, with `errors` where a sign-in failed."""
    target = read_target(request.args.get("suite", ""))
    return render_page(
        "connexion.html",
        status,
        errors=errors or {},
        action=lead_to(HREF, target),
        passkey_action=lead_to(f"{HREF}/cle", target),
        demo_action=lead_to(f"{HREF}/demo", target),
        accounts=_list_demo_buttons(visit) if visit.settings.demo else [],
        providers=[
            (provider.preset.title, lead_to(f"{HREF}/{name}", target))
            for name, provider in visit.desk.providers.items()
        ],
        has_passkeys=make_relying_party(visit.settings.base_url, SITE) is not None,
        phone=load_territory().phone,
        draft=request.args.get("brouillon", ""),
        is_replaced=request.args.get("fin") == REPLACED,
        most_sessions=visit.settings.limits.sessions,
    )


def _list_demo_buttons(visit: Visit) -> list[tuple[DemoAccount, str]]:
    """The accounts that may be tried, by the title of their first role; of those who have the same, by name too."""
    titles = [(account, get_role_title(account.roles[0])) for account in list_demo_accounts(visit.store)]
    often = Counter(title for _, title in titles)
    return [(account, f"{title} ({account.name})" if often[title] > 1 else title) for account, title in titles]
