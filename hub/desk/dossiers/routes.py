"""The pages of a person's record (`hub/desk/table.py`)."""

from __future__ import annotations

from hub.desk.dossiers import pages
from hub.desk.web.frames import SEARCH_HREF
from hub.desk.web.routes import PageRoute
from hub.domain.roles import load_roles

# Who reads anything of persons; a person and her relatives have one record only, which they need not search for.
READERS = frozenset(name for name, role in load_roles().items() if role.cells["identity"].level != "none")
SEARCHERS = READERS - {"personne", "aidant", "repr_legal"}

DOSSIERS = (
    PageRoute(SEARCH_HREF, pages.show_search, roles=SEARCHERS),
    PageRoute(SEARCH_HREF, pages.take_search, "POST", roles=SEARCHERS),
    PageRoute(f"{pages.HREF}/<patient_id>", pages.show_record, roles=READERS),
)
