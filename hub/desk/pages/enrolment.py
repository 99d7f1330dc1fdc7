"""`/enrolement/<link>`: the owner of an account sets up what it signs in with, once (`docs/security.md` LA-7).

A link that is unknown, used, too old or of a closed account gets the same page.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.accounts.credentials.webauthn import make_relying_party
from hub.accounts.management.enrolment import LinkView, redeem_link, view_link
from hub.accounts.management.passkeys import begin_enrolment, redeem_link_with_passkey
from hub.desk.error_pages import render_error_page
from hub.desk.kit import render_page
from hub.desk.pages.passkey_answers import SITE, get_relying_party, send_options
from hub.desk.pages.refusals import describe_refusal
from hub.desk.qr_codes import draw_qr_code
from hub.desk.web.routes import redirect_to
from hub.desk.web.showing_once import forget_codes, hand_over_codes, take_codes
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, Invalid, NotFound

_ENROLLED_HREF = "/enrolement/fait"


def show_link(visit: Visit, link: str) -> Response:
    """What can be set up by the link."""
    return _render(visit, link)


def take_factors(visit: Visit, link: str) -> Response:
    """Set password and authenticator application."""
    try:
        enrolled = redeem_link(
            visit.store, link, request.form.get("mot_de_passe", ""), request.form.get("code", ""), visit.origin
        )
    except Invalid as refusal:
        return _render(visit, link, describe_refusal(refusal), 422)
    except NotFound:
        return render_error_page(410)
    response = redirect_to(_ENROLLED_HREF)
    hand_over_codes(visit, response, enrolled.recovery_codes)
    return response


def begin_passkey(visit: Visit, link: str) -> Response:
    """What the browser is asked for a first passkey, as JSON."""
    return send_options(begin_enrolment(visit.store, link, get_relying_party(visit)))


def take_passkey(visit: Visit, link: str) -> Response:
    """Set the passkey that the browser answered with."""
    answer = request.form.get("reponse", "")
    try:
        redeem_link_with_passkey(visit.store, link, get_relying_party(visit), answer, visit.origin)
    except (Invalid, Conflict) as refusal:
        return _render(visit, link, describe_refusal(refusal), 422)
    except NotFound:
        return render_error_page(410)
    return redirect_to(_ENROLLED_HREF)


def show_enrolled(visit: Visit) -> Response:
    """It is done; recovery codes are shown here once."""
    response = render_page("enrolement-fait.html", codes=take_codes(visit))
    forget_codes(visit, response)
    return response


def _render(visit: Visit, link: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    view = view_link(visit.store, link, SITE)
    if view is None:
        return render_error_page(410)
    return render_page(
        "enrolement.html",
        status,
        view=view,
        until=datetime.fromtimestamp(view.until // 1_000_000, UTC),
        qr_code=_draw(view),
        action=f"/enrolement/{link}",
        has_passkeys=make_relying_party(visit.settings.base_url, SITE) is not None,
        errors=errors or {},
    )


def _draw(view: LinkView) -> str:
    return draw_qr_code(view.uri, gettext("Image à photographier avec votre application de codes"))
