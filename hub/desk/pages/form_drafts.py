"""`/brouillon`: throw away what was typed before a session ended. What brings it back is `hub.desk.web.drafts`."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from hub.desk.web.drafts import throw_draft_away
from hub.desk.web.routes import redirect_to
from hub.desk.web.visit import Visit

HREF = "/brouillon"


def take_draft(visit: Visit) -> Response:
    """Throw a draft away and show its page again. One that is gone already stays so."""
    return redirect_to(throw_draft_away(visit, request.form.get("brouillon", "")))
