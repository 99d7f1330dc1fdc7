"""The roles that a party has, by the registrations of its clients and accounts."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hub.domain.roles import load_roles
from hub.record.tables import party_role


def has_desk_role(connection: Connection, party: str) -> bool:
    """Return whether a party (a reference) has a role that works at the desk."""
    names = connection.scalars(select(party_role.c.role).where(party_role.c.party == party))
    return any(load_roles()[name].is_desk for name in names)
