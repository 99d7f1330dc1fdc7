"""The record's door with what only subscriptions have: their standing, what they were told, telling it again, a new secret."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update

from hub.domain.errors import Conflict, NotFound, Refused
from hub.record.access.session import ReadSession
from hub.record.notifications.authorize import OutboxChange, subscriber, told_of
from hub.record.notifications.status import Event, SubscriptionStatus, read_status
from hub.record.read.current import read, read_several
from hub.record.repository.record import Record
from hub.record.search.query.authorize import allow
from hub.record.subscriptions import secrets
from hub.record.subscriptions.rows import SubscriptionRow, locked, rows
from hub.record.tables import notice, subscription
from hub.slices import get_reference_rid

# Events of one answer at most; a client goes on from the last number that it has.
MOST = 200
# For how long a former secret still signs beside the new one, in microseconds.
OVERLAP = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Range:
    """Numbers and moments (µs), both ends included; None is open."""

    since: int | None = None
    until: int | None = None
    since_moment: int | None = None
    until_moment: int | None = None

    def conditions(self) -> list[Any]:
        """As conditions on `notice`."""
        ends = [
            None if self.since is None else notice.c.number >= self.since,
            None if self.until is None else notice.c.number <= self.until,
            None if self.since_moment is None else notice.c.at >= self.since_moment,
            None if self.until_moment is None else notice.c.at <= self.until_moment,
        ]
        return [end for end in ends if end is not None]


class SubscriptionMixin(Record):
    """The record as one actor sees it, its own subscriptions above all."""

    def standing(self, name: str) -> SubscriptionStatus:
        """The standing of one. NotFound when it is hidden or absent."""
        return read_status(self._own(name))

    def standings(self, names: Collection[str] = (), statuses: Collection[str] = ()) -> list[SubscriptionStatus]:
        """The standing of all that this actor sees; of `names` and in one of `statuses`, where some are given."""
        own = select(subscription).where(
            subscription.c.party == self._actor.party, subscription.c.role == self._actor.role
        )
        if names:
            own = own.where(subscription.c.name.in_(list(names)))
        if statuses:
            own = own.where(subscription.c.status.in_(list(statuses)))
        with self._reading("status", "Subscription", "s") as (session, shown):
            by_name = {row.name: row for row in self._watched(own.order_by(subscription.c.name))}
            shown.extend(resource.name for resource in read_several(session, list(by_name)))
        return [read_status(by_name[name]) for name in shown]

    def events(self, name: str, wanted: Range) -> tuple[SubscriptionStatus, list[Event]]:
        """What was told or tried, of `wanted`, as far as the subscriber may still be told of it (`docs/leaks.md` L98)."""
        row = self._own(name)
        numbered = select(notice).where(notice.c.subscription == row.rid, notice.c.number.is_not(None))
        with self._store.autocommit() as plain:
            notices = list(plain.execute(numbered.where(*wanted.conditions()).order_by(notice.c.number).limit(MOST)))
        changes = [OutboxChange(sent.oid, sent.rid, sent.name, sent.at, sent.said) for sent in notices]
        with self._reading("events", name, "r") as (session, shown):
            allowed = {change.oid for change in self._told(session, row, changes)}
            events = [Event(sent.number, sent.at, sent.name) for sent in notices if sent.oid in allowed]
            shown.extend(dict.fromkeys(event.name for event in events))
        return read_status(row), events

    def resend(self, name: str, wanted: Range) -> int:
        """Tell `wanted` again, in new messages; how many. Conflict when the subscription is not active."""
        allow(self._actor, "Subscription", "u")
        row = self._own(name)
        of_them = (notice.c.subscription == row.rid, notice.c.number.is_not(None), *wanted.conditions())
        with self._store.write() as connection:
            held = locked(connection, row.rid)
            if held is None or held.status != "active":
                raise Conflict("subscription-not-active")
            again = update(notice).where(*of_them, notice.c.closed.is_not(None)).values(closed=None, message="")
            count = connection.execute(again).rowcount
            if count and not held.attempts:
                its = subscription.c.rid == row.rid
                connection.execute(update(subscription).where(its).values(due=self._store.now()))
        return count

    def renew_secret(self, name: str) -> str:
        """A new secret, told here and never again; the former one signs too for a day."""
        allow(self._actor, "Subscription", "u")
        rid, keys = self._own(name).rid, self._store.seal_keys
        fresh = secrets.draw(name, self._store.new_id("Secret"), keys)
        values = {"secret": secrets.close(fresh, "secret", name, keys), "former": subscription.c.secret}
        with self._store.write() as connection:
            its = subscription.c.rid == rid
            until = self._store.now() + OVERLAP
            connection.execute(update(subscription).where(its).values(**values, former_until=until))
        return secrets.format_secret(fresh)

    def _own(self, name: str) -> SubscriptionRow:
        """The row of a Subscription that this actor sees; NotFound when it sees none."""
        with self._reading("status", name, "r") as (session, shown):
            read(session, name)
            shown.append(name)
            own = self._watched(select(subscription).where(subscription.c.rid == get_reference_rid(name)))
            if not own:
                raise NotFound
        return own[0]

    def _watched(self, wanted: Select[Any]) -> list[SubscriptionRow]:
        """Rows that the reader behind the wall has no right to: on a connection that stands before it."""
        with self._store.autocommit() as connection:
            return rows(connection, wanted)

    def _told(self, session: ReadSession, row: SubscriptionRow, changes: list[OutboxChange]) -> list[OutboxChange]:
        """Judged as who asks, who is of the subscriber's party and role; nothing for a type that it may not read now."""
        try:
            allow(self._actor, row.type, "r")
        except Refused:
            return []
        who, allowed = subscriber(row), list[OutboxChange]()
        for rank in range(0, len(changes), 50):
            some = changes[rank : rank + 50]
            allowed += told_of(session, who, some, self._base)
        return allowed
