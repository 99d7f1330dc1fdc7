"""What time alone refuses is deleted."""

from __future__ import annotations

from sqlalchemy import delete, or_

from hub.record.accounts.sessions import ABSOLUTE, IDLE
from hub.record.accounts.throttle import forget_counts
from hub.record.db.store import Store
from hub.record.tables import challenge, enrolment_link, session

_DAY = 86_400_000_000


def purge_accounts(store: Store) -> int:
    """Delete sessions, links, challenges and counters that are over. How many rows went."""
    now = store.now()
    with store.write() as connection:
        gone = connection.execute(
            delete(session).where(or_(session.c.created <= now - ABSOLUTE, session.c.seen <= now - IDLE))
        ).rowcount
        gone += connection.execute(delete(challenge).where(challenge.c.until <= now)).rowcount
        gone += connection.execute(delete(enrolment_link).where(enrolment_link.c.until <= now - 30 * _DAY)).rowcount
        return gone + forget_counts(connection, now - _DAY)
