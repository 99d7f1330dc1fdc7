"""`/mes-demandes`: what the reader's organisation sent to the desk, whose turn it is; a question is answered in place."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hub.desk.demands.sent_loading import DECIDED, OPEN, count_open, load_sent
from hub.desk.kit import render_page
from hub.desk.web.routes import redirect_to
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, Invalid, NotFound
from hub.triage.answering import answer_question

HREF = "/mes-demandes"
_OPEN, _DECIDED = "ouvertes", "decidees"
_REASONS = {
    "required-missing": _l("Écrivez votre réponse."),
    "decision-answered": _l(
        "La question n'attend plus de réponse : un collègue y a répondu, ou le guichet n'en a plus besoin."
    ),
    "version-conflict": _l(
        "La demande a changé depuis que vous l'avez ouverte : relisez-la, puis renvoyez votre réponse."
    ),
    "": _l("Votre réponse ne peut pas partir ainsi : raccourcissez-la ou réécrivez-la."),
}
_STATUSES = {_OPEN: OPEN, _DECIDED: DECIDED}


def show_sent(visit: Visit) -> Response:
    """The demands that wait, or those that are decided, as the desk spoke of them to their sender."""
    return _render(visit, request.args.get("etat", _OPEN))


def take_answer(visit: Visit, task_id: str) -> Response:
    """Send the answer to the desk; what cannot be sent is said where it was typed, and stays."""
    record = visit.open_record()
    demands, _ = load_sent(record, OPEN, task_id)
    if not demands:
        raise NotFound
    text = request.form.get("reponse", "").strip()
    try:
        answer_question(visit.store, record, f"Task/{task_id}", request.form.get("version", ""), text)
    except (Invalid, Conflict) as error:
        return _render(
            visit, _OPEN, _Unsent(task_id, text, _explain(error)), 409 if isinstance(error, Conflict) else 422
        )
    return redirect_to(HREF)


@dataclass(frozen=True)
class _Unsent:
    """An answer that was not sent. `demand`: the id of its Task; `error`: why, in words."""

    demand: str = ""
    text: str = ""
    error: str = ""


def _explain(error: Invalid | Conflict) -> str:
    return str(_REASONS.get(error.problems[0].code, _REASONS[""]))


def _render(visit: Visit, state: str, unsent: _Unsent | None = None, status: int = 200) -> Response:
    if state not in _STATUSES:
        raise NotFound
    record, answer = visit.open_record(), unsent or _Unsent()
    demands, has_more = load_sent(record, _STATUSES[state])
    number = len(demands) if state == _OPEN and not has_more else count_open(record)
    is_there = any(demand.id == answer.demand and demand.is_asked for demand in demands)
    return render_page(
        "mes-demandes.html",
        status,
        tabs=[
            {"words": gettext("Ouvertes"), "href": HREF, "current": state == _OPEN, "number": number},
            {"words": gettext("Décidées"), "href": f"{HREF}?etat={_DECIDED}", "current": state == _DECIDED},
        ],
        is_open=state == _OPEN,
        demands=demands,
        has_more=has_more,
        href=HREF,
        answering=answer.demand if is_there else "",
        unsent="" if is_there else answer.text,
        typed=answer.text,
        error=answer.error,
    )
