"""A territory whose hospital, practice and social service may write to their sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from hub.domain.actor import Actor
from hub.intake import Answer, receive
from hub.record.db.store import Store
from hub.record.tables import message
from hub.settings.settings import Settings
from tests.territory import Territory, settle_territory

SOURCES = {"hosp_clinicien": "chu-hl7", "medecin_traitant": "cabinet-fhir", "ccas": "ccas-csv"}
MEDIA = {"chu-hl7": "application/hl7-v2", "cabinet-fhir": "application/fhir+json", "ccas-csv": "text/csv"}
_TASK = re.compile(rb"Task/([A-Za-z0-9]+)")


@dataclass
class Intake:
    """The intake on `store`, with its territory."""

    store: Store
    settings: Settings
    territory: Territory

    def actor(self, role: str) -> Actor:
        return self.territory.actor(role, scopes=("system/*.crus",), sources=(SOURCES[role],))

    def send(self, role: str, raw: bytes) -> Answer:
        """`raw` by the source of `role`."""
        source = SOURCES[role]
        return receive(self.store, self.actor(role), source, MEDIA[source], raw, settings=self.settings)

    def rows(self, *states: str) -> list[dict]:
        """The messages in one of these states, or all, in the order in which they came."""
        with self.store.read() as connection:
            found = [dict(row) for row in connection.execute(message.select().order_by(message.c.received)).mappings()]
        return [row for row in found if not states or row["state"] in states]

    def names(self, resource_type: str) -> list[str]:
        """Every resource of a type, whoever may see it."""
        from hub.record.tables import resource

        asked = resource.select().where(resource.c.type == resource_type).order_by(resource.c.id)
        with self.store.read() as connection:
            return [f"{row.type}/{row.id}" for row in connection.execute(asked)]

    def whole(self, name: str) -> dict:
        return self.territory.whole(name)

    def intake_tasks(self) -> list[dict]:
        return [t for t in map(self.whole, self.names("Task")) if hub_task(t) == "intake"]


def hub_task(task: dict) -> str:
    return task["code"]["coding"][-1]["code"]


def task_in(answer: Answer) -> str:
    """The reference of the Task that an answer names."""
    found = _TASK.search(answer.body)
    return found[0].decode() if found else ""


@pytest.fixture
def intake(store: Store, settings: Settings) -> Intake:
    return Intake(store, settings, settle_territory(store))
