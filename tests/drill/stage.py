"""The record of a drill, its hub or two, the senders, and the count of what became of what they sent."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from hub.record.db.store import open_store
from hub.record.maintenance.kind import migrate_as
from hub.settings.seal_keys import get_path, make, read
from tests.drill.cluster import Cluster
from tests.drill.hub import Hub
from tests.drill.proxy import Proxy
from tests.drill.senders import Client, Senders
from tests.territory import settle_territory

_SENDER = Partner("sender", "Hôpital fictif", "Organization/chu", "hosp_clinicien", ("system/*.crus",), ("chu-hl7",))
_DATABASE = "hub"


@dataclass(frozen=True)
class Outcome:
    """What became of the demands of a scenario. `recovery`: seconds from the fault, or from its end where the fault lasts, to
    the first acknowledgement of a demand sent after it. `unready`: whether `/readyz` was 503 while writes failed; None where
    that was not asked."""

    scenario: str
    acknowledged: int
    lost: int
    doubled: int
    torn: int
    invisible: int
    recovery: float
    unready: bool | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled, torn or invisible, and demands were acknowledged again."""
        return (
            not (self.lost or self.doubled or self.torn or self.invisible or self.unready is False)
            and self.recovery >= 0
        )


@dataclass
class Stage:
    """`folder`: of the drill. `var`: HUB_VAR of every hub. `settings`: of the environment of every hub. `primary`, `standby`,
    `proxy`: on PostgreSQL."""

    folder: Path
    var: Path
    settings: dict[str, str]
    primary: Cluster | None = None
    standby: Cluster | None = None
    proxy: Proxy | None = None
    hubs: list[Hub] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)
    _sent: set[str] = field(default_factory=set)
    _token: tuple[str, float] = ("", 0.0)

    @property
    def on_postgres(self) -> bool:
        return self.primary is not None

    def open_hub(self, **options: object) -> Hub:
        """Start a hub on the record; it is stopped at the end of the drill."""
        hub = Hub(self.var, self.settings, **options)  # type: ignore[arg-type]
        self.hubs.append(hub)
        hub.start()
        return hub

    def get_token(self) -> str:
        """The sender's access token, a new one every two minutes; the former one while the database is away."""
        token, until = self._token
        if time.monotonic() > until:
            token = self._issue_token()
            self._token = token, time.monotonic() + 120
        return token

    def _issue_token(self) -> str:
        store = open_store(self.settings["HUB_DEMO_DATABASE_URL"], (read(get_path(self.var)),))
        try:
            return str(issue_token(store, _SENDER.client_id, _SENDER.scopes))
        finally:
            store.dispose()

    def send(self, writer: Hub, reader: Hub | None = None) -> Senders:
        """Senders to `writer` that read at `reader`; they have begun, and their first demands are acknowledged."""
        self.get_token()
        senders = Senders(writer.port, (reader or writer).port, self.get_token, self._numbers)
        begun = time.monotonic()
        senders.start()
        senders.wait_for(3, begun)
        return senders

    def count_outcome(self, scenario: str, senders: Senders, fault: float, unready: bool | None = None) -> Outcome:
        """End the sending, then read everything that was acknowledged, in this scenario and before."""
        senders.finish()
        ledger = senders.ledger
        client = Client(senders.reading_port, self.get_token)
        bodies = {task: client.ask("GET", f"/fhir/Task/{task}") for task in ledger.tasks.values()}
        torn = sum(1 for status, body in bodies.values() if status == 200 and not _is_whole(client, body))
        self._sent |= set(ledger.tasks.values())
        status, page = client.ask("GET", "/fhir/Task?requester=Organization/chu&_total=accurate&_count=1")
        client.close()
        total = json.loads(page)["total"] if status == 200 else 0
        return Outcome(
            scenario=scenario,
            acknowledged=len(ledger.tasks),
            lost=sum(1 for status, _ in bodies.values() if status != 200),
            doubled=total - len(self._sent) if total > len(self._sent) else len(ledger.tasks) - len(bodies),
            torn=torn,
            invisible=len(ledger.invisible),
            recovery=ledger.find_recovery(fault),
            unready=unready,
        )


def _is_whole(client: Client, body: bytes) -> bool:
    """Whether the person and the request that a Task names are there."""
    task = json.loads(body)
    names = [task[element]["reference"] for element in ("for", "focus")]
    return all(client.ask("GET", f"/fhir/{name}")[0] == 200 for name in names)


@contextmanager
def open_stage(folder: Path, database: str, var: Path | None = None) -> Iterator[Stage]:
    """A record with the territory of the tests on `sqlite` or `postgres`. `var`: HUB_VAR, by default in `folder`. Raises
    NoPostgres."""
    var = var or folder / "var"
    var.mkdir(exist_ok=True)
    (folder / "log").mkdir(exist_ok=True)
    stage = Stage(folder, var / "demo", {})
    try:
        if database == "postgres":
            stage.primary = primary = Cluster(folder / "primary")
            primary.create()
            primary.start()
            primary.ask(f"CREATE DATABASE {_DATABASE}")
            stage.proxy = Proxy(primary.socket)
            url = f"postgresql://hub@127.0.0.1:{stage.proxy.port}/{_DATABASE}"
        else:
            url = f"sqlite:///{var}/demo/hub.sqlite"
        stage.var.mkdir(exist_ok=True)
        make(get_path(stage.var))
        stage.settings = {"HUB_VAR": str(var), "HUB_DEMO_DATABASE_URL": url}
        store = open_store(url, (read(get_path(stage.var)),))
        migrate_as(store, "demo")
        settle_territory(store)
        register(store, _SENDER)
        store.dispose()
        yield stage
    finally:
        for hub in stage.hubs:
            hub.stop()
        if stage.proxy:
            stage.proxy.close()
        for cluster in (stage.standby, stage.primary):
            if cluster:
                cluster.stop()
