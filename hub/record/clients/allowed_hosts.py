"""The hosts at which a client may be called: an operator's choice (`docs/security.md` §5.4; `docs/leaks.md` L100)."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from hub.domain.errors import Conflict, NotFound
from hub.outgoing import parse_endpoint
from hub.record.db.store import Store
from hub.record.tables import client, client_host


def allow_host(store: Store, client_id: str, host: str) -> None:
    """Allow Subscriptions of `client_id` to have endpoints at `host`.

    Raises Invalid `endpoint-refused` when it is not a public name; NotFound when there is no such client; Conflict
    `endpoint-known`."""
    host_name = parse_endpoint(f"https://{host}/").host
    with store.read() as connection:
        if connection.execute(select(client.c.client_id).where(client.c.client_id == client_id)).first() is None:
            raise NotFound
    try:
        with store.write() as connection:
            connection.execute(insert(client_host).values(client_id=client_id, host=host_name))
    except IntegrityError:
        raise Conflict("endpoint-known") from None


def forbid_host(store: Store, client_id: str, host: str) -> None:
    """Refuse `host` for new Subscriptions of `client_id`. Present ones continue: suspend the client to stop them.

    Raises NotFound when the host was not allowed."""
    conditions = (client_host.c.client_id == client_id, client_host.c.host == host.lower())
    with store.write() as connection:
        if not connection.execute(delete(client_host).where(*conditions)).rowcount:
            raise NotFound


def list_allowed_hosts(store: Store) -> list[tuple[str, str]]:
    """Return (client, host) of all allowed hosts, sorted."""
    with store.read() as connection:
        rows = connection.execute(select(client_host).order_by(client_host.c.client_id, client_host.c.host))
        return [(row.client_id, row.host) for row in rows]
