"""`/compte`: one's own account, what it signs in with, and where it is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.wrappers import Response

from hub.accounts.credentials.webauthn import make_relying_party
from hub.accounts.entry.sessions import list_own, list_replaced, revoke_others, revoke_session
from hub.accounts.management.factors import list_identity_providers, read_factors
from hub.accounts.management.passkeys import list_passkeys
from hub.desk.headers import allow_forms_to
from hub.desk.kit import render_page
from hub.desk.pages.contexts import list_choices
from hub.desk.pages.passkey_answers import SITE
from hub.desk.pages.proof import is_proven
from hub.desk.web.local_addresses import lead_to
from hub.desk.web.routes import PROOF_HREF, redirect_to
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit
from hub.record.accounts.sessions import Session

HREF = "/compte"
_OTHERS = "autres"


@dataclass(frozen=True)
class SessionLine:
    """A session as its owner sees it. `sid`: its public name. `agent`: browser and system."""

    sid: str
    agent: str
    network: str
    since: datetime
    seen: datetime
    is_present: bool


@dataclass(frozen=True)
class PasskeyLine:
    """A passkey as its owner sees it. `handle`: how forms name it. `used`: its last use, or None."""

    handle: str
    name: str
    since: datetime
    used: datetime | None
    is_blocked: bool


def show_account(visit: Visit) -> Response:
    """The account."""
    return render_account(visit)


def take_revocation(visit: Visit) -> Response:
    """End one of the account's other sessions, or all of them. Raises NotFound."""
    sid = request.form.get("session", "")
    if sid == _OTHERS:
        revoke_others(visit.store, visit.session)
    else:
        revoke_session(visit.store, visit.session, sid)
    return redirect_to(f"{HREF}#sessions")


def render_account(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    """The account, with `errors` where a change of its factors was refused."""
    session = visit.session
    issuers = list_identity_providers(visit.store, session)
    providers = [
        (name, each.preset.title, each.preset.issuer in issuers) for name, each in visit.desk.providers.items()
    ]
    response = render_page(
        "compte.html",
        status,
        errors=errors or {},
        name=session.name,
        login=session.login,
        choices=list_choices(visit),
        factors=read_factors(visit.store, session),
        passkeys=[
            PasskeyLine(
                passkey.credential_id.hex(),
                passkey.name,
                read_time(passkey.created),
                read_time(passkey.used) if passkey.used else None,
                passkey.blocked is not None,
            )
            for passkey in list_passkeys(visit.store, session)
        ],
        providers=providers,
        most_sessions=visit.settings.limits.sessions,
        replaced=_read_last_replaced(visit),
        sessions=[_describe(other, session) for other in list_own(visit.store, session)],
        is_proven=is_proven(visit),
        proof_href=lead_to(PROOF_HREF, HREF),
        can_have_passkeys=make_relying_party(visit.settings.base_url, SITE) is not None,
    )
    hosts = {host for each in visit.desk.providers.values() for host in each.preset.hosts}
    response.headers["Content-Security-Policy"] = allow_forms_to(hosts)
    return response


def read_time(microseconds: int) -> datetime:
    """A time of the record, in the zone of the territory."""
    return datetime.fromtimestamp(microseconds // 1_000_000, ZoneInfo(load_territory().zone))


def _read_last_replaced(visit: Visit) -> datetime | None:
    """When a session of the account last ended because it had too many."""
    times = list_replaced(visit.store, visit.session.account_id).values()
    return read_time(max(times)) if times else None


def _describe(other: Session, present: Session) -> SessionLine:
    return SessionLine(
        other.sid, other.agent, other.network, read_time(other.created), read_time(other.seen), other.sid == present.sid
    )
