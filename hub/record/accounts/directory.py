"""The entries of accounts in the directory: a Practitioner, and a PractitionerRole for each role at an organisation.

Everybody reads the directory. Where the name of an organisation reveals a section, as that of a psychiatric centre does, the
PractitionerRole contains the Practitioner, and only that organisation sees it (`docs/parts.md` 4, 6). Persons and relatives have
no entry.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from fhir_profiles.codes import HUB_ROLE, OID_IDNPS
from hub.domain.errors import Invalid
from hub.domain.roles import load_roles
from hub.record.accounts.assignments import Assignment, keep_entry
from hub.record.accounts.people import Account, keep_practitioner
from hub.record.db.clock import instant
from hub.record.tables import resource
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import get_reference_rid

_CONTAINED = "practitioner"


def check_party_exists(connection: Connection, party: str) -> None:
    """Raise Invalid `account-party` when the record has no such resource."""
    if connection.scalar(select(resource.c.rid).where(resource.c.rid == get_reference_rid(party))) is None:
        raise Invalid("account-party", where="party")


def add_entry(unit: UnitOfWork, account: Account, assignment: Assignment) -> None:
    """Stage the PractitionerRole of an assignment that begins, and the Practitioner if the account has none yet."""
    if not assignment.party.startswith("Organization/"):
        return
    unit.targets.look_up([assignment.party])
    reveals = unit.targets.known[assignment.party].target.reveals
    role: dict[str, Any] = {
        "resourceType": "PractitionerRole",
        "active": True,
        "period": {"start": instant(unit.time)},
        "organization": {"reference": assignment.party},
        "code": [
            {"coding": [{"system": HUB_ROLE, "code": assignment.role}], "text": load_roles()[assignment.role].title}
        ],
    }
    if reveals:
        role["contained"] = [_build_practitioner(account) | {"id": _CONTAINED}]
        role["practitioner"] = {"reference": f"#{_CONTAINED}"}
    else:
        role["practitioner"] = {"reference": _get_practitioner(unit, account)}
    keep_entry(unit.connection, assignment.assignment_id, unit.create(role, by=""))


def end_entry(unit: UnitOfWork, assignment: Assignment) -> None:
    """Stage the end of an assignment's PractitionerRole."""
    if assignment.entry:
        entry = unit.read_whole(assignment.entry)
        period = {**entry.get("period", {}), "end": instant(unit.time)}
        unit.replace(assignment.entry, {**entry, "active": False, "period": period}, by="")


def end_practitioner(unit: UnitOfWork, account: Account) -> None:
    """Stage the end of an account's Practitioner."""
    if account.practitioner:
        unit.replace(account.practitioner, {**unit.read_whole(account.practitioner), "active": False}, by="")


def _get_practitioner(unit: UnitOfWork, account: Account) -> str:
    """Return the reference of the account's Practitioner; stage a new one if it has none yet."""
    if account.practitioner:
        return account.practitioner
    name = unit.create(_build_practitioner(account), by="")
    keep_practitioner(unit.connection, account.account_id, name)
    return name


def _build_practitioner(account: Account) -> dict[str, Any]:
    practitioner: dict[str, Any] = {
        "resourceType": "Practitioner",
        "active": True,
        "name": [{"text": account.name}],
    }
    if account.national_id:
        practitioner["identifier"] = [{"system": OID_IDNPS, "value": account.national_id}]
    return practitioner
