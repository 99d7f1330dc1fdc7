"""One attempt to deliver the notifications that wait for one subscriber (`docs/loop.md` D6.37–D6.45)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hub.domain.errors import Invalid
from hub.outgoing import Unsent
from hub.record.db.store import Store
from hub.record.notifications.compose import Message, compose
from hub.record.notifications.fanout import read_last_change
from hub.record.notifications.queue import claim, close
from hub.record.subscriptions.rows import SubscriptionRow
from hub.subscriptions.notification import build_notification
from hub.subscriptions.signature import sign

GONE, NO_ANSWER = 410, 0
_SECOND = 1_000_000


class Sender(Protocol):
    """The part of `hub.outgoing.Fetcher` that a delivery uses."""

    def post(self, url: str, body: bytes, headers: dict[str, str], seconds: float) -> int:
        """Return the status of the answer. Raises Unsent, and Invalid for an address that is no longer allowed."""
        ...


def deliver(store: Store, sender: Sender, base_url: str, delays: Sequence[int], upto: int | None = None) -> bool:
    """Deliver to the next subscriber that waits, and record the outcome. Returns False when none waits.

    `base_url`: of the FHIR API. `delays`: seconds before each further attempt. `upto`: the time (µs) up to which the outbox was
    emptied before; default: that of the last commit.
    """
    row = claim(store)
    if row is None:
        return False
    deliver_to(row, store, sender, base_url, delays=delays, upto=read_last_change(store) if upto is None else upto)
    return True


def deliver_to(
    row: SubscriptionRow, store: Store, sender: Sender, base_url: str, *, delays: Sequence[int], upto: int
) -> bool:
    """Deliver to the claimed subscription `row`, and record the outcome. Returns False when its endpoint gave no answer."""
    message = compose(store, row, base_url, upto)
    if message is None:
        return True
    status = _send(store, sender, base_url, message)
    close(store, message, 200 <= status < 300, delays, gone=status == GONE)
    return status != NO_ANSWER


def _send(store: Store, sender: Sender, base_url: str, message: Message) -> int:
    """Sign and send the message. Returns the status of the answer, 0 without one."""
    now = store.now()
    body = build_notification(base_url, message.status, message.kind, message.events, message_id=message.id, now=now)
    own_headers = {"Content-Type": message.media_type, **sign(message.id, now // _SECOND, body, message.secrets)}
    headers = dict(line.split(": ", 1) for line in message.headers) | own_headers
    try:
        return sender.post(message.endpoint, body, headers, message.seconds)
    except (Unsent, Invalid):
        return NO_ANSWER
