"""Accounts as an administrator sees them: the roles at organisations, and nothing of what an account is for a person.

An account may also open a person's own record, or that of her relative. The desk gives such a role, and it is not seen here: it
is left out, an account that has no other is not listed, and a colleague who leaves keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.accounts.management import people
from hub.accounts.management.authority import Authority, is_personal
from hub.domain.errors import NotFound
from hub.record.access.party_roles import has_desk_role
from hub.record.accounts.assignments import ADMINISTRATOR, Assignment, list_assignments
from hub.record.accounts.events import AccountEvent, list_events
from hub.record.accounts.factors import Factors, read_factors
from hub.record.accounts.people import Account, get_account, list_accounts, read_names
from hub.record.accounts.sessions import Session, delete_sessions
from hub.record.db.store import Store

_ORGANIZATION = "Organization/"
INVITED, ACTIVE, ENDED = "invited", "active", "ended"
# What administrators do to an account, or its owner by their link; not how the owner uses it.
_SHOWN_ACTS = frozenset(
    {"account-added", "account-ended", "enrolled", "link-made", "role-confirmed", "role-ended", "role-given"}
)


@dataclass(frozen=True)
class Colleague:
    """An account. `state`: `INVITED` before it is set up, `ENDED` without a role any more. `assignments`: its present roles at
    organisations, those that wait for a second administrator too."""

    account_id: str
    login: str
    name: str
    state: str
    assignments: tuple[Assignment, ...]


def find_scope(store: Store, session: Session) -> str:
    """The organisation whose partners and accounts an administrator manages; "" for all, at the one that runs the intake."""
    with store.read() as connection:
        return "" if has_desk_role(connection, session.party) else session.party


def list_colleagues(store: Store, scope: str, *, demo: bool = False) -> list[Colleague]:
    """The accounts of `scope`, by name: those that ended last. In the demo accounts need nothing to sign in with."""
    now = store.get_time()
    with store.read() as connection:
        accounts = list_accounts(connection)
        former: dict[str, list[Assignment]] = {account.account_id: [] for account in accounts}
        for assignment in list_assignments(connection, list(former), 0):
            former[assignment.account_id].append(assignment)
        colleagues = [
            _make_colleague(
                account, own, demo or _can_sign_in(account, read_factors(connection, account.account_id)), now
            )
            for account in accounts
            if (own := _choose_own(former[account.account_id], scope)) is not None
        ]
    return sorted(colleagues, key=lambda colleague: colleague.state == ENDED)


def get_colleague(store: Store, scope: str, account_id: str, *, demo: bool = False) -> Colleague:
    """One account of `scope`. Raises NotFound, for an account that is not listed too."""
    with store.read() as connection:
        account = get_account(connection, account_id)
        own = _choose_own(list_assignments(connection, [account_id], 0), scope)
        if own is None:
            raise NotFound
        can_sign_in = demo or _can_sign_in(account, read_factors(connection, account_id))
        return _make_colleague(account, own, can_sign_in, store.get_time())


def list_acts(store: Store, colleague: Colleague) -> list[AccountEvent]:
    """What was done to an account, the latest first, as far as it concerns organisations."""
    with store.read() as connection:
        events = list_events(connection, colleague.account_id)
    return [
        event
        for event in events
        if event.act in _SHOWN_ACTS
        and not is_personal(event.role)
        and (not event.party or event.party.startswith(_ORGANIZATION))
    ]


def name_agents(store: Store, agents: Iterable[str]) -> dict[str, str]:
    """Who did something, by name: the account's, or the operator's at the machine. The hub itself has none."""
    known = set(agents) - {""}
    names = {agent: agent.partition(":")[2] for agent in known if agent.startswith("operator:")}
    with store.read() as connection:
        names |= read_names(connection, known - names.keys())
    return names


def offboard(store: Store, authority: Authority, colleague: Colleague, why: str) -> None:
    """End all that an account is for organisations, in one act: the account itself, unless it opens a person's record too.

    Raises as `hub.accounts.management.people.offboard` does."""
    with store.read() as connection:
        present = list_assignments(connection, [colleague.account_id], store.get_time())
    if all(map(is_of_organisation, present)):
        people.offboard(store, authority, colleague.account_id, why)
        return
    for assignment in colleague.assignments:
        people.end_role(store, authority, assignment.assignment_id)
    with store.write() as connection:
        delete_sessions(connection, colleague.account_id)


def is_of_organisation(assignment: Assignment) -> bool:
    """Whether an account acts for an organisation itself. An organisation that represents a person acts for that person."""
    return assignment.party.startswith(_ORGANIZATION) and not is_personal(assignment.role)


def is_last_administrator(colleagues: Sequence[Colleague], colleague: Colleague) -> bool:
    """Whether nobody else of `colleagues` could administer the hub."""
    return _is_administrator(colleague) and not any(
        _is_administrator(other) for other in colleagues if other.account_id != colleague.account_id
    )


def _is_administrator(colleague: Colleague) -> bool:
    return colleague.state == ACTIVE and any(
        assignment.role == ADMINISTRATOR and assignment.confirmed is not None for assignment in colleague.assignments
    )


def _choose_own(assignments: Sequence[Assignment], scope: str) -> list[Assignment] | None:
    """The assignments at organisations of `scope`; [] for an account without any role ever; None for one that is not listed."""
    own = [
        assignment for assignment in assignments if is_of_organisation(assignment) and scope in ("", assignment.party)
    ]
    return own if own or not (assignments or scope) else None


def _can_sign_in(account: Account, factors: Factors) -> bool:
    """Whether the account is set up. One without a login came by an identity provider."""
    return bool(factors.password or factors.passkeys or not account.login)


def _make_colleague(account: Account, own: Sequence[Assignment], can_sign_in: bool, now: int) -> Colleague:
    present = tuple(assignment for assignment in own if assignment.until > now)
    is_ended = not account.active or (own and not present)
    state = ENDED if is_ended else ACTIVE if can_sign_in else INVITED
    return Colleague(account.account_id, account.login, account.name, state, present)
