"""`/contexte`: for whom one acts now, one organisation and role at a time (`docs/security.md` LG-3)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.accounts.entry.sessions import choose_context, list_contexts
from hub.desk.kit import render_page
from hub.desk.web.cookies import SESSION
from hub.desk.web.frames import CONTEXTS_HREF, name_context
from hub.desk.web.local_addresses import lead_to, read_target
from hub.desk.web.role_titles import describe_role, get_role_title
from hub.desk.web.routes import redirect_to
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit
from hub.domain.errors import NotFound, Refused
from hub.record.accounts.organisations import read_party_names


@dataclass(frozen=True)
class ContextChoice:
    """A context as the page offers it. `key`: `<id of the party>:<role>`. `detail`: what the role does. `is_barred`: an identity
    provider rules it out today."""

    key: str
    title: str
    organisation: str
    detail: str
    is_barred: bool
    is_current: bool


def show_contexts(visit: Visit) -> Response:
    """The contexts of the account, to choose one."""
    return _render(visit)


def take_context(visit: Visit) -> Response:
    """Act in the context that was chosen, from the next request on; the session goes on under a new id."""
    key = request.form.get("contexte", "")
    try:
        token = choose_context(visit.store, visit.token, key, prefer=request.form.get("proposer") == "oui")
    except NotFound:
        return _render(visit, {"contexte": gettext("Choisissez une de vos fonctions.")}, 422)
    except Refused:
        words = gettext("Votre profession n'a pas été confirmée à votre connexion : cette fonction est suspendue.")
        return _render(visit, {"contexte": words}, 422)
    response = redirect_to(read_target(request.args.get("suite", "")))
    SESSION.set(response, visit.settings.base_url, token)
    return response


def list_choices(visit: Visit) -> list[ContextChoice]:
    """The contexts of the session's account, the one to propose first at the head."""
    contexts = list_contexts(visit.store, visit.session)
    names = read_party_names(visit.store, [context.assignment.party for context in contexts])
    return [
        ContextChoice(
            context.assignment.key,
            get_role_title(context.assignment.role),
            name_context(context.assignment.party, names),
            describe_role(context.assignment.role),
            context.barred,
            context.assignment.assignment_id == visit.session.assignment_id,
        )
        for context in contexts
    ]


def _render(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    choices = list_choices(visit)
    open_choices = [choice for choice in choices if not choice.is_barred]
    chosen = next((choice for choice in open_choices if choice.is_current), open_choices[0] if open_choices else None)
    return render_page(
        "contexte.html",
        status,
        errors=errors or {},
        action=lead_to(CONTEXTS_HREF, read_target(request.args.get("suite", ""))),
        name=visit.session.name,
        choices=choices,
        chosen=chosen.key if chosen else "",
        phone=load_territory().phone,
        organisation=load_territory().organisation,
    )
