"""Delete what has expired: sessions, challenges, one-time links, counters of attempts."""

from __future__ import annotations

from sqlalchemy import delete, or_

from hub.domain.dates import add_days
from hub.record.accounts.sessions import ABSOLUTE, IDLE
from hub.record.accounts.throttle import forget_counts
from hub.record.db.store import Store
from hub.record.tables import challenge, enrolment_link, session

_DAY = 86_400_000_000


def purge_accounts(store: Store) -> int:
    """Delete expired sessions, links, challenges and counters; return how many rows were deleted."""
    now = store.now()
    with store.write() as connection:
        count = connection.execute(
            delete(session).where(or_(session.c.created <= now - ABSOLUTE, session.c.seen <= now - IDLE))
        ).rowcount
        count += connection.execute(delete(challenge).where(challenge.c.until <= now)).rowcount
        count += connection.execute(delete(enrolment_link).where(enrolment_link.c.until <= add_days(now, -30))).rowcount
        return count + forget_counts(connection, now - _DAY)
