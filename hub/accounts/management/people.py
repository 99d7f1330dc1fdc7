"""Opening and closing accounts, giving and ending roles, by the operator, administrators or the desk (LG-1, LG-3).

A new account has no role. The last administrator who can sign in can be neither closed nor lose the role. Closing an account
ends its roles, sessions, links and factors at once.
"""

from __future__ import annotations

from hub.accounts.entry.logins import make_skeleton, parse_login
from hub.accounts.management.authority import Authority, check_assignable, is_personal
from hub.domain.errors import Conflict, Invalid, NotFound, Refused
from hub.record.access.grants import add_context
from hub.record.accounts.assignments import (
    Assignment,
    confirm_assignment,
    count_administrators,
    end_assignments,
    get_assignment,
    insert_assignment,
    list_assignments,
)
from hub.record.accounts.directory import add_entry, check_party_exists, end_entry, end_practitioner
from hub.record.accounts.events import AccountEvent, write_event
from hub.record.accounts.factors import delete_factors
from hub.record.accounts.links import void_links
from hub.record.accounts.people import (
    Account,
    close_account,
    find_by_id,
    find_by_skeleton,
    get_account,
    insert_account,
    make_personal,
)
from hub.record.accounts.sessions import delete_sessions
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush

_LONGEST_NAME = 200
_LONGEST_REASON = 200


def add_account(store: Store, authority: Authority, login: str, name: str) -> Account:
    """Open an account without role and factor, and return it. Raises Invalid `login-form`, `account-name`; Conflict
    `login-taken`."""
    login, name = parse_login(login), name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Invalid("account-name")
    now = store.now()
    account = Account(store.new_id("Account"), login, name, "", "", now)
    with store.write() as connection:
        insert_account(connection, account, make_skeleton(login))
        write_event(connection, AccountEvent(now, "account-added", account.account_id, authority.agent))
    return account


def give_role(store: Store, authority: Authority, account_id: str, party: str, role: str) -> Assignment:
    """Let an account act for `party` (a reference) in `role`, at once or when a second administrator confirms it.

    An account whose first role is personal has a login of its own kind, which no invitation of a colleague meets.

    Raises NotFound; Invalid as `check_assignable` does, or `account-party`, `account-ended`; Refused `account-not-yours`;
    Conflict `role-given` when it has the role there already, `login-taken` when another personal account has the login."""
    check_assignable(party, role)
    authority.check_party(store, party)
    waits = authority.needs_second(account_id, role)
    with store.write() as connection:
        now = tick(store, connection)
        account = _get_active(get_account(connection, account_id))
        check_party_exists(connection, party)
        if any(
            (assignment.party, assignment.role) == (party, role)
            for assignment in list_assignments(connection, [account_id], now)
        ):
            raise Conflict("role-given")
        if is_personal(role) and not list_assignments(connection, [account_id], 0):
            make_personal(connection, account_id)
        name = authority.agent.name
        confirmed, by = (None, "") if waits else (now, name)
        assignment = Assignment(store.new_id("Assignment"), account_id, party, role, now, EVER, name, confirmed, by, "")
        insert_assignment(connection, assignment)
        write_event(connection, AccountEvent(now, "role-given", account_id, authority.agent, party, role))
        if not waits:
            add_context(connection, assignment.account_id, assignment.party, assignment.role, now)
            unit = UnitOfWork(connection, now, store.new_id)
            add_entry(unit, account, assignment)
            flush(unit)
    return assignment


def confirm_role(store: Store, authority: Authority, assignment_id: str) -> None:
    """Confirm a role as a second administrator.

    Raises NotFound when nothing waits; Refused `account-not-yours`, `role-second` for the administrator who gave it."""
    with store.read() as connection:
        assignment = get_assignment(connection, assignment_id)
    authority.check_party(store, assignment.party)
    if authority.session is not None and authority.agent.name in (assignment.given_by, assignment.account_id):
        raise Refused("role-second")
    with store.write() as connection:
        now = tick(store, connection)
        account = _get_active(get_account(connection, assignment.account_id))
        if not confirm_assignment(connection, assignment_id, authority.agent.name, now):
            raise NotFound
        event = AccountEvent(
            now, "role-confirmed", assignment.account_id, authority.agent, assignment.party, assignment.role
        )
        write_event(connection, event)
        add_context(connection, assignment.account_id, assignment.party, assignment.role, now)
        unit = UnitOfWork(connection, now, store.new_id)
        add_entry(unit, account, assignment)
        flush(unit)


def end_role(store: Store, authority: Authority, assignment_id: str) -> None:
    """End an account's role, from its next request on.

    Raises NotFound; Refused `account-not-yours`; Conflict `account-last-administrator`."""
    with store.read() as connection:
        assignment = get_assignment(connection, assignment_id)
    authority.check_party(store, assignment.party)
    with store.write() as connection:
        now = tick(store, connection)
        if assignment.until <= now:
            raise NotFound
        before = count_administrators(connection, now)
        end_assignments(connection, [assignment_id], now)
        _check_administrators(before, count_administrators(connection, now))
        event = AccountEvent(
            now, "role-ended", assignment.account_id, authority.agent, assignment.party, assignment.role
        )
        write_event(connection, event)
        unit = UnitOfWork(connection, now, store.new_id)
        end_entry(unit, get_assignment(connection, assignment_id))
        flush(unit)


def offboard(store: Store, authority: Authority, account_id: str, why: str = "") -> None:
    """End an account: its roles, sessions, links and factors, in one transaction.

    Raises NotFound; Refused as `Authority.check_account` does; Invalid `account-ended`; Conflict `account-last-administrator`."""
    authority.check_account(store, account_id)
    with store.write() as connection:
        now = tick(store, connection)
        account = _get_active(get_account(connection, account_id))
        before = count_administrators(connection, now)
        assignments = list_assignments(connection, [account_id], now)
        end_assignments(connection, [assignment.assignment_id for assignment in assignments], now)
        close_account(connection, account_id, now)
        delete_sessions(connection, account_id)
        void_links(connection, account_id, now)
        delete_factors(connection, account_id)
        _check_administrators(before, count_administrators(connection, now))
        reason = why.strip()[:_LONGEST_REASON]
        write_event(connection, AccountEvent(now, "account-ended", account_id, authority.agent, why=reason))
        unit = UnitOfWork(connection, now, store.new_id)
        for assignment in assignments:
            end_entry(unit, assignment)
        end_practitioner(unit, account)
        flush(unit)


def find_account(store: Store, login: str) -> Account | None:
    """Return the account whose login looks like this one, a colleague's before a personal one; or that of this id, or None."""
    with store.read() as connection:
        colleague, personal = find_by_skeleton(connection, make_skeleton(login))
        return colleague or personal or find_by_id(connection, login)


def check_party(store: Store, party: str) -> None:
    """Raise Invalid `account-party` when the record has no such resource."""
    with store.read() as connection:
        check_party_exists(connection, party)


def _get_active(account: Account) -> Account:
    if not account.active:
        raise Invalid("account-ended")
    return account


def _check_administrators(before: int, after: int) -> None:
    if before and not after:
        raise Conflict("account-last-administrator")
