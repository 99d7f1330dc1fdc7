"""`/admin/cles`: the public keys of clients. A new one is accepted beside the old one, which ends later or is retired."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.accounts.entry.sessions import make_agent
from hub.accounts.entry.sign_in import check_step_up
from hub.administration.partners import MAX_OVERLAP, add_keys, retire_key
from hub.administration.public_keys import compute_fingerprint, read_public_keys
from hub.desk.admin.forms import describe_problems, get_proof_address, is_stale, make_version, read_fields, read_moment
from hub.desk.admin.partners import (
    ACT,
    describe_end,
    get_own_partner,
    list_states,
    read_key_content,
)
from hub.desk.kit import render_page
from hub.desk.web.routes import redirect_to
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, HubError, NotFound
from hub.record.accounts.organisations import read_party_names
from hub.record.clients.key_list import KeyPeriod, list_keys
from hub.record.clients.keys import ClientKey
from hub.record.clients.registry import Partner
from hub.record.tables.base import EVER

HREF = "/admin/cles"
_DEFAULT_OVERLAP = "720"


@dataclass(frozen=True)
class KeyView:
    """A key that is to be accepted, as it is compared aloud. `text`: its JWK."""

    kid: str
    alg: str
    fingerprint: str
    text: str


def show_keys(visit: Visit) -> Response:
    """Every key that is accepted, those that end first at the top."""
    partners = {state.partner.client_id: state.partner for state in list_states(visit)}
    names = read_party_names(visit.store, [partner.party for partner in partners.values()])
    now = visit.store.now()
    rows = [
        (
            key,
            names.get(partners[key.client_id].party, ""),
            read_moment(key.since),
            read_moment(key.used) if key.used else None,
            describe_end(None if key.until >= EVER else key.until, now),
        )
        for key in list_keys(visit.store)
        if key.client_id in partners
    ]
    with_keys = {key.client_id for key, *_ in rows}
    return render_page(
        "admin-cles.html", rows=rows, keyless=[client for client in sorted(partners) if client not in with_keys]
    )


def show_client_keys(visit: Visit, client: str) -> Response:
    """The keys of one client, and the form for a new one."""
    return _render(visit, get_own_partner(visit, client), {"recouvrement": _DEFAULT_OVERLAP})


def take_key(visit: Visit, client: str) -> Response:
    """Try a new key, which changes nothing, or accept it beside the old one."""
    partner = get_own_partner(visit, client)
    check_step_up(visit.session, ACT, visit.store.now())
    fields = read_fields("cle", "recouvrement")
    content = read_key_content(fields["cle"])
    try:
        keys = read_public_keys(content)
        hours = _read_hours(fields["recouvrement"])
        fields["cle"] = content.decode()
        if request.form.get("suite") != "accepter":
            return _render(visit, partner, fields, fresh=keys)
        if is_stale(request.form, _make_version(_list_own(visit, client))):
            words = gettext("Entre-temps, les clés de ce logiciel ont changé. Relisez, puis recommencez.")
            return _render(visit, partner, fields, {"cle": words}, 409, fresh=keys)
        add_keys(visit.store, make_agent(visit.session), client, keys, hours)
    except HubError as error:
        if not (isinstance(error, Conflict) and _is_accepted(visit, client, content)):
            return _render(visit, partner, fields, describe_problems(visit, error), 422)
    return redirect_to(f"{HREF}/{client}")


def take_retirement(visit: Visit, client: str) -> Response:
    """Refuse a key from now on. A key that is refused already stays so."""
    partner = get_own_partner(visit, client)
    check_step_up(visit.session, ACT, visit.store.now())
    try:
        retire_key(visit.store, make_agent(visit.session), client, request.form.get("kid", ""))
    except NotFound:
        pass
    except Conflict as error:
        fields = {"recouvrement": _DEFAULT_OVERLAP}
        return _render(visit, partner, fields, describe_problems(visit, error), 422)
    return redirect_to(f"{HREF}/{client}")


def _read_hours(text: str) -> int:
    """The hours of the overlap; -1, which is refused, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_OVERLAP)) else -1


def _list_own(visit: Visit, client: str) -> list[KeyPeriod]:
    return list_keys(visit.store, client)


def _is_accepted(visit: Visit, client: str, content: bytes) -> bool:
    """Whether the same form was sent twice: the keys are accepted already."""
    return {key.kid for key in read_public_keys(content)} <= {key.kid for key in _list_own(visit, client)}


def _make_version(keys: list[KeyPeriod]) -> str:
    return make_version(sorted((key.kid, key.until) for key in keys))


def _view_key(key: ClientKey) -> KeyView:
    text = json.dumps(json.loads(key.jwk) | {"kid": key.kid, "alg": key.alg}, indent=1)
    return KeyView(key.kid, key.alg, compute_fingerprint(key), text)


def _render(
    visit: Visit,
    partner: Partner,
    fields: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
    *,
    fresh: tuple[ClientKey, ...] = (),
) -> Response:
    keys, now = _list_own(visit, partner.client_id), visit.store.now()
    names = read_party_names(visit.store, [partner.party])
    return render_page(
        "admin-cle.html",
        status,
        errors=errors or {},
        fields=fields,
        partner=partner,
        organisation=names.get(partner.party, partner.party),
        keys=[
            (
                key,
                read_moment(key.since),
                read_moment(key.used) if key.used else None,
                describe_end(None if key.until >= EVER else key.until, now),
            )
            for key in keys
        ],
        fingerprints={key.kid: compute_fingerprint(key) for key in partner.keys},
        fresh=[_view_key(key) for key in fresh],
        version=_make_version(keys),
        proof=get_proof_address(visit, ACT),
    )
