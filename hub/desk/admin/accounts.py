"""`/admin/comptes`: the accounts of colleagues. Invite, give and end roles, reset a lost factor, close."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.accounts.management.authority import Authority, as_colleague
from hub.accounts.management.enrolment import make_link
from hub.accounts.management.people import add_account, confirm_role, end_role, find_account, give_role
from hub.administration.colleagues import ACTIVE, ENDED, Colleague, list_colleagues, offboard
from hub.desk.admin.account_pages import (
    get_own_account,
    list_role_choices,
    list_roles,
    make_account_version,
    render_account,
    render_departure,
    render_new,
)
from hub.desk.admin.forms import describe_problems, get_scope, is_stale, list_parties, read_fields
from hub.desk.kit import render_page
from hub.desk.web.routes import redirect_to
from hub.desk.web.showing_once import forget_codes, hand_over_codes, take_codes
from hub.desk.web.visit import Visit
from hub.domain.errors import HubError, Invalid, NotFound
from hub.record.accounts.organisations import read_party_names

HREF = "/admin/comptes"


def show_accounts(visit: Visit) -> Response:
    """The accounts of the scope, those that ended last."""
    colleagues = list_colleagues(visit.store, get_scope(visit), demo=visit.settings.demo)
    names = read_party_names(visit.store, _list_assigned(colleagues))
    return render_page(
        "admin-comptes.html",
        rows=[(colleague, list_roles(colleague, names)) for colleague in colleagues],
        active=sum(colleague.state == ACTIVE for colleague in colleagues),
    )


def show_new_account(visit: Visit) -> Response:
    """The form of an invitation."""
    return render_new(visit, {})


def take_new_account(visit: Visit) -> Response:
    """Open an account with one role, and go on to its page, which shows the one-time link once."""
    authority = _get_authority(visit)
    fields = read_fields("identifiant", "nom", "structure", "role")
    try:
        _check_choice(visit, fields["structure"], fields["role"])
        authority.check_party(visit.store, fields["structure"])
        account = add_account(visit.store, authority, fields["identifiant"], fields["nom"])
        give_role(visit.store, authority, account.account_id, fields["structure"], fields["role"])
        link = make_link(visit.store, authority, account.account_id)
    except HubError as error:
        if (known := _find_invited(visit, fields)) is not None:
            # The form was sent twice: the link that the first answer shows stays good.
            return redirect_to(f"{HREF}/{known.account_id}")
        return render_new(visit, fields, describe_problems(visit, error), 422)
    return _lead_with_link(visit, account.account_id, link)


def show_account(visit: Visit, account: str) -> Response:
    """One account: its roles, what can be done to it, what was done. Once, the link that was just made."""
    colleague = get_own_account(visit, account)
    codes = take_codes(visit, visit.session.account_id)
    link = codes[1] if len(codes) == 2 and codes[0] == colleague.account_id else ""
    response = render_account(visit, colleague, link=link)
    if link:
        forget_codes(visit, response)
    return response


def take_role(visit: Visit, account: str) -> Response:
    """Give the account another role."""
    colleague, authority = get_own_account(visit, account), _get_authority(visit)
    fields = read_fields("structure", "role")
    if (fields["structure"], fields["role"]) in {
        (assignment.party, assignment.role) for assignment in colleague.assignments
    }:
        return redirect_to(f"{HREF}/{account}")
    try:
        _check_choice(visit, fields["structure"], fields["role"])
        give_role(visit.store, authority, account, fields["structure"], fields["role"])
    except HubError as error:
        return render_account(visit, colleague, describe_problems(visit, error), 422, fields)
    return redirect_to(f"{HREF}/{account}")


def take_confirmation(visit: Visit, account: str) -> Response:
    """Agree, as the second administrator, to a role that another one gave."""
    colleague, authority = get_own_account(visit, account), _get_authority(visit)
    waiting = _find_assignment(colleague, request.form.get("fonction", ""))
    try:
        if waiting is not None:
            confirm_role(visit.store, authority, waiting)
    except NotFound:
        pass  # a colleague agreed meanwhile
    except HubError as error:
        return render_account(visit, colleague, describe_problems(visit, error), 422)
    return redirect_to(f"{HREF}/{account}")


def take_end_of_role(visit: Visit, account: str) -> Response:
    """End one role. A role that has ended already stays so."""
    colleague, authority = get_own_account(visit, account), _get_authority(visit)
    assignment_id = _find_assignment(colleague, request.form.get("fonction", ""))
    try:
        if assignment_id is not None:
            end_role(visit.store, authority, assignment_id)
    except NotFound:
        pass  # a colleague ended it meanwhile
    except HubError as error:
        return render_account(visit, colleague, describe_problems(visit, error), 422)
    return redirect_to(f"{HREF}/{account}")


def take_link(visit: Visit, account: str) -> Response:
    """Make a new one-time link: a first one again, or with a reason one that replaces lost factors."""
    colleague, authority = get_own_account(visit, account), _get_authority(visit)
    fields = read_fields("motif")
    try:
        link = make_link(visit.store, authority, account, fields["motif"])
    except HubError as error:
        return render_account(visit, colleague, describe_problems(visit, error), 422, fields)
    return _lead_with_link(visit, account, link)


def show_departure(visit: Visit, account: str) -> Response:
    """What closing the account ends, before it does."""
    return render_departure(visit, get_own_account(visit, account))


def take_departure(visit: Visit, account: str) -> Response:
    """Close the account: one act ends everything."""
    colleague, authority = get_own_account(visit, account), _get_authority(visit)
    if colleague.state == ENDED:
        return redirect_to(f"{HREF}/{account}")
    fields = read_fields("motif_depart")
    if not fields["motif_depart"]:
        words = gettext("Dites pourquoi ce compte se ferme : c'est ce qu'on lira si quelqu'un le demande.")
        return render_departure(visit, colleague, {"motif_depart": words}, 422)
    if is_stale(request.form, make_account_version(colleague)):
        words = gettext(
            "Entre-temps, ce compte a changé : voici ce qui est vrai maintenant. Relisez, puis recommencez."
        )
        return render_departure(visit, colleague, {"motif_depart": words}, 409, fields)
    try:
        offboard(visit.store, authority, colleague, fields["motif_depart"])
    except HubError as error:
        return render_departure(visit, colleague, describe_problems(visit, error), 422, fields)
    return redirect_to(f"{HREF}/{account}")


def _get_authority(visit: Visit) -> Authority:
    return as_colleague(visit.session, visit.store.now())


def _find_assignment(colleague: Colleague, key: str) -> str | None:
    """The id of the present assignment that a form names by its key."""
    return next((each.assignment_id for each in colleague.assignments if each.key == key), None)


def _find_invited(visit: Visit, fields: dict[str, str]) -> Colleague | None:
    """The account that a form sent twice has opened already."""
    known = find_account(visit.store, fields["identifiant"])
    if known is None or known.name != fields["nom"]:
        return None
    try:
        colleague = get_own_account(visit, known.account_id)
    except NotFound:
        return None
    roles = {(assignment.party, assignment.role) for assignment in colleague.assignments}
    return colleague if (fields["structure"], fields["role"]) in roles else None


def _check_choice(visit: Visit, party: str, role: str) -> None:
    """Raises Invalid unless the page offers this organisation, since others may be known by messages alone, and this role."""
    if party not in dict(list_parties(visit)):
        raise Invalid("account-party")
    if role not in dict(list_role_choices()):
        raise Invalid("account-role")


def _lead_with_link(visit: Visit, account_id: str, link: str) -> Response:
    response = redirect_to(f"{HREF}/{account_id}")
    address = f"{visit.settings.base_url}/enrolement/{link}"
    hand_over_codes(visit, response, [account_id, address], visit.session.account_id)
    return response


def _list_assigned(colleagues: list[Colleague]) -> list[str]:
    return [assignment.party for colleague in colleagues for assignment in colleague.assignments]
