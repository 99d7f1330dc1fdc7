"""The hub as someone outside finds it: its doors over HTTP, and one registered client in each role, with its token."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import create_app
from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from hub.record.db.store import open_store
from hub.record.tables import metadata
from hub.settings.settings import load
from tests.clock import FakeClock
from tests.ids import SeededIds
from tests.territory import PARTIES, condition, request, settle_territory, task

EVERY = ("system/*.cruds",)
SOURCES = ("chu-hl7", "cabinet-fhir", "ccas-csv")
# The roles of organisations: persons sign in, they have no client.
ROLES = [role for party, roles in PARTIES.items() for role in roles if party.startswith("Organization/")]


@dataclass
class Outside:
    """`tokens`: role → its client's. Each may feed every source. Task/v, ServiceRequest/v and Condition/v stand in the
    record of Patient/jeanne, whose circle is everyone."""

    app: Flask
    http: FlaskClient
    tokens: dict[str, str]

    def ask(self, role: str, method: str, path: str, body: bytes | None = None, **headers: str) -> TestResponse:
        """One request as `role`; the empty role sends no token. Keywords are headers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if role:
            sent["Authorization"] = f"Bearer {self.tokens[role]}"
        return self.http.open(path, method=method, data=body, headers=sent)


def outside(home: Path) -> Outside:
    """The hub on a new record under `home`."""
    store = open_store(
        f"sqlite:///{home / 'hub.sqlite'}", (b"0" * 64,), durable=False, now=FakeClock(), new_id=SeededIds()
    )
    metadata.create_all(store.writer)
    territory = settle_territory(store)
    territory.join_circle(*ROLES)
    territory.write(
        request("v"), task("v", "Organization/ccas", "ServiceRequest/v"), condition("v"), by="Organization/dac"
    )
    territory.pass_time()
    tokens = {}
    for party, roles in PARTIES.items():
        for role in set(roles) & set(ROLES):
            register(store, Partner(role, f"{role}, fictif", party, role, EVERY, SOURCES))
            tokens[role] = issue_token(store, role, EVERY)
    app = create_app(load({"HUB_ENV": "demo", "HUB_VAR": str(home / "var")}), store)
    return Outside(app, app.test_client(), tokens)
