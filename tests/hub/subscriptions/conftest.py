"""A territory whose social service and GP follow one person, and subscribers among them, on each database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from hub.record.clients.registry import Partner, register
from hub.record.db.store import Store
from hub.record.repository.subscriptions import SubscriptionMixin
from hub.subscriptions.worker import list_notification_jobs
from tests.hub.subscriptions.receiver import Receiver
from tests.territory import EVERYTHING, PARTY_OF, Territory, of_domain, request, settle_territory, task

FHIR = "http://127.0.0.1:8000/fhir"
DELAYS = (30, 300)
SECOND = 1_000_000
TASK_TOPIC = "https://maillage.example/fhir/SubscriptionTopic/task"
PLAN_TOPIC = "https://maillage.example/fhir/SubscriptionTopic/care-plan"
BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"


def build_subscription(topic: str = TASK_TOPIC, *filters: str, content: str = "", **elements: Any) -> dict[str, Any]:
    """A Subscription as a client sends it. `elements`: of the Subscription or its channel."""
    own = {name: elements.pop(name) for name in ("status", "end", "reason") if name in elements}
    resource: dict[str, Any] = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "suivre les actions",
        "criteria": topic,
        "channel": {
            "type": "rest-hook",
            "endpoint": "http://127.0.0.1:9/hook",
            "payload": "application/fhir+json",
            **elements,
        },
        **own,
    }
    if filters:
        extensions = [{"url": f"{BACKPORT}backport-filter-criteria", "valueString": text} for text in filters]
        resource["_criteria"] = {"extension": extensions}
    if content:
        extensions = [{"url": f"{BACKPORT}backport-payload-content", "valueCode": content}]
        resource["channel"]["_payload"] = {"extension": extensions}
    return resource


@dataclass
class Scene:
    """The territory, the subscriptions of its clients, and a worker with the endpoint that it calls."""

    here: Territory
    receiver: Receiver = field(default_factory=Receiver)

    @property
    def store(self) -> Store:
        return self.here.store

    def open(self, role: str, **others: Any) -> SubscriptionMixin:
        return SubscriptionMixin(self.store, self.here.actor(role, **others), FHIR)

    def work(self, times: int = 3, receiver: Receiver | None = None) -> int:
        """Run some rounds of a worker. Returns how much was done."""
        jobs = list_notification_jobs(self.store, receiver or self.receiver, FHIR, DELAYS, 30)
        return sum(job.run() for _ in range(times) for job in jobs)

    def subscribe(self, role: str, *filters: str, topic: str = TASK_TOPIC, **others: Any) -> str:
        """Create an active subscription of `role`. The endpoint drops the handshake."""
        name = self.open(role).create(build_subscription(topic, *filters, **others)).name
        self.work()
        self.receiver.received.clear()
        return name

    def pass_time(self, seconds: float = 1) -> int:
        return self.here.pass_time(round(seconds * SECOND))

    def add_task(self, id: str, owner: str = "Organization/ccas", **elements: Any) -> str:
        """Create a Task about the person, with its ServiceRequest, a second later."""
        self.pass_time()
        details = {"extension": [of_domain("social-droits")], **elements}
        return self.here.write(
            request(f"r{id}"), task(id, owner, f"ServiceRequest/r{id}", **details), by="Organization/dac"
        )


def register_clients(store: Store, *roles: str) -> None:
    """Register a client for each of these roles of the territory."""
    for role in roles:
        register(store, Partner(f"test-{role}", f"{role}, fictif", PARTY_OF[role], role, EVERYTHING))


@pytest.fixture
def scene(store: Store) -> Scene:
    here = settle_territory(store)
    register_clients(store, "ccas", "medecin_traitant", "psy_cmp", "ssiad", "gestionnaire", "guichet")
    here.pass_time()
    here.join_circle("ccas", "medecin_traitant", "psy_cmp")
    here.pass_time()
    return Scene(here)
