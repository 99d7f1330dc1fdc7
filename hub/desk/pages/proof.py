"""`/compte/preuve`: who is signed in proves it again, before what matters most (`docs/security.md` LA-8)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from hub.accounts.credentials.webauthn import make_relying_party
from hub.accounts.entry.demo_sign_in import DEMO, step_up_in_demo
from hub.accounts.entry.passkey_sign_in import begin_step_up, step_up_with_passkey
from hub.accounts.entry.sign_in import STEP_UP_MICROSECONDS, Outcome, SignedIn, step_up
from hub.accounts.entry.throttle import TooMany
from hub.accounts.management.factors import list_identity_providers, read_factors
from hub.desk.headers import allow_forms_to
from hub.desk.kit import render_page
from hub.desk.pages.passkey_answers import SITE, get_relying_party, send_options
from hub.desk.web.cookies import SESSION
from hub.desk.web.local_addresses import lead_to, read_target
from hub.desk.web.routes import PROOF_HREF, redirect_to
from hub.desk.web.visit import Visit


def is_proven(visit: Visit) -> bool:
    """Whether the session was proven in the last five minutes."""
    return visit.store.now() - visit.session.authenticated <= STEP_UP_MICROSECONDS


def show_proof(visit: Visit) -> Response:
    """The ways in which the account can prove itself."""
    return _render(visit)


def take_proof(visit: Visit) -> Response:
    """Prove oneself with password and code; in the demo by saying so."""
    if visit.session.method == DEMO and visit.settings.demo:
        return _answer(visit, step_up_in_demo(visit.store, visit.token, demo=True))
    password, code = request.form.get("mot_de_passe", ""), request.form.get("code", "")
    return _answer(visit, step_up(visit.store, visit.token, password, code, visit.origin))


def begin_passkey_proof(visit: Visit) -> Response:
    """What the browser is asked, as JSON."""
    return send_options(begin_step_up(visit.store, visit.token, get_relying_party(visit)))


def take_passkey_proof(visit: Visit) -> Response:
    """Prove oneself with the passkey that the browser answered with."""
    answer = request.form.get("reponse", "")
    return _answer(visit, step_up_with_passkey(visit.store, visit.token, get_relying_party(visit), answer))


def _answer(visit: Visit, outcome: Outcome) -> Response:
    if isinstance(outcome, SignedIn):
        response = redirect_to(read_target(request.args.get("suite", "")))
        SESSION.set(response, visit.settings.base_url, outcome.token)
        return response
    if isinstance(outcome, TooMany):
        minutes = -(-outcome.seconds // 60)
        words = ngettext(
            "Trop d'essais en peu de temps. Recommencez dans %(num)s minute.",
            "Trop d'essais en peu de temps. Recommencez dans %(num)s minutes.",
            minutes,
        )
        response = _render(visit, {"mot_de_passe": words}, 429)
        response.headers["Retry-After"] = str(outcome.seconds)
        return response
    return _render(visit, {"mot_de_passe": gettext("Cette réponse ne vous a pas reconnu. Recommencez.")}, 422)


def _render(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    session, target = visit.session, read_target(request.args.get("suite", ""))
    factors, issuers = read_factors(visit.store, session), list_identity_providers(visit.store, session)
    providers = {name: each for name, each in visit.desk.providers.items() if each.preset.issuer in issuers}
    party = make_relying_party(visit.settings.base_url, SITE)
    response = render_page(
        "preuve.html",
        status,
        errors=errors or {},
        action=lead_to(PROOF_HREF, target),
        passkey_action=lead_to(f"{PROOF_HREF}/cle", target),
        providers=[(each.preset.title, lead_to(f"{PROOF_HREF}/{name}", target)) for name, each in providers.items()],
        login=session.login,
        is_demo=session.method == DEMO and visit.settings.demo,
        has_password=bool(factors.password),
        has_passkeys=bool(factors.passkeys) and party is not None,
    )
    hosts = {host for each in providers.values() for host in each.preset.hosts}
    response.headers["Content-Security-Policy"] = allow_forms_to(hosts)
    return response
