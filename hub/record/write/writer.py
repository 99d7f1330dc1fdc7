"""An actor who writes in one unit of work."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.actor import Actor
from hub.record.access.session import ReadSession
from hub.record.subscriptions.register import Registrations
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView


@dataclass(frozen=True)
class Writer:
    """What `create`, `edit` and `patch` write with: where they stage changes, what the actor sees, what it registers."""

    unit: UnitOfWork
    view: WriterView
    registrations: Registrations

    @property
    def session(self) -> ReadSession:
        """Where the actor reads, in the transaction of `unit`."""
        return self.view.session

    @property
    def actor(self) -> Actor:
        return self.view.session.actor
