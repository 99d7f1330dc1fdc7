"""Sign-in with a passkey, below `/connexion/cle`."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.accounts.entry.passkey_sign_in import begin_sign_in, sign_in_with_passkey
from hub.accounts.entry.sign_in import NotSignedIn
from hub.desk.pages.passkey_answers import get_relying_party, send_options
from hub.desk.pages.signing_in import answer_outcome, render_sign_in
from hub.desk.web.visit import Visit


def begin_passkey(visit: Visit) -> Response:
    """What the browser is asked, as JSON: the same for everybody but for the challenge."""
    return send_options(begin_sign_in(visit.store, get_relying_party(visit)))


def take_passkey(visit: Visit) -> Response:
    """Sign in with the passkey that the browser answered with."""
    answer = request.form.get("reponse", "")
    outcome = sign_in_with_passkey(visit.store, get_relying_party(visit), answer, visit.origin, language=visit.language)
    if isinstance(outcome, NotSignedIn):
        words = gettext("Cette clé d'accès n'a pas été acceptée. Recommencez, ou prenez l'autre moyen.")
        return render_sign_in(visit, {"cle": words}, 422)
    return answer_outcome(visit, outcome)
