"""The end of a session (`/deconnexion`), how long it lasts (`/session`), and the language of its pages (`/langue`)."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from hub.accounts.entry.sessions import choose_language, get_seconds_left, sign_out
from hub.accounts.upstream.sign_in import make_sign_out_url
from hub.desk.headers import PAGE_HEADERS
from hub.desk.kit import render_page
from hub.desk.web.cookies import LANGUAGE, SESSION
from hub.desk.web.drafts import forget_own_drafts
from hub.desk.web.local_addresses import read_referrer
from hub.desk.web.routes import redirect_to
from hub.desk.web.visit import Visit

_LANGUAGES = ("fr", "en")


def take_leave(visit: Visit) -> Response:
    """End the session. Who came by an identity provider is offered to sign out there too: a policy lets no form lead there."""
    issuer = visit.session.issuer
    forget_own_drafts(visit)
    id_token = sign_out(visit.store, visit.token)
    provider = next((each for each in visit.desk.providers.values() if each.preset.issuer == issuer), None)
    back = f"{visit.settings.base_url}/connexion"
    url = make_sign_out_url(provider, id_token, back, visit.store.now()) if provider else ""
    response = redirect_to("/connexion")
    if provider and url:
        response = render_page("deconnexion.html", url=url, title=provider.preset.title)
    SESSION.delete(response, visit.settings.base_url)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def show_session(visit: Visit) -> Response:
    """When the session ends. A script gets it as JSON, with the token that forms carry now."""
    idle, absolute = get_seconds_left(visit.session, visit.store.now())
    if _is_for_script():
        answer = jsonify(idle=idle, absolute=absolute, person=visit.session.name, csrf=visit.make_csrf_token())
        answer.headers.extend(PAGE_HEADERS)
        return answer
    return render_page("session.html", idle=max(idle, 0) // 60, absolute=max(absolute, 0) // 60)


def extend_session(visit: Visit) -> Response:
    """The request itself keeps the session awake: a script gets the time that is left, a form its own page again."""
    if _is_for_script():
        return show_session(visit)
    return redirect_to(read_referrer(request.headers.get("Referer", ""), visit.settings.base_url))


def take_language(visit: Visit) -> Response:
    """Show pages in another language from now on, and the one that the switch was on again."""
    base_url = visit.settings.base_url
    response = redirect_to(read_referrer(request.headers.get("Referer", ""), base_url))
    language = request.form.get("langue", "")
    if language in _LANGUAGES:
        LANGUAGE.set(response, base_url, language)
        if visit.present is not None:
            choose_language(visit.store, visit.token, language)
    return response


def _is_for_script() -> bool:
    """Whether a script asks: a browser that opens a page names `text/html`."""
    return "text/html" not in request.headers.get("Accept", "")
