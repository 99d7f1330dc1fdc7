"""The routes of administrators. For any other role none of these addresses exists."""

from __future__ import annotations

from functools import partial

from flask_babel import lazy_gettext as _l

from hub.desk.admin import accounts, keys, partners, rights, sources
from hub.desk.admin.forms import ROLE
from hub.desk.web.routes import PageRoute

_page = partial(PageRoute, roles=ROLE)

ADMINISTRATION = (
    _page("/admin/partenaires", partners.show_partners, menu=_l("Partenaires"), is_first=True),
    _page("/admin/partenaires/nouveau", partners.show_new_partner),
    _page("/admin/partenaires/nouveau", partners.take_new_partner, "POST"),
    _page("/admin/partenaires/structure", partners.show_new_organisation),
    _page("/admin/partenaires/structure", partners.take_new_organisation, "POST"),
    _page("/admin/partenaires/<client>", partners.show_partner),
    _page("/admin/partenaires/<client>", partners.take_suspension, "POST"),
    _page("/admin/cles", keys.show_keys, menu=_l("Clés")),
    _page("/admin/cles/<client>", keys.show_client_keys),
    _page("/admin/cles/<client>", keys.take_key, "POST"),
    _page("/admin/cles/<client>/retrait", keys.take_retirement, "POST"),
    _page("/admin/droits", rights.show_rights, menu=_l("Droits d'accès")),
    _page("/admin/droits/versions", rights.show_versions),
    _page("/admin/droits/roles/<role>", rights.show_role),
    _page("/admin/sources", sources.show_sources, menu=_l("Sources")),
    _page("/admin/sources/<name>", sources.show_source),
    _page("/admin/sources/<name>", sources.take_try, "POST"),
    _page("/admin/comptes", accounts.show_accounts, menu=_l("Comptes")),
    _page("/admin/comptes/nouveau", accounts.show_new_account),
    _page("/admin/comptes/nouveau", accounts.take_new_account, "POST"),
    _page("/admin/comptes/<account>", accounts.show_account),
    _page("/admin/comptes/<account>/fonctions", accounts.take_role, "POST"),
    _page("/admin/comptes/<account>/confirmation", accounts.take_confirmation, "POST"),
    _page("/admin/comptes/<account>/retrait", accounts.take_end_of_role, "POST"),
    _page("/admin/comptes/<account>/lien", accounts.take_link, "POST"),
    _page("/admin/comptes/<account>/depart", accounts.show_departure),
    _page("/admin/comptes/<account>/depart", accounts.take_departure, "POST"),
)
