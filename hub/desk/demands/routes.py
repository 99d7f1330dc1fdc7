"""The pages of the desk (`hub/desk/table.py`)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hub.desk.calls.routes import DESK_ROLES
from hub.desk.demands import decision_page, demand_page, queue_page, taking
from hub.desk.web.routes import PageRoute

_DEMAND = f"{queue_page.HREF}/<task_id>"

QUEUE = PageRoute(queue_page.HREF, queue_page.show_queue, roles=DESK_ROLES, menu=_l("Demandes"), is_first=True)
DEMANDS = (
    PageRoute(queue_page.HREF, queue_page.take_name, "POST", roles=DESK_ROLES),
    PageRoute(_DEMAND, demand_page.show_demand, roles=DESK_ROLES),
    PageRoute(f"{_DEMAND}/original", demand_page.show_original, roles=DESK_ROLES),
    PageRoute(f"{_DEMAND}/classement", demand_page.take_filing, "POST", roles=DESK_ROLES),
    PageRoute(f"{_DEMAND}/decision", decision_page.show_decision, roles=DESK_ROLES),
    PageRoute(f"{_DEMAND}/decision", decision_page.take_decision, "POST", roles=DESK_ROLES),
    PageRoute(f"{_DEMAND}/decision/annuler", decision_page.take_undo, "POST", roles=DESK_ROLES),
    PageRoute(f"{_DEMAND}/reprendre", decision_page.take_resumption, "POST", roles=DESK_ROLES),
    PageRoute(f"{_DEMAND}/prise", taking.take_gesture, "POST", roles=DESK_ROLES),
)
