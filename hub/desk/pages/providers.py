"""Away to an identity provider and back: to sign in, to prove oneself again, to let it open one's own account (`§2.3`).

The page that somebody wanted to see travels in the cookie that binds the browser.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote

from flask import abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.accounts.entry.sign_in import NotSignedIn
from hub.accounts.entry.throttle import TooMany
from hub.accounts.upstream.admission import CodeNeeded, finish_with_code
from hub.accounts.upstream.pending import Purpose
from hub.accounts.upstream.providers import Provider, make_redirect_uri
from hub.accounts.upstream.sign_in import Linked, Return, UpstreamRefusal, build_redirect, handle_return, refuse
from hub.accounts.upstream.transport import UpstreamFault
from hub.desk.kit import render_page
from hub.desk.pages.signing_in import HREF, answer_outcome, enter, refuse_for_now, render_sign_in
from hub.desk.web.cookies import UPSTREAM
from hub.desk.web.local_addresses import FIRST, lead_to, read_target
from hub.desk.web.routes import redirect_to
from hub.desk.web.visit import Visit

_MARK = "|"


def go_to_provider(visit: Visit, name: str) -> Response:
    """Send the browser to the provider, to sign in there."""
    return _depart(visit, name, "sign-in", read_target(request.args.get("suite", "")))


def go_and_prove(visit: Visit, name: str) -> Response:
    """Send the browser to the provider, to prove itself again."""
    return _depart(visit, name, "step-up", read_target(request.args.get("suite", "")))


def go_and_link(visit: Visit, name: str) -> Response:
    """Send the browser to the provider, which opens this account too from then on."""
    return _depart(visit, name, "link", "/compte")


def come_back(visit: Visit, name: str) -> Response:
    """Judge what the browser brings back from the provider."""
    provider, base_url = _get_provider(visit, name), visit.settings.base_url
    cookie, _, target = UPSTREAM.read(request.environ, base_url).partition(_MARK)
    target = read_target(unquote(target))
    pairs = parse_qsl(request.query_string.decode("ascii", "replace"), keep_blank_values=True)
    outcome = handle_return(
        visit.store, provider, make_redirect_uri(base_url, name), Return(pairs, cookie, visit.token), visit.origin
    )
    response = _answer(visit, name, provider, target, outcome)
    UPSTREAM.delete(response, base_url)
    return response


def take_code(visit: Visit, name: str) -> Response:
    """The account's own code, after a provider that is one factor."""
    _get_provider(visit, name)
    outcome = finish_with_code(visit.store, request.form.get("poignee", ""), request.form.get("code", ""), visit.origin)
    if isinstance(outcome, NotSignedIn):
        words = gettext("Ce code n'est pas le bon. Pour votre sûreté, repassez par le service qui vous a reconnu.")
        return render_sign_in(visit, {"fournisseurs": words}, 422)
    return answer_outcome(visit, outcome)


def _answer(visit: Visit, name: str, provider: Provider, target: str, outcome: object) -> Response:
    if isinstance(outcome, TooMany):
        return refuse_for_now(visit, outcome)
    if isinstance(outcome, UpstreamRefusal):
        return _render_refusal(visit, provider, outcome)
    if isinstance(outcome, Linked):
        return redirect_to("/compte")
    if isinstance(outcome, CodeNeeded):
        action = lead_to(f"{HREF}/{name}/code", target)
        return render_page("code.html", handle=outcome.handle, title=provider.preset.title, action=action)
    return enter(visit, outcome, target)  # type: ignore[arg-type]  # what is left of `handle_return`'s outcomes


def _depart(visit: Visit, name: str, purpose: Purpose, target: str) -> Response:
    provider, base_url = _get_provider(visit, name), visit.settings.base_url
    session = None if purpose == "sign-in" else visit.session
    try:
        departure = build_redirect(visit.store, provider, make_redirect_uri(base_url, name), purpose, session)
    except UpstreamFault as fault:
        return _render_refusal(visit, provider, refuse(visit.store, provider, fault.reason, visit.origin))
    response = redirect_to(departure.url)
    UPSTREAM.set(response, base_url, departure.cookie + _MARK + quote("" if target == FIRST else target, safe=""))
    return response


def _get_provider(visit: Visit, name: str) -> Provider:
    provider = visit.desk.providers.get(name)
    if provider is None:
        abort(404)
    return provider


def _render_refusal(visit: Visit, provider: Provider, refusal: UpstreamRefusal) -> Response:
    return render_page(
        "connexion-impossible.html",
        403,
        title=provider.preset.title,
        reference=refusal.reference,
        is_signed_in=visit.present is not None,
    )
