"""A gallery: every pattern of the kit on pages that follow the drawings. An application of its own; no product route.

The cookie `langue` chooses the language; `?teintes=dark`, `?duree=130` and `?sans-lettres` stand for what an account keeps.
Persons, places and numbers are invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, abort, jsonify, request

from hub.desk.error_pages import STATUSES, render_error_page
from hub.desk.frame import ActingContext, Frame, MenuItem, SessionLimits
from hub.desk.kit import install_kit, render_page

_FOLDER = Path(__file__).parent
PAGES = tuple(sorted(path.stem for path in (_FOLDER / "templates").glob("*.html")))
_ERRORS = {"motif": "Choisissez un motif.", "quand": "Indiquez une date, ou cochez « on ne sait pas »."}

_ADMIN = ("Partenaires", "Clés", "Droits", "Sources", "Comptes", "Anomalies", "Travaux")
_DESK = ("Guichet", "Actions", "Annuaire", "Travaux")
_REFERENT = ("Ma journée", "Situations", "Actions", "Annuaire")
_HOME_HELP = ("Ma tournée", "Mes personnes", "Annuaire")
_NADIA = ActingContext("Nadia Lisière", "Guichet", "DAC de Valombre", "/contexte")
_CAMILLE = ActingContext("Camille Trame", "Gestionnaire de cas", "DAC de Valombre", "/contexte")
_ELISE = ActingContext("Élise Navette", "Administration", "DAC de Valombre", "/contexte")
_AWA = ActingContext("Awa Prétexte", "Aide à domicile", "Les Glycines")
_INES = ActingContext("Inès Modèle", "Infirmière coordinatrice", "SSIAD du Val", "/contexte")
_JEANNE = ActingContext("Jeanne Exemple", "Mon espace", "DAC de Valombre")
_HINT = "Nom, date, téléphone, n°"

# Page → who looks, the menu, the entry that is open, what the search box says.
_WHO: dict[str, tuple[ActingContext | None, tuple[str, ...], str, str]] = {
    "connexion": (None, (), "", ""),
    "contexte": (None, (), "", ""),
    "logiciel": (None, (), "", ""),
    "papier": (None, (), "", ""),
    "tournee-papier": (None, (), "", ""),
    "journee": (_CAMILLE, _REFERENT, "Ma journée", _HINT),
    "administration": (_ELISE, _ADMIN, "Partenaires", ""),
    "dossier": (_CAMILLE, _REFERENT, "Situations", _HINT),
    "plan": (_CAMILLE, _REFERENT, "Situations", _HINT),
    "evaluation": (_CAMILLE, _REFERENT, "Situations", _HINT),
    "ailleurs": (_CAMILLE, _REFERENT, "Situations", _HINT),
    "passation": (_CAMILLE, _REFERENT, "Situations", _HINT),
    "session": (_CAMILLE, _REFERENT, "Situations", _HINT),
    "aide-a-domicile": (_AWA, _HOME_HELP, "Mes personnes", "Nom d'une personne que vous aidez"),
    "tournee": (_AWA, _HOME_HELP, "Ma tournée", "Nom d'une personne que vous aidez"),
    "action": (_AWA, _HOME_HELP, "Ma tournée", "Nom d'une personne que vous aidez"),
    "actions": (_INES, ("Actions", "Mes personnes", "Mes demandes", "Annuaire"), "Actions", _HINT),
    "mes-demandes": (_INES, ("Actions", "Mes personnes", "Mes demandes", "Annuaire"), "Mes demandes", ""),
    "annuaire": (_CAMILLE, _REFERENT, "Annuaire", _HINT),
    "service": (_CAMILLE, _REFERENT, "Annuaire", _HINT),
    "mon-espace": (_JEANNE, ("Mon plan", "Mes accords", "Qui a regardé", "Écrire"), "Mon plan", ""),
}


def create_gallery() -> Flask:
    """The gallery as an application: `/galerie/<page>`, `/galerie/erreur/<status>`, and the static files."""
    app = Flask(__name__, template_folder="templates", static_folder=None)
    install_kit(app, _build_frame)
    app.add_url_rule("/galerie/<page>", view_func=_show_page)
    app.add_url_rule("/galerie/erreur/<int:status>", view_func=render_error_page)
    app.add_url_rule("/gallery.css", view_func=_send_sheet)
    app.add_url_rule("/brouillon", view_func=_save_draft, methods=["POST"])
    app.add_url_rule("/session", view_func=_renew)
    return app


def _build_frame() -> Frame:
    page = (request.view_args or {}).get("page", "")
    context, menu, current, hint = _WHO.get(page, (_NADIA, _DESK, "Guichet", _HINT))
    frame = Frame(
        territory="Valombre",
        organisation="DAC de Valombre",
        is_sandbox=True,
        context=context,
        menu=tuple(MenuItem(words, "#", words == current) for words in menu),
        search_hint=hint,
        csrf_token="jeton-de-la-galerie",
    )
    language, scheme = request.cookies.get("langue"), request.args.get("teintes")
    if "duree" in request.args:
        frame = replace(frame, session=SessionLimits(int(request.args["duree"]), warning=120))
    if "sans-lettres" in request.args:
        frame = replace(frame, has_shortcuts=False)
    return replace(
        frame,
        language="en" if language == "en" else "fr",
        scheme="dark" if scheme == "dark" else "light" if scheme == "light" else "",
    )


def _show_page(page: str) -> Response:
    if page not in PAGES:
        abort(404)
    return render_page(
        f"{page}.html",
        errors=_ERRORS if page in ("saisie", "actions") else {},
        now=datetime(2026, 11, 23, 9, 42, tzinfo=UTC),
    )


def _send_sheet() -> Response:
    return Response((_FOLDER / "gallery.css").read_bytes(), content_type="text/css; charset=utf-8")


def _save_draft() -> Response:
    if request.form.get("motif") == "panne":
        return Response(status=503)
    return Response(
        "Brouillon enregistré à 10 h 43", headers={"X-Draft-Version": "2"}, content_type="text/plain; charset=utf-8"
    )


def _renew() -> Response:
    return jsonify(idle=1200, absolute=36_000, person=_NADIA.person, csrf="jeton-neuf")


ERROR_PATHS = tuple(f"/galerie/erreur/{status}" for status in STATUSES)
