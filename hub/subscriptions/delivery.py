"""One attempt to tell one subscriber what waits for it (`docs/loop.md` D6.37–D6.45)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hub.domain.errors import Invalid
from hub.outgoing import Unsent
from hub.record.db.store import Store
from hub.record.notifications.compose import Message, compose
from hub.record.notifications.queue import claim, close
from hub.subscriptions.notification import build_notification
from hub.subscriptions.signature import sign

GONE = 410
_SECOND = 1_000_000


class Sender(Protocol):
    """What a delivery needs of `hub.outgoing.Fetcher`."""

    def post(self, url: str, body: bytes, headers: dict[str, str], seconds: float) -> int:
        """The status of the answer. Raises Unsent, and Invalid for an address that may not be called any more."""
        ...


def deliver(store: Store, sender: Sender, fhir: str, delays: Sequence[int]) -> bool:
    """Tell the next subscriber that waits; False when nobody does. `delays`: seconds before each further attempt."""
    row = claim(store)
    if row is None:
        return False
    message = compose(store, row, fhir)
    if message is not None:
        status = _send(store, sender, fhir, message)
        close(store, message, 200 <= status < 300, delays, gone=status == GONE)
    return True


def _send(store: Store, sender: Sender, fhir: str, message: Message) -> int:
    """The status of the answer; 0 when none came."""
    now = store.now()
    body = build_notification(fhir, message.standing, message.kind, message.events, name=message.id, now=now)
    own = {"Content-Type": message.media_type, **sign(message.id, now // _SECOND, body, message.secrets)}
    headers = dict(line.split(": ", 1) for line in message.headers) | own
    try:
        return sender.post(message.endpoint, body, headers, message.seconds)
    except (Unsent, Invalid):
        return 0
