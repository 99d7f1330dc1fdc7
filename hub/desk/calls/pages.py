"""`/demandes/nouvelle`: a demand by telephone, at the counter or by letter, in the order of the conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from secrets import token_hex
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.desk.calls.candidates import find_known_persons
from hub.desk.calls.form import CallForm, explain_problems, read_form
from hub.desk.kit import render_page
from hub.desk.web.routes import redirect_to
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, Invalid
from hub.intake import receive_call
from hub.record.admission.admit import Unavailable
from hub.record.repository.desk import DeskRecord
from hub.triage.desk_notes import add_call, list_calls

HREF = "/demandes/nouvelle"
_SEARCH, _NEWCOMER, _CALL_BACK = "chercher", "nouvelle", "rappeler"


def show_new_demand(visit: Visit) -> Response:
    """An empty form, with a number of its own."""
    started = {"envoi": token_hex(8), "filled_at": _read_now(visit).isoformat(timespec="seconds")}
    return _render(visit, CallForm(started))


def take_new_demand(visit: Visit) -> Response:
    """Save the demand and lead to it; or search who is known already. What is missing is named, what was typed stays."""
    form = read_form(request.form)
    if request.form.get("suite") == _SEARCH:
        return _render(visit, form)
    if candidate := request.form.get("candidate", ""):
        chosen = "" if candidate == _NEWCOMER else f"Patient/{candidate}"
        form = replace(form, typed={**form.typed, "personne": chosen})
    try:
        task = receive_call(visit.store, visit.actor, form.build_message(), settings=visit.settings)
    except Invalid as error:
        return _render(visit, form, explain_problems(error.problems, visit.language), 422)
    except Conflict:
        words = gettext(
            "Cette saisie est déjà enregistrée, autrement. Ouvrez une nouvelle saisie pour une autre demande."
        )
        return _render(visit, form, {"envoi": words}, 409)
    except Unavailable:
        words = gettext("Rien n'est perdu : votre texte est encore là. Enregistrez de nouveau dans un instant.")
        return _render(visit, form, {"envoi": words}, 503)
    if request.form.get("suite") == _CALL_BACK:
        _note_call(visit, task, form)
        return redirect_to("/demandes")
    return redirect_to(f"/demandes/{task.partition('/')[2]}")


def show_known_persons(visit: Visit) -> Response:
    """The part of the page that says who is known already, while the agent types."""
    return render_page("nouvelle-demande-proches.html", **_list_known(visit, read_form(request.form)))


def _note_call(visit: Visit, task: str, form: CallForm) -> None:
    """Put the demand on the list of calls, once: whom to call back, and whether a message may be left."""
    record = DeskRecord(visit.store, visit.actor)
    if any(call.subject == task for call in list_calls(record)):
        return
    typed = form.typed
    add_call(
        record,
        task,
        whom=typed["rappel"] or typed["appelant"],
        phone="" if typed["rappel"] else typed["appelant_telephone"],
        may_leave_message=typed["message_laisse"] in ("oui", "sans-motif"),
    )


def _render(visit: Visit, form: CallForm, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return render_page(
        "nouvelle-demande.html", status, form=form, typed=form.typed, errors=errors or {}, **_list_known(visit, form)
    )


def _list_known(visit: Visit, form: CallForm) -> dict[str, Any]:
    today = _read_today(visit)
    candidates = find_known_persons(visit.open_record(), form, today, visit.language)
    return {"candidates": candidates, "understood": form.describe(today)}


def _read_now(visit: Visit) -> datetime:
    return datetime.fromtimestamp(visit.store.now() // 1_000_000, load_territory().timezone)


def _read_today(visit: Visit) -> date:
    return _read_now(visit).date()
