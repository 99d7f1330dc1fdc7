"""The pages of those who send demands to the desk (`hub/desk/table.py`)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hub.desk.demands import sent_page
from hub.desk.web.routes import PageRoute
from hub.domain.roles import load_roles

# Professionals who ask for something; the desk has its queue, a person and her relatives their own pages.
SENDERS = frozenset(
    name
    for name, role in load_roles().items()
    if role.own_tasks.level == "write" and not role.is_desk and not role.relations & {"self", "close"}
)

SENT = (
    PageRoute(sent_page.HREF, sent_page.show_sent, roles=SENDERS, menu=_l("Mes demandes"), is_first=True),
    PageRoute(f"{sent_page.HREF}/<task_id>/reponse", sent_page.take_answer, "POST", roles=SENDERS),
)
