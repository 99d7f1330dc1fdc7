"""`/admin/partenaires`: the organisations and software that may connect; add, suspend, resume."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from hub.accounts.entry.sessions import make_agent
from hub.accounts.entry.sign_in import check_step_up
from hub.administration.missing import list_missing
from hub.administration.partners import (
    PartnerState,
    add_partner,
    get_partner,
    list_partners,
    resume_partner,
    suspend_partner,
)
from hub.administration.public_keys import read_public_keys
from hub.desk.admin.forms import (
    describe_problems,
    get_proof_address,
    get_scope,
    is_stale,
    list_parties,
    make_version,
    read_fields,
    read_moment,
)
from hub.desk.kit import render_page
from hub.desk.web.role_titles import get_role_title
from hub.desk.web.routes import redirect_to
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, HubError, NotFound
from hub.domain.messages import get_text
from hub.domain.roles import load_roles
from hub.intake import load_sources
from hub.record.accounts.organisations import add_organisation, read_party_names
from hub.record.clients.registry import Partner
from hub.record.db.store import Store

HREF = "/admin/partenaires"
ACT = "client-registration"
_DAY = 86_400_000_000
_SOON = 30
_DEFAULT_SCOPES = "system/Bundle.c system/*.rs"


@dataclass(frozen=True)
class PartnerRow:
    """A client as the list shows it. `key`: (urgency, words) of its keys; `urgency` is late, soon or ample.
    `used`: when it last proved itself, None before."""

    partner: Partner
    organisation: str
    role: str
    key: tuple[str, str]
    used: datetime | None


def show_partners(visit: Visit) -> Response:
    """Every client of the scope, those whose keys end first at the top, and what is missing before a first referral."""
    states = list_states(visit)
    names = read_party_names(visit.store, [state.partner.party for state in states])
    rows = [_make_row(state, names, visit.store.now()) for state in states]
    missing = [] if get_scope(visit) else list_missing(visit.store, demo=visit.settings.demo)
    parties = list_parties(visit)
    return render_page(
        "admin-partenaires.html",
        rows=rows,
        ending=[row for row in rows if row.partner.active and row.key[0] != "ample"],
        missing=[(get_text(problem.code, visit.language), problem.where) for problem in missing],
        organisations=parties,
        count=len({row.partner.party for row in rows}),
    )


def show_partner(visit: Visit, client: str) -> Response:
    """One client, with what can be done to it."""
    return _render_partner(visit, get_own_partner(visit, client))


def take_suspension(visit: Visit, client: str) -> Response:
    """Suspend a client, or admit it again; a page that showed another state is shown anew."""
    partner = get_own_partner(visit, client)
    check_step_up(visit.session, ACT, visit.store.now())
    wish = request.form.get("geste", "")
    if (wish == "suspendre") is not partner.active:
        # Sent twice, or done by a colleague meanwhile: it is so already.
        return redirect_to(f"{HREF}/{client}")
    if is_stale(request.form, _make_version(partner)):
        return _render_partner(visit, partner, {"geste": _say_stale()}, 409)
    change = suspend_partner if partner.active else resume_partner
    change(visit.store, make_agent(visit.session), client)
    return redirect_to(f"{HREF}/{client}")


def show_new_partner(visit: Visit) -> Response:
    """The form for a new client."""
    return _render_new(visit, {"structure": request.args.get("structure", ""), "portees": _DEFAULT_SCOPES})


def take_new_partner(visit: Visit) -> Response:
    """Register a client with its first keys."""
    check_step_up(visit.session, ACT, visit.store.now())
    fields = read_fields("identifiant", "nom", "structure", "role", "portees", "cle")
    sources = tuple(request.form.getlist("source"))
    scope = get_scope(visit)
    errors = {} if scope in ("", fields["structure"]) else {"structure": gettext("Choisissez votre structure.")}
    try:
        keys = read_public_keys(read_key_content(fields["cle"]))
    except HubError as error:
        keys, errors = (), errors | describe_problems(visit, error)
    partner = Partner(
        fields["identifiant"], fields["nom"], fields["structure"], fields["role"], tuple(fields["portees"].split()),
        sources, keys,
    )  # fmt: skip
    if not fields["nom"]:
        errors["nom"] = gettext("Donnez un nom à ce logiciel, pour les lecteurs.")
    if not errors:
        try:
            add_partner(visit.store, make_agent(visit.session), partner)
        except HubError as error:
            if not _is_there_already(visit.store, error, partner):
                errors = describe_problems(visit, error)
    if errors:
        return _render_new(visit, fields, sources, errors, 422)
    return redirect_to(f"{HREF}/{partner.client_id}")


def show_new_organisation(visit: Visit) -> Response:
    """The form for a new organisation. Only who manages all organisations finds it."""
    _require_all(visit)
    return _render_organisation(visit, {})


def take_new_organisation(visit: Visit) -> Response:
    """Enter an organisation in the directory, and go on to its first software."""
    _require_all(visit)
    check_step_up(visit.session, ACT, visit.store.now())
    fields = read_fields("identifiant", "nom", "categorie")
    party = f"Organization/{fields['identifiant']}"
    try:
        add_organisation(
            visit.store, fields["identifiant"], fields["nom"], fields["categorie"], make_agent(visit.session)
        )
    except HubError as error:
        names = read_party_names(visit.store, [party])
        if not (isinstance(error, Conflict) and names.get(party) == fields["nom"]):
            return _render_organisation(visit, fields, describe_problems(visit, error), 422)
    return redirect_to(f"{HREF}/nouveau?structure={party}")


def list_states(visit: Visit) -> list[PartnerState]:
    """The clients that the administrator manages."""
    scope = get_scope(visit)
    return [state for state in list_partners(visit.store) if scope in ("", state.partner.party)]


def get_own_partner(visit: Visit, client: str) -> Partner:
    """A client that the administrator manages. Raises NotFound for another."""
    partner = get_partner(visit.store, client)
    if get_scope(visit) not in ("", partner.party):
        raise NotFound
    return partner


def read_key_content(text: str) -> bytes:
    """A key as a form sends it: a file, or else the text of its field."""
    upload = request.files.get("fichier")
    content = upload.stream.read() if upload is not None else b""
    return content or text.encode()


def describe_end(end: int | None, now: int) -> tuple[str, str]:
    """(urgency, words) of the end of a key, in microseconds."""
    if end is None:
        return "ample", gettext("sans fin prévue")
    if end <= now:
        return "late", gettext("aucune clé valable")
    hours = (end - now) // 3_600_000_000
    if hours < 48:
        return "soon", ngettext("finit dans %(num)s heure", "finit dans %(num)s heures", hours)
    days = (end - now) // _DAY
    return "soon" if days < _SOON else "ample", ngettext("finit dans %(num)s jour", "finit dans %(num)s jours", days)


def _say_stale() -> str:
    return str(
        gettext("Entre-temps, cette page a changé : voici ce qui est vrai maintenant. Relisez, puis recommencez.")
    )


def _make_row(state: PartnerState, names: dict[str, str], now: int) -> PartnerRow:
    partner = state.partner
    return PartnerRow(
        partner,
        names.get(partner.party, partner.party),
        get_role_title(partner.role),
        describe_end(state.ends, now),
        read_moment(state.used) if state.used else None,
    )


def _is_there_already(store: Store, error: HubError, partner: Partner) -> bool:
    """Whether the same form was sent twice."""
    if not any(problem.code == "client-known" for problem in error.problems):
        return False
    try:
        known = get_partner(store, partner.client_id)
    except NotFound:
        return False
    return (known.name, known.party, known.role, known.keys) == (
        partner.name,
        partner.party,
        partner.role,
        partner.keys,
    )


def _require_all(visit: Visit) -> None:
    if get_scope(visit):
        raise NotFound


def _make_version(partner: Partner) -> str:
    return make_version(partner.client_id, partner.active)


def _render_partner(
    visit: Visit, partner: Partner, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    names = read_party_names(visit.store, [partner.party])
    return render_page(
        "admin-partenaire.html",
        status,
        errors=errors or {},
        partner=partner,
        organisation=names.get(partner.party, partner.party),
        role=get_role_title(partner.role),
        version=_make_version(partner),
        proof=get_proof_address(visit, ACT),
    )


def _render_new(
    visit: Visit,
    fields: dict[str, str],
    sources: tuple[str, ...] = (),
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render_page(
        "admin-partenaire-nouveau.html",
        status,
        errors=errors or {},
        fields=fields,
        chosen=sources,
        parties=list_parties(visit),
        roles=[(name, get_role_title(name)) for name in load_roles()],
        sources=[(name, source.title) for name, source in load_sources().items()],
        proof=get_proof_address(visit, ACT),
    )


def _render_organisation(
    visit: Visit, fields: dict[str, str], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return render_page(
        "admin-structure.html", status, errors=errors or {}, fields=fields, proof=get_proof_address(visit, ACT)
    )
