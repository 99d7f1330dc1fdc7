"""The one table of pages. A page is a line here; `hub.desk.web.routes` says what each column means."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hub.desk.admin.routes import ADMINISTRATION
from hub.desk.pages import contexts, home, leaving, signing_in
from hub.desk.web.access import SESSION, VISITOR
from hub.desk.web.routes import PageRoute

_OWN = (
    *ADMINISTRATION,
    PageRoute("/accueil", home.show_welcome, menu=_l("Accueil")),
    PageRoute("/connexion", signing_in.show_sign_in, access=VISITOR),
    PageRoute("/connexion", signing_in.take_password, "POST", VISITOR, needs_token=False),
    PageRoute("/connexion/demo", signing_in.take_demo, "POST", VISITOR, needs_token=False),
    PageRoute("/contexte", contexts.show_contexts, access=SESSION),
    PageRoute("/contexte", contexts.take_context, "POST", SESSION),
    PageRoute("/deconnexion", leaving.take_leave, "POST", SESSION),
    PageRoute("/langue", leaving.take_language, "POST", VISITOR),
    PageRoute("/session", leaving.show_session, access=SESSION),
    PageRoute("/session", leaving.extend_session, "POST", SESSION),
)
PAGES = (home.make_first_page_view(_OWN), *_OWN)
