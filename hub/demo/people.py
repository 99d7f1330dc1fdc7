"""The accounts of `config/demo/people.toml`, opened in a record of the demo. Again and again without harm.

None has a password: in the demo an account opens by its login (`hub.accounts.entry.demo_sign_in`).
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from fhir_profiles.codes import RELATIVE_ROLE
from hub.accounts.management.authority import as_operator
from hub.accounts.management.overview import view_account
from hub.accounts.management.people import add_account, find_account, give_role
from hub.domain.actor import Actor
from hub.domain.config_pages import parse_toml, read_config
from hub.domain.errors import NotFound
from hub.record.accounts.organisations import add_organisation, is_known
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.record.tables import resource
from hub.record.unit_of_work.unit import UnitOfWork

_PAGE, _DESK = "demo/people.toml", "Organization/demo-dac"


def load_people() -> dict[str, list[dict[str, Any]]]:
    """The tables of `people.toml`."""
    return parse_toml(read_config(_PAGE), _PAGE)


def seed_people(store: Store) -> None:
    """Open the accounts and give them their roles, as far as the record has their parties and they have them not yet."""
    tables, operator = load_people(), as_operator("demo")
    for entry in tables["organisation"]:
        if not is_known(store, entry["id"]):
            add_organisation(store, entry["id"], entry["name"])
    for entry in tables["representative"]:
        _state_representative(store, f"Organization/{entry['organisation']}", entry["given"])
    for person in tables["person"]:
        account = find_account(store, person["login"]) or add_account(store, operator, person["login"], person["name"])
        present = {(a.party, a.role) for a in view_account(store, account.account_id).assignments}
        for entry in person["roles"]:
            party = _find_party(store, entry)
            if party and (party, entry["role"]) not in present:
                give_role(store, operator, account.account_id, party, entry["role"])


def _state_representative(store: Store, association: str, given_name: str) -> None:
    """Let the desk say that an association represents a person, once she is there and unless it is said already."""
    person = _find_by_name(store, "Patient", given_name)
    desk = Record(store, Actor(_DESK, "gestionnaire", "demo", ("system/*.cruds",)))
    try:
        read = desk.read(person) if person else None
    except NotFound:
        return
    if read is None or association in str(read.body):
        return
    patient = json.loads(read.body)
    guardian = {"relationship": [{"coding": [{"system": RELATIVE_ROLE, "code": "GUARD"}]}]}
    contacts = [*patient.get("contact", ()), guardian | {"organization": {"reference": association}}]
    desk.edit(person, patient | {"contact": contacts}, read.version)


def _find_party(store: Store, entry: dict[str, Any]) -> str:
    """The reference of an entry's party, or "" while the record has none."""
    if "party" in entry:
        return f"Organization/{entry['party']}" if is_known(store, entry["party"]) else ""
    return _find_by_name(store, entry["record"], entry["given"])


def _find_by_name(store: Store, resource_type: str, given_name: str) -> str:
    """The reference of the first Patient or RelatedPerson of this given name, or ""."""
    with store.read() as connection:
        unit = UnitOfWork(connection, store.now(), store.new_id)
        ids = connection.scalars(select(resource.c.id).where(resource.c.type == resource_type).order_by(resource.c.id))
        for resource_id in ids.all():
            reference = f"{resource_type}/{resource_id}"
            names = unit.read_whole(reference).get("name", ())
            if any(given_name in part.upper() for name in names for part in name.get("given", ())):
                return reference
    return ""
