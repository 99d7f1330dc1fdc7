"""Consent → facts: the professionals to whom the person closes her record (CSP L1110-4 IV; `docs/parts.md` 31).

An opposition that names the Practitioner or the PractitionerRole of an account masks that account, in all of its roles. One that
is limited to a section masks it altogether: an opposition that the hub cannot follow to the letter is read as the wider one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select, union

from hub.record.reactions.agreements import read_statements
from hub.record.tables import account, assignment
from hub.record.unit_of_work.unit import Change, UnitOfWork

_PROFESSIONALS = ("Practitioner/", "PractitionerRole/")
_NAMES: BindParameter[list[str]] = bindparam("names", expanding=True)
_ACCOUNTS = union(
    select(account.c.practitioner.label("name"), account.c.account_id).where(account.c.practitioner.in_(_NAMES)),
    select(assignment.c.entry, assignment.c.account_id).where(assignment.c.entry.in_(_NAMES)),
)


def on_professional_opposed(unit: UnitOfWork, change: Change) -> None:
    """End the masks that a Consent no longer states, and add those that it states now; none begins in the past."""
    before, after = read_masks(change.before or {}), read_masks(change.after)
    if before == after:
        return
    person = unit.targets.known[change.name].person
    accounts = find_accounts(unit.connection, {name for name, *_ in before ^ after})
    for name, *_ in before - after:
        for masked in accounts.get(name, ()):
            unit.facts.end("masked", person, account=masked, via=change.rid)
    for name, since, until in sorted(after - before):
        for masked in accounts.get(name, ()):
            unit.facts.add_mask(person, masked, change.name, (since, until))


def read_masks(consent: Mapping[str, Any]) -> set[tuple[str, int, int]]:
    """Return (professional, since, until) of each opposition that names one."""
    return {
        (statement.party, statement.since, statement.until)
        for statement in read_statements(consent)
        if statement.effect == "deny" and statement.party.startswith(_PROFESSIONALS)
    }


def find_accounts(connection: Connection, names: Iterable[str]) -> dict[str, set[str]]:
    """Return {entry of the directory: the accounts whose entry it is}."""
    accounts: dict[str, set[str]] = {}
    for name, account_id in connection.execute(_ACCOUNTS, {"names": sorted(names)}):
        accounts.setdefault(name, set()).add(account_id)
    return accounts
