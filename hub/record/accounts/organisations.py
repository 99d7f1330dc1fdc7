"""Organisations of the directory, as an operator enters them before partners and accounts can act for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from fhir_profiles.codes import OID_ROR_CATEGORY
from hub.domain.errors import Conflict, Invalid
from hub.domain.roles import load_roles
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables import account_event, assignment, client, party_role, resource
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush
from hub.slices import get_reference_rid

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)
_CATEGORY = re.compile(r"[0-9]{1,4}", re.ASCII)
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Organisation:
    """An Organization of the directory. `roles`: those that its partners and accounts have."""

    id: str
    name: str
    active: bool
    roles: tuple[str, ...]


def check_organisation(organisation_id: str, name: str, category: str = "") -> None:
    """Raise Invalid `organisation-id`, `organisation-name` or `organisation-category` for a value that is not allowed."""
    if _ID.fullmatch(organisation_id) is None:
        raise Invalid("organisation-id", where="id")
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Invalid("organisation-name", where="name")
    if category and _CATEGORY.fullmatch(category) is None:
        raise Invalid("organisation-category", where="category")


def is_known(store: Store, organisation_id: str) -> bool:
    """Return whether the directory has an Organization of this id."""
    with store.read() as connection:
        return _exists(connection, organisation_id)


def add_organisation(
    store: Store, organisation_id: str, name: str, category: str = "", agent: Agent | None = None
) -> None:
    """Add an Organization to the directory. `category`: its code in the ROR's list, from which the hub derives what its name
    reveals. `agent`: who does it, for the trace; None for the hub itself.

    Raises as `check_organisation` does; Conflict `organisation-known`."""
    check_organisation(organisation_id, name, category)
    with store.write() as connection:
        unit = UnitOfWork(connection, tick(store, connection), store.new_id)
        if _exists(connection, organisation_id):
            raise Conflict("organisation-known")
        entry: dict[str, Any] = {
            "resourceType": "Organization",
            "id": organisation_id,
            "active": True,
            "name": name.strip(),
        }
        if category:
            entry["type"] = [{"coding": [{"system": OID_ROR_CATEGORY, "code": category}]}]
        unit.create(entry, by="")
        flush(unit)
        if agent is not None:
            party = f"Organization/{organisation_id}"
            write_event(connection, AccountEvent(store.now(), "organisation-added", "", agent, party))


def read_party_names(store: Store, parties: Iterable[str]) -> dict[str, str]:
    """The names of those of `parties` (references) that are Organizations of the directory."""
    organisations = {party for party in parties if party.startswith("Organization/")}
    with store.read() as connection:
        unit = UnitOfWork(connection, store.now(), store.new_id)
        return {
            party: unit.read_whole(party).get("name", "")
            for party in sorted(organisations)
            if _exists(connection, party.partition("/")[2])
        }


def list_organisations(store: Store) -> list[Organisation]:
    """Return the Organizations of the directory, ordered by id."""
    with store.read() as connection:
        unit = UnitOfWork(connection, store.now(), store.new_id)
        ids = connection.scalars(
            select(resource.c.id).where(resource.c.type == "Organization").order_by(resource.c.id)
        ).all()
        roles: dict[str, list[str]] = {}
        for row in connection.execute(select(party_role).order_by(party_role.c.role)):
            roles.setdefault(row.party, []).append(row.role)
        entries = [unit.read_whole(f"Organization/{organisation_id}") for organisation_id in ids]
    return [
        Organisation(
            entry["id"],
            entry.get("name", ""),
            entry.get("active", True),
            tuple(roles.get(f"Organization/{entry['id']}", ())),
        )
        for entry in entries
    ]


def _exists(connection: Connection, organisation_id: str) -> bool:
    rid = get_reference_rid(f"Organization/{organisation_id}")
    return connection.scalar(select(resource.c.rid).where(resource.c.rid == rid)) is not None


def list_managed_parties(store: Store) -> list[str]:
    """The organisations that administrators know, as references: those with a client, an account's role, or entered by one of
    them. Others of the directory come of messages, and would tell that somebody is followed."""
    with store.read() as connection:
        parties = set(connection.scalars(select(client.c.party)))
        parties |= set(
            connection.scalars(select(assignment.c.party).where(assignment.c.role.not_in(_list_personal_roles())))
        )
        parties |= set(
            connection.scalars(select(account_event.c.party).where(account_event.c.act == "organisation-added"))
        )
    return sorted(party for party in parties if party.startswith("Organization/"))


def _list_personal_roles() -> list[str]:
    """The roles of persons, relatives and representatives, which an association may have."""
    return [role.name for role in load_roles().values() if role.relations & {"self", "close"}]
