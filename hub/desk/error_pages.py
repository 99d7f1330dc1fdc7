"""What a page says when it cannot show what was asked: what happened, and what to do now.

The words depend on the status alone, never on what was asked: what does not exist and what the reader may not see have the
same bytes (`docs/leaks.md` L131).
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from hub.desk.kit import render_page


@dataclass(frozen=True)
class ErrorWords:
    """`title`: what happened; `advice`: what the reader can do."""

    title: LazyString
    advice: LazyString


_WORDS = {
    HTTPStatus.BAD_REQUEST: ErrorWords(
        _l("Cette demande n'a pas été comprise"),
        _l("Revenez en arrière et recommencez. Si vous avez suivi un lien, il est peut-être coupé."),
    ),
    HTTPStatus.FORBIDDEN: ErrorWords(
        _l("Ce geste n'est pas passé"),
        _l("La page était peut-être ouverte depuis longtemps, ou venait d'ailleurs. Rouvrez-la, et recommencez."),
    ),
    HTTPStatus.NOT_FOUND: ErrorWords(
        _l("Il n'y a rien à cette adresse"),
        _l("L'adresse est peut-être mal écrite, ou ce que vous cherchez n'est pas pour vous. Cherchez par le nom."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: ErrorWords(
        _l("Cette adresse ne s'ouvre pas ainsi"), _l("Revenez à la page d'où vous venez, et utilisez ses boutons.")
    ),
    HTTPStatus.CONFLICT: ErrorWords(
        _l("Quelqu'un a changé cela avant vous"),
        _l("Rien de ce que vous avez écrit n'est perdu. Revenez en arrière, comparez, puis recommencez."),
    ),
    HTTPStatus.GONE: ErrorWords(
        _l("Ce lien ne sert plus"), _l("Il a déjà servi, ou son temps est passé. Demandez-en un nouveau.")
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ErrorWords(
        _l("C'est trop gros pour passer"), _l("Envoyez le document en PDF, ou sans ses images, ou en plusieurs fois.")
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ErrorWords(
        _l("Ce genre de fichier n'est pas pris ici"), _l("Envoyez un PDF ou une image.")
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: ErrorWords(
        _l("Il manque quelque chose pour envoyer"),
        _l("Revenez en arrière : ce que vous avez écrit y est encore. Chaque réponse à reprendre est indiquée."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: ErrorWords(
        _l("Trop d'essais en peu de temps"), _l("Attendez une minute, puis recommencez.")
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: ErrorWords(
        _l("Une panne, de notre côté"),
        _l("Rien n'a été envoyé à moitié. Recommencez dans un moment ; si cela dure, appelez en donnant le numéro."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: ErrorWords(
        _l("Le service est arrêté pour un moment"),
        _l("Rien n'est perdu. Recommencez dans quelques minutes ; s'il y a urgence, téléphonez."),
    ),
}
STATUSES = tuple(status.value for status in _WORDS)


def render_error_page(status: int, reference: str = "") -> Response:
    """The page of `status`; of another status the page of 400 or 500, its class. `reference`: a number to give on the
    telephone, shown for faults of the hub alone, since it differs at each request."""
    fallback = HTTPStatus.BAD_REQUEST if status < 500 else HTTPStatus.INTERNAL_SERVER_ERROR
    known = HTTPStatus(status if status in STATUSES else fallback)
    return render_page("error.html", status, words=_WORDS[known], reference=reference if status >= 500 else "")
