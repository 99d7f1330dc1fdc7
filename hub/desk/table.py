"""The one table of pages. A page is a line here; `hub.desk.web.routes` says what each column means."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hub.desk.admin.routes import ADMINISTRATION
from hub.desk.calls.routes import CALLS
from hub.desk.demands.routes import DEMANDS, QUEUE
from hub.desk.demands.sent_routes import SENT
from hub.desk.dossiers.routes import DOSSIERS
from hub.desk.pages import (
    contexts,
    enrolment,
    form_drafts,
    help_pages,
    home,
    leaving,
    own_account,
    own_factors,
    passkey_entry,
    proof,
    providers,
    signing_in,
)
from hub.desk.services.routes import DIRECTORY
from hub.desk.web.access import SESSION, VISITOR
from hub.desk.web.routes import PageRoute

_OWN = (
    *ADMINISTRATION,
    QUEUE,
    *CALLS,
    *DEMANDS,
    *SENT,
    *DIRECTORY,
    *DOSSIERS,
    PageRoute("/accueil", home.show_welcome, menu=_l("Accueil")),
    PageRoute("/connexion", signing_in.show_sign_in, access=VISITOR),
    PageRoute("/connexion", signing_in.take_password, "POST", VISITOR, needs_token=False),
    PageRoute("/connexion/demo", signing_in.take_demo, "POST", VISITOR, needs_token=False),
    PageRoute("/connexion/cle", passkey_entry.take_passkey, "POST", VISITOR, needs_token=False),
    PageRoute("/connexion/cle/defi", passkey_entry.begin_passkey, "POST", VISITOR, needs_token=False),
    PageRoute("/connexion/<name>", providers.go_to_provider, access=VISITOR),
    PageRoute("/connexion/<name>/retour", providers.come_back, access=VISITOR),
    PageRoute("/connexion/<name>/code", providers.take_code, "POST", VISITOR, needs_token=False),
    PageRoute("/enrolement/<link>", enrolment.show_link, access=VISITOR),
    PageRoute("/enrolement/<link>", enrolment.take_factors, "POST", VISITOR, needs_token=False),
    PageRoute("/enrolement/<link>/cle", enrolment.take_passkey, "POST", VISITOR, needs_token=False),
    PageRoute("/enrolement/<link>/cle/defi", enrolment.begin_passkey, "POST", VISITOR, needs_token=False),
    PageRoute("/enrolement/fait", enrolment.show_enrolled, access=VISITOR),
    PageRoute("/contexte", contexts.show_contexts, access=SESSION),
    PageRoute("/contexte", contexts.take_context, "POST", SESSION),
    PageRoute("/compte", own_account.show_account, access=SESSION),
    PageRoute("/compte/sessions", own_account.take_revocation, "POST", SESSION),
    PageRoute("/compte/mot-de-passe", own_factors.take_password, "POST", SESSION),
    PageRoute("/compte/application", own_factors.begin_application, access=SESSION),
    PageRoute("/compte/application", own_factors.take_application, "POST", SESSION),
    PageRoute("/compte/codes", own_factors.show_recovery_codes, access=SESSION),
    PageRoute("/compte/codes", own_factors.take_recovery_codes, "POST", SESSION),
    PageRoute("/compte/cles", own_factors.take_passkey, "POST", SESSION),
    PageRoute("/compte/cles/defi", own_factors.begin_passkey, "POST", SESSION),
    PageRoute("/compte/cles/retrait", own_factors.drop_passkey, "POST", SESSION),
    PageRoute("/compte/identites/<name>", providers.go_and_link, "POST", SESSION),
    PageRoute("/compte/preuve", proof.show_proof, access=SESSION),
    PageRoute("/compte/preuve", proof.take_proof, "POST", SESSION),
    PageRoute("/compte/preuve/cle", proof.take_passkey_proof, "POST", SESSION),
    PageRoute("/compte/preuve/cle/defi", proof.begin_passkey_proof, "POST", SESSION),
    PageRoute("/compte/preuve/<name>", providers.go_and_prove, "POST", SESSION),
    PageRoute("/brouillon", form_drafts.take_draft, "POST", SESSION),
    PageRoute("/deconnexion", leaving.take_leave, "POST", SESSION),
    PageRoute("/aide", help_pages.show_help, access=VISITOR),
    PageRoute("/accessibilite", help_pages.show_accessibility, access=VISITOR),
    PageRoute("/langue", leaving.take_language, "POST", VISITOR),
    PageRoute("/session", leaving.show_session, access=SESSION),
    PageRoute("/session", leaving.extend_session, "POST", SESSION),
)
PAGES = (home.make_first_page_view(_OWN), *_OWN)
