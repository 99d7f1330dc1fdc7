"""How the pages of accounts are rendered: an account, its closing, an invitation."""

from __future__ import annotations

from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.accounts.management.authority import check_assignable, is_personal
from hub.administration.colleagues import (
    Colleague,
    get_colleague,
    is_last_administrator,
    list_acts,
    list_colleagues,
    name_agents,
)
from hub.desk.admin.forms import get_proof_address, get_scope, list_parties, make_version, read_moment
from hub.desk.kit import render_page
from hub.desk.web.role_titles import get_role_title
from hub.desk.web.visit import Visit
from hub.domain.errors import Invalid
from hub.domain.roles import load_roles
from hub.record.accounts.organisations import read_party_names

_ACT = "role-change"


def get_own_account(visit: Visit, account: str) -> Colleague:
    """An account that the administrator manages. Raises NotFound for another."""
    return get_colleague(visit.store, get_scope(visit), account, demo=visit.settings.demo)


def list_roles(colleague: Colleague, names: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """(key, title, organisation, whether it waits for a second administrator) of each present role."""
    return [
        (
            assignment.key,
            get_role_title(assignment.role),
            names.get(assignment.party, assignment.party),
            assignment.confirmed is None,
        )
        for assignment in colleague.assignments
    ]


def list_role_choices() -> list[tuple[str, str]]:
    """The roles that people have at an organisation."""
    choices = []
    for name in load_roles():
        try:
            check_assignable("Organization/x", name)
        except Invalid:
            continue
        if not is_personal(name):
            choices.append((name, get_role_title(name)))
    return choices


def make_account_version(colleague: Colleague) -> str:
    """What a page says of the state of the account that it shows."""
    return make_version(colleague.state, sorted(assignment.assignment_id for assignment in colleague.assignments))


def _name_acts(visit: Visit, colleague: Colleague) -> list[dict[str, object]]:
    """What was done to the account, by whom and why, in words."""
    acts = list_acts(visit.store, colleague)
    agents = name_agents(visit.store, [event.agent.name for event in acts])
    words = {
        "account-added": gettext("Compte ouvert"),
        "account-ended": gettext("Compte fermé"),
        "enrolled": gettext("Accès mis en place par son titulaire"),
        "link-made": gettext("Lien à usage unique"),
        "role-confirmed": gettext("Fonction confirmée"),
        "role-ended": gettext("Fonction retirée"),
        "role-given": gettext("Fonction donnée"),
    }
    reasons = {"first": gettext("premier accès"), "reset": gettext("accès perdu")}
    lines = []
    for event in acts:
        kind, _, rest = event.why.partition(" ")
        reason = " : ".join(filter(None, (reasons.get(kind), rest))) if kind in reasons else event.why
        role = get_role_title(event.role) if event.role else ""
        sentence = ", ".join(filter(None, (words[event.act], role, reason)))
        lines.append({"words": sentence, "when": read_moment(event.at), "by": agents.get(event.agent.name, "")})
    return lines


def render_account(
    visit: Visit,
    colleague: Colleague,
    errors: dict[str, str] | None = None,
    status: int = 200,
    fields: dict[str, str] | None = None,
    *,
    link: str = "",
) -> Response:
    """The page of one account. `link`: a one-time link that was just made."""
    names = read_party_names(visit.store, [assignment.party for assignment in colleague.assignments])
    everybody = list_colleagues(visit.store, "", demo=visit.settings.demo)
    return render_page(
        "admin-compte.html",
        status,
        errors=errors or {},
        fields=fields or {},
        colleague=colleague,
        roles=list_roles(colleague, names),
        is_last=is_last_administrator(everybody, colleague),
        acts=_name_acts(visit, colleague),
        choices=list_role_choices(),
        parties=list_parties(visit),
        link=link,
        proof=get_proof_address(visit, _ACT),
    )


def render_departure(
    visit: Visit,
    colleague: Colleague,
    errors: dict[str, str] | None = None,
    status: int = 200,
    fields: dict[str, str] | None = None,
) -> Response:
    """The page that asks before it closes an account."""
    names = read_party_names(visit.store, [assignment.party for assignment in colleague.assignments])
    return render_page(
        "admin-compte-depart.html",
        status,
        errors=errors or {},
        fields=fields or {},
        colleague=colleague,
        roles=list_roles(colleague, names),
        version=make_account_version(colleague),
        proof=get_proof_address(visit, _ACT),
    )


def render_new(
    visit: Visit, fields: dict[str, str], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    """The page of an invitation."""
    return render_page(
        "admin-compte-nouveau.html",
        status,
        errors=errors or {},
        fields=fields,
        parties=list_parties(visit),
        choices=list_role_choices(),
        proof=get_proof_address(visit, _ACT),
    )
