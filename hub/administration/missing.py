"""What is missing before a first referral can be received: `hub check` lists it, and the pages of administrators say it."""

from __future__ import annotations

from hub.domain.errors import Problem
from hub.domain.roles import load_roles
from hub.intake import load_sources
from hub.record.accounts.assignments import count_administrators
from hub.record.accounts.organisations import list_managed_parties, read_party_names
from hub.record.clients.registry import everyone
from hub.record.db.store import Store
from hub.record.maintenance.policy import count_holders

_DESK = "guichet"


def list_missing(store: Store, *, demo: bool = False) -> list[Problem]:
    """Each thing that is missing, with the command that adds it or the name that is not here. In the demo administrators need
    nothing to sign in with.

    The last: the organisations and sources of clients that the hub does not have, such as those registered before both were
    checked, and clients in a role that the policy no longer has."""
    partners = [partner for partner in everyone(store) if partner.active]
    with store.read() as connection:
        administrators = count_administrators(connection, store.get_time())
    problems = []
    if not list_managed_parties(store):
        problems.append(Problem("check-no-organisation", "hub organisation add"))
    if not administrators and not demo:
        problems.append(Problem("check-no-administrator", "hub user add --role admin_sys"))
    if _DESK not in count_holders(store):
        problems.append(Problem("check-no-desk", "hub user add --role guichet"))
    if not any(partner.sources for partner in partners):
        problems.append(Problem("check-no-sender", "hub partner add --source"))
    parties = read_party_names(store, [partner.party for partner in partners])
    for partner in partners:
        if partner.party not in parties:
            problems.append(Problem("client-party-unknown", f"{partner.client_id}: {partner.party}"))
        if partner.role not in load_roles():
            problems.append(Problem("client-role", f"{partner.client_id}: {partner.role}"))
        problems += [
            Problem("client-source-unknown", f"{partner.client_id}: {name}")
            for name in partner.sources
            if name not in load_sources()
        ]
    return problems
