"""The command line, but for what runs for ever or draws keys."""

from __future__ import annotations

import os

from tests.corpus.cast import ROOT, Cast

_COMMANDS = (
    *("--help", "version", "check", "init", "init --dry-run", "policy show", "policy show --role saad", "policy check"),
    *("policy explain --role ssiad --tie circle", "policy explain --role nobody --tie circle", "partner list"),
    *(
        "partner list --json",
        "endpoint allow ccas hub.client.example",
        "endpoint list",
        "endpoint forbid ccas hub.client.example",
    ),
    *("endpoint allow ccas 10.0.0.1", "grants rebuild --dry-run", "grants rebuild", "reindex --dry-run", "reindex"),
    *("replay --dry-run", "replay", "replay --cause nothing", "worker --once", "partner suspend nobody", "nothing"),
    *(
        "policy show --lang en",
        "check --json",
        "partner --help --lang en",
        "token ccas --scope system/Task.rs",
        "token nobody",
    ),
)


def play(cast: Cast) -> None:
    for command in _COMMANDS:
        cast.hub.run(*command.split())
    table = os.path.relpath(ROOT / "config" / "demo" / "demandes.csv")
    cast.hub.run("import", "--source", "ccas-csv", "--dry-run", table)
    cast.hub.run("import", "--source", "ccas-csv", "--client", "ccas", table)
    # Everything again is read after the tables were rebuilt.
    for role in ("gestionnaire", "ccas", "saad"):
        cast.by[role].get(f"{cast.jeanne}/$everything")
        cast.by[role].get("Task?_count=50&_sort=-_lastUpdated")
    cast.dpo_auditeur.get(f"AuditEvent?patient={cast.jeanne}&_count=20")
