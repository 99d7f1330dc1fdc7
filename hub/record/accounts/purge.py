"""Delete what has expired: sessions, form drafts, challenges, one-time links, counters of attempts."""

from __future__ import annotations

from sqlalchemy import delete, or_

from hub.domain.dates import add_days
from hub.record.accounts.sessions import ABSOLUTE, GRACE, IDLE
from hub.record.accounts.throttle import forget_counts
from hub.record.db.store import Store
from hub.record.tables import challenge, enrolment_link, form_draft, session

_DAY = 86_400_000_000


def purge_accounts(store: Store) -> int:
    """Delete expired sessions, drafts, links, challenges and counters; return how many rows were deleted.

    A session is kept for some hours after its end: whose it was decides who gets back what was typed in it."""
    now = store.now()
    with store.write() as connection:
        count = connection.execute(
            delete(session).where(
                or_(session.c.created <= now - ABSOLUTE - GRACE, session.c.seen <= now - IDLE - GRACE)
            )
        ).rowcount
        count += connection.execute(delete(form_draft).where(form_draft.c.until <= now)).rowcount
        count += connection.execute(delete(challenge).where(challenge.c.until <= now)).rowcount
        count += connection.execute(delete(enrolment_link).where(enrolment_link.c.until <= add_days(now, -30))).rowcount
        return count + forget_counts(connection, now - _DAY)
