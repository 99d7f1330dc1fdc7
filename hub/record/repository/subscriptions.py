"""The operations on Subscriptions: status, past events, sending them again, and a new secret."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update

from hub.domain.errors import Conflict, NotFound, Refused
from hub.record.access.session import ReadSession
from hub.record.notifications.authorize import OutboxChange, filter_authorized, read_subscriber
from hub.record.notifications.status import Event, SubscriptionStatus, read_status
from hub.record.read.current import read, read_several
from hub.record.repository.record import Record
from hub.record.search.query.authorize import allow
from hub.record.subscriptions import secrets
from hub.record.subscriptions.rows import SubscriptionRow, load_rows, lock_row
from hub.record.tables import notice, subscription
from hub.slices import get_reference_rid

# At most so many events in one answer; a client continues from the last number that it has.
MOST = 200
# For how long messages are also signed with the former secret, in microseconds.
OVERLAP = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Range:
    """A range of event numbers and of moments (µs), both ends included; None is open."""

    since: int | None = None
    until: int | None = None
    since_moment: int | None = None
    until_moment: int | None = None

    def conditions(self) -> list[Any]:
        """Build the conditions on `notice`."""
        ends = [
            None if self.since is None else notice.c.number >= self.since,
            None if self.until is None else notice.c.number <= self.until,
            None if self.since_moment is None else notice.c.at >= self.since_moment,
            None if self.until_moment is None else notice.c.at <= self.until_moment,
        ]
        return [end for end in ends if end is not None]


class SubscriptionMixin(Record):
    """The record as one actor sees it, with the operations on its own Subscriptions."""

    def get_status(self, name: str) -> SubscriptionStatus:
        """Return the status of one Subscription. Raises NotFound when it is hidden or absent."""
        return read_status(self._get_own_row(name))

    def list_statuses(self, names: Collection[str] = (), statuses: Collection[str] = ()) -> list[SubscriptionStatus]:
        """Return the statuses of all that the actor sees, limited to `names` and to `statuses` unless these are empty."""
        own = select(subscription).where(
            subscription.c.party == self._actor.party, subscription.c.role == self._actor.role
        )
        if names:
            own = own.where(subscription.c.name.in_(list(names)))
        if statuses:
            own = own.where(subscription.c.status.in_(list(statuses)))
        with self._open_reading("status", "Subscription", "s") as (session, names_read):
            by_name = {row.name: row for row in self._load_subscriptions(own.order_by(subscription.c.name))}
            names_read.extend(resource.name for resource in read_several(session, list(by_name)))
        return [read_status(by_name[name]) for name in names_read]

    def events(self, name: str, selection: Range) -> tuple[SubscriptionStatus, list[Event]]:
        """Return the status and the events of `selection` that were sent or tried and that the subscriber may still read
        (`docs/leaks.md` L98)."""
        row = self._get_own_row(name)
        numbered = select(notice).where(notice.c.subscription == row.rid, notice.c.number.is_not(None))
        with self._store.autocommit() as plain:
            notices = list(plain.execute(numbered.where(*selection.conditions()).order_by(notice.c.number).limit(MOST)))
        changes = [OutboxChange(row.oid, row.rid, row.name, row.at, row.said) for row in notices]
        with self._open_reading("events", name, "r") as (session, names_read):
            allowed = {change.oid for change in self._filter_authorized(session, row, changes)}
            events = [Event(row.number, row.at, row.name) for row in notices if row.oid in allowed]
            names_read.extend(dict.fromkeys(event.name for event in events))
        return read_status(row), events

    def resend(self, name: str, selection: Range) -> int:
        """Queue the events of `selection` again, in new messages, and return their number.

        Raises Conflict when the Subscription is not active."""
        allow(self._actor, "Subscription", "u")
        row = self._get_own_row(name)
        of_them = (notice.c.subscription == row.rid, notice.c.number.is_not(None), *selection.conditions())
        with self._store.write() as connection:
            row_now = lock_row(connection, row.rid)
            if row_now is None or row_now.status != "active":
                raise Conflict("subscription-not-active")
            again = update(notice).where(*of_them, notice.c.closed.is_not(None)).values(closed=None, message="")
            count = connection.execute(again).rowcount
            if count and not row_now.attempts:
                condition = subscription.c.rid == row.rid
                connection.execute(update(subscription).where(condition).values(due=self._store.now()))
        return count

    def renew_secret(self, name: str) -> str:
        """Create a new secret and return it, this once. The former one also signs messages for `OVERLAP`."""
        allow(self._actor, "Subscription", "u")
        rid, keys = self._get_own_row(name).rid, self._store.seal_keys
        fresh = secrets.draw(name, self._store.new_id("Secret"), keys)
        values = {"secret": secrets.close(fresh, "secret", name, keys), "former": subscription.c.secret}
        with self._store.write() as connection:
            condition = subscription.c.rid == rid
            until = self._store.now() + OVERLAP
            connection.execute(update(subscription).where(condition).values(**values, former_until=until))
        return secrets.format_secret(fresh)

    def _get_own_row(self, name: str) -> SubscriptionRow:
        """Return the row of a Subscription that the actor sees. Raises NotFound when it is hidden or absent."""
        with self._open_reading("status", name, "r") as (session, names_read):
            read(session, name)
            names_read.append(name)
            own = self._load_subscriptions(select(subscription).where(subscription.c.rid == get_reference_rid(name)))
            if not own:
                raise NotFound
        return own[0]

    def _load_subscriptions(self, statement: Select[Any]) -> list[SubscriptionRow]:
        """Load rows of `subscription`, to which `hub_reader` has no right, on a connection without row-level security."""
        with self._store.autocommit() as connection:
            return load_rows(connection, statement)

    def _filter_authorized(
        self, session: ReadSession, row: SubscriptionRow, changes: list[OutboxChange]
    ) -> list[OutboxChange]:
        """Return those of `changes` that the actor, of the subscriber's party and role, may read now."""
        try:
            allow(self._actor, row.type, "r")
        except Refused:
            return []
        reader, allowed = read_subscriber(row), list[OutboxChange]()
        for rank in range(0, len(changes), 50):
            some = changes[rank : rank + 50]
            allowed += filter_authorized(session, reader, some, self._base)
        return allowed
