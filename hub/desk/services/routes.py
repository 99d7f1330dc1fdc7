"""The pages of the directory (`hub/desk/table.py`)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hub.desk.services import pages
from hub.desk.web.routes import PageRoute
from hub.domain.roles import load_roles

# A role that reads the directory; a person and her relatives have no use of it.
_OWN = frozenset({"personne", "aidant", "repr_legal"})
READERS = frozenset(name for name, role in load_roles().items() if role.directory.level != "none") - _OWN

DIRECTORY = (
    PageRoute(pages.HREF, pages.show_directory, roles=READERS, menu=_l("Annuaire")),
    PageRoute(f"{pages.HREF}/<service_id>", pages.show_service, roles=READERS),
    PageRoute(f"{pages.HREF}/<service_id>/places", pages.take_places, "POST", roles=READERS),
)
