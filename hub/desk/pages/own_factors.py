"""Changes of one's own factors, below `/compte`: each in a session that was proven in the last five minutes (LA-8)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.accounts.management.factors import (
    begin_totp,
    change_password,
    finish_totp,
    remove_passkey,
    renew_recovery_codes,
)
from hub.accounts.management.passkeys import begin_registration, finish_registration
from hub.desk.kit import render_page
from hub.desk.pages.own_account import HREF, render_account
from hub.desk.pages.passkey_answers import SITE, get_relying_party, send_options
from hub.desk.pages.refusals import describe_refusal
from hub.desk.qr_codes import draw_qr_code
from hub.desk.web.cookies import SESSION
from hub.desk.web.routes import redirect_to
from hub.desk.web.showing_once import forget_codes, hand_over_codes, take_codes
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, Invalid, NotFound


def take_password(visit: Visit) -> Response:
    """A new password."""
    try:
        token = change_password(visit.store, visit.token, request.form.get("mot_de_passe", ""))
    except Invalid as refusal:
        return render_account(visit, describe_refusal(refusal), 422)
    return _go_on(visit, token)


def begin_application(visit: Visit) -> Response:
    """The seed of a new authenticator application, to be confirmed by its first code."""
    return _render_application(visit)


def take_application(visit: Visit) -> Response:
    """Replace the authenticator application."""
    handle, code = request.form.get("poignee", ""), request.form.get("code", "")
    try:
        token = finish_totp(visit.store, visit.token, handle, code)
    except Invalid as refusal:
        return _render_application(visit, describe_refusal(refusal), 422)
    return _go_on(visit, token)


def take_recovery_codes(visit: Visit) -> Response:
    """New recovery codes in place of the former."""
    token, codes = renew_recovery_codes(visit.store, visit.token)
    response = redirect_to(f"{HREF}/codes")
    SESSION.set(response, visit.settings.base_url, token)
    hand_over_codes(visit, response, codes, visit.session.account_id)
    return response


def show_recovery_codes(visit: Visit) -> Response:
    """The new recovery codes, once."""
    response = render_page("codes.html", codes=take_codes(visit, visit.session.account_id))
    forget_codes(visit, response)
    return response


def begin_passkey(visit: Visit) -> Response:
    """What the browser is asked for a new passkey, as JSON."""
    return send_options(begin_registration(visit.store, visit.token, get_relying_party(visit)))


def take_passkey(visit: Visit) -> Response:
    """Add the passkey that the browser answered with."""
    answer, name = request.form.get("reponse", ""), request.form.get("nom", "")
    try:
        token = finish_registration(visit.store, visit.token, get_relying_party(visit), answer, name)
    except (Invalid, Conflict) as refusal:
        return render_account(visit, describe_refusal(refusal), 422)
    return _go_on(visit, token)


def drop_passkey(visit: Visit) -> Response:
    """Remove one of the passkeys. Raises NotFound."""
    try:
        credential_id = bytes.fromhex(request.form.get("cle", ""))
    except ValueError:
        raise NotFound from None
    try:
        token = remove_passkey(visit.store, visit.token, credential_id)
    except Conflict as refusal:
        return render_account(visit, describe_refusal(refusal), 422)
    return _go_on(visit, token)


def _go_on(visit: Visit, token: str) -> Response:
    response = redirect_to(HREF)
    SESSION.set(response, visit.settings.base_url, token)
    return response


def _render_application(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    setup = begin_totp(visit.store, visit.token, SITE)
    words = gettext("Image à photographier avec votre application de codes")
    return render_page(
        "application.html",
        status,
        setup=setup,
        qr_code=draw_qr_code(setup.uri, words),
        errors=errors or {},
        action=f"{HREF}/application",
    )
