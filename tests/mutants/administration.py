"""Faults in the pages of administrators, who see no person (`docs/leaks.md` L151)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.accounts.management import people
from hub.administration import colleagues
from hub.desk.admin import forms, rights
from hub.desk.web.routes import PageRoute
from hub.record.accounts.organisations import list_organisations
from tests.mutants.blind import replaced


def _list_directory(_whole: Any) -> Any:
    return lambda store: [f"Organization/{organisation.id}" for organisation in list_organisations(store)]


def _count_concerned(whole: Any) -> Any:
    """Each role has as many organisations as the record has grants in it."""

    def count(store: Any) -> dict[str, int]:
        with store.read() as connection:
            roles = [row[0] for row in connection.exec_driver_sql("SELECT role FROM grant_ WHERE person <> 0")]
        return {role: roles.count(role) for role in {*roles, *whole(store)}}

    return count


MUTANTS: dict[str, Callable[[], Any]] = {
    "administrators see the accounts of persons (L151)": replaced(
        colleagues, "is_of_organisation", lambda _whole: lambda _assignment: True
    ),
    "a login is one for persons and colleagues alike (L151)": replaced(
        people, "make_personal", lambda _whole: lambda *_given: None
    ),
    "administrators see organisations that a message named (L151)": replaced(
        forms, "list_managed_parties", _list_directory
    ),
    "a change of the policy counts who is followed (L151)": replaced(rights, "count_holders", _count_concerned),
    "every role finds the pages of administrators (L151)": replaced(
        PageRoute, "is_open_to", lambda _whole: lambda _route, _role: True
    ),
}
