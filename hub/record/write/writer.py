"""The objects with which an actor writes in one unit of work."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.actor import Actor
from hub.record.access.session import ReadSession
from hub.record.subscriptions.register import Registrations
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView


@dataclass(frozen=True)
class Writer:
    """What `create`, `edit` and `patch` need: the unit of work, what the actor sees, and the Subscriptions it registers."""

    unit: UnitOfWork
    view: WriterView
    registrations: Registrations

    @property
    def session(self) -> ReadSession:
        """The actor's read session, in the transaction of `unit`."""
        return self.view.session

    @property
    def actor(self) -> Actor:
        return self.view.session.actor
