"""`hub user`: people's accounts, their roles and their end (`docs/contract.md` §3; `docs/security.md` LG-1, LA-7).

The first administrator is made here: there is no default account. No command sets or shows a password; people set their own by a
link that works once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubGroup
from hub.cli.operator import make_operator
from hub.cli.record import open_record
from hub.cli.settings import load_settings
from hub.cli.terminal import get_terminal
from hub.domain.errors import Conflict, NotFound, Problem

if TYPE_CHECKING:
    from hub.accounts.management.overview import AccountView
    from hub.record.accounts.people import Account
    from hub.record.db.store import Store

group = HubGroup("user")


@group.command("add")
@click.argument("login", metavar="LOGIN")
@click.option("--name", metavar="NAME", required=True)
@click.option("--party", metavar="PARTY", required=True)
@click.option("--role", metavar="ROLE", required=True)
@click.option("--dry-run", is_flag=True)
def add(login: str, name: str, party: str, role: str, dry_run: bool) -> None:
    """Add an account with one role, and report the link by which its owner sets it up."""
    from hub.accounts.entry.logins import parse_login
    from hub.accounts.management.authority import check_assignable
    from hub.accounts.management.enrolment import make_link
    from hub.accounts.management.people import add_account, check_party, find_account, give_role

    login = parse_login(login)
    check_assignable(party, role)
    with open_record() as store:
        # All that can be wrong is found before anything is written.
        check_party(store, party)
        if find_account(store, login) is not None:
            raise Conflict("login-taken")
        if dry_run:
            get_terminal().report("cli-user-would", login=login)
            return
        operator = make_operator()
        account = add_account(store, operator, login, name)
        give_role(store, operator, account.account_id, party, role)
        link = make_link(store, operator, account.account_id)
    _report_link("cli-user-added", login, link)


@group.command("role")
@click.argument("login", metavar="LOGIN")
@click.option("--party", metavar="PARTY", required=True)
@click.option("--role", metavar="ROLE", required=True)
@click.option("--end", is_flag=True)
@click.option("--dry-run", is_flag=True)
def change_role(login: str, party: str, role: str, end: bool, dry_run: bool) -> None:
    """Give an account a role, or end one."""
    from hub.accounts.management.authority import check_assignable
    from hub.accounts.management.overview import view_account
    from hub.accounts.management.people import check_party, end_role, give_role

    with open_record() as store:
        account = _get_account(store, login)
        assignments = view_account(store, account.account_id).assignments
        ids = {(assignment.party, assignment.role): assignment.assignment_id for assignment in assignments}
        if end and (party, role) not in ids:
            raise NotFound
        if not end:
            check_assignable(party, role)
            check_party(store, party)
        if not dry_run and end:
            end_role(store, make_operator(), ids[party, role])
        elif not dry_run:
            give_role(store, make_operator(), account.account_id, party, role)
    get_terminal().report("cli-user-would" if dry_run else "cli-user-done", login=account.login)


@group.command("link")
@click.argument("login", metavar="LOGIN")
@click.option("--why", metavar="REASON", default="")
def link(login: str, why: str) -> None:
    """Report a new link by which the owner of an account sets up its factors, in place of lost ones."""
    from hub.accounts.management.enrolment import make_link

    with open_record() as store:
        account = _get_account(store, login)
        text = make_link(store, make_operator(), account.account_id, why)
    _report_link("cli-user-link", account.login, text)


@group.command("offboard")
@click.argument("login", metavar="LOGIN")
@click.option("--why", metavar="REASON", default="")
@click.option("--dry-run", is_flag=True)
def close(login: str, why: str, dry_run: bool) -> None:
    """End an account with all its roles, sessions, links and factors."""
    from hub.accounts.management.people import offboard

    with open_record() as store:
        account = _get_account(store, login)
        if not dry_run:
            offboard(store, make_operator(), account.account_id, why)
    get_terminal().report("cli-user-would" if dry_run else "cli-user-done", login=account.login)


@group.command("list")
def list_all() -> None:
    """Report each account with its roles and what it can sign in with."""
    from hub.accounts.management.overview import list_accounts

    with open_record() as store:
        views = list_accounts(store)
    for view in views:
        get_terminal().report(
            _get_state(view),
            login=_name_account(view, views),
            name=view.account.name,
            roles=_join_roles(view, waiting=False),
            waiting=_join_roles(view, waiting=True),
        )


def _name_account(view: AccountView, views: list[AccountView]) -> str:
    """How commands name an account: its login; its id too where it has none, or where a person and a colleague have the same."""
    account = view.account
    if not account.login:
        return account.account_id
    alike = [other for other in views if other.account.login.casefold() == account.login.casefold()]
    return account.login if len(alike) == 1 else f"{account.login} {account.account_id}"


def _get_state(view: AccountView) -> str:
    if not view.account.active:
        return "cli-user-ended"
    return "cli-user-is" if view.factors.password or view.factors.passkeys else "cli-user-invited"


def _join_roles(view: AccountView, *, waiting: bool) -> str:
    return " ".join(
        f"{assignment.role}@{assignment.party}"
        for assignment in view.assignments
        if (assignment.confirmed is None) is waiting
    )


def _get_account(store: Store, login: str) -> Account:
    from hub.accounts.management.people import find_account

    account = find_account(store, login)
    if account is None:
        raise Stop(Exit.FAULT, Problem("cli-user-unknown", "LOGIN"))
    return account


def _report_link(code: str, login: str, link: str) -> None:
    get_terminal().report(code, login=login, link=f"{load_settings().base_url}/enrolement/{link}")
