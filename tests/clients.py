"""A client with a token for anyone who acts, persons and relatives too, who have none of their own."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, insert

from hub.record.tables import client, token

EVERY_SCOPE = "system/*.cruds"
NEVER_ENDS = 1 << 61


def let_in(connection: Connection, party: str, role: str, name: str, secret: str, now: int, sources: str = "") -> None:
    """Register `party` in `role` as the client `name`, whose token is `secret` and has every scope. `sources`: by which it
    may send."""
    connection.execute(
        insert(client).values(
            client_id=name, name=name, party=party, role=role, scopes=EVERY_SCOPE, sources=sources, active=True,
            lenient_update=False, can_introspect=False, created=now,
        )
    )  # fmt: skip
    connection.execute(
        insert(token).values(
            hash=sha256(secret.encode()).digest(), jti=name, client_id=name, scopes=EVERY_SCOPE, issued=now,
            expires=NEVER_ENDS,
        )
    )  # fmt: skip
