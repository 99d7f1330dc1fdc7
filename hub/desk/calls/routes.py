"""The pages on which an agent of the desk writes down a demand (`hub/desk/table.py`)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hub.desk.calls import pages
from hub.desk.web.routes import PageRoute
from hub.domain.roles import load_roles

DESK_ROLES = frozenset(name for name, role in load_roles().items() if role.is_desk)

CALLS = (
    PageRoute(pages.HREF, pages.show_new_demand, roles=DESK_ROLES, menu=_l("Saisir une demande")),
    PageRoute(pages.HREF, pages.take_new_demand, "POST", roles=DESK_ROLES),
    PageRoute(f"{pages.HREF}/proches", pages.show_known_persons, "POST", roles=DESK_ROLES),
)
