"""Take a demand, hand it back, pass it on: rows of the desk alone, no version moves (`docs/parts.md` 36)."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from hub.desk.web.local_addresses import read_referrer
from hub.desk.web.routes import redirect_to
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, NotFound
from hub.record.repository.desk import DeskRecord
from hub.triage.desk_notes import give_back, pass_on, take


def take_gesture(visit: Visit, task_id: str) -> Response:
    """Do `geste` and go back to where one was; a demand that a colleague took meanwhile is shown as hers."""
    record, task = DeskRecord(visit.store, visit.actor), f"Task/{task_id}"
    gesture = request.form.get("geste", "")
    if gesture == "prendre":
        try:
            take(visit.store, record, task)
        except Conflict:
            return redirect_to(f"/demandes/{task_id}")
        return redirect_to(f"/demandes/{task_id}")
    if gesture == "rendre":
        give_back(record, task)
    elif gesture == "passer" and request.form.get("a"):
        pass_on(visit.store, record, task, request.form["a"])
    else:
        raise NotFound
    return redirect_to(read_referrer(request.headers.get("Referer", ""), visit.settings.base_url) or "/demandes")
