"""Accounts as administrators see them."""

from __future__ import annotations

from dataclasses import dataclass

from hub.record.accounts.assignments import Assignment, list_assignments
from hub.record.accounts.factors import Factors, read_factors
from hub.record.accounts.people import Account, get_account
from hub.record.accounts.people import list_accounts as read_accounts
from hub.record.db.store import Store


@dataclass(frozen=True)
class AccountView:
    """An account with its assignments that have not ended and its factors."""

    account: Account
    assignments: tuple[Assignment, ...]
    factors: Factors


def view_account(store: Store, account_id: str) -> AccountView:
    """Return one account. Raises NotFound."""
    with store.read() as connection:
        account = get_account(connection, account_id)
        assignments = list_assignments(connection, [account_id], store.get_time())
        return AccountView(account, tuple(assignments), read_factors(connection, account_id))


def list_accounts(store: Store) -> list[AccountView]:
    """Return all accounts, ordered by name."""
    with store.read() as connection:
        accounts = read_accounts(connection)
        assignments = list_assignments(connection, [account.account_id for account in accounts], store.get_time())
        return [
            AccountView(
                account,
                tuple(assignment for assignment in assignments if assignment.account_id == account.account_id),
                read_factors(connection, account.account_id),
            )
            for account in accounts
        ]
