"""The territory of `config/demo/territory.toml`, and how it gets into the record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fhir_profiles.definitions import load_definitions
from hub.administration.public_keys import strip_private_members
from hub.auth import make_key, parse_public_key
from hub.domain.config_pages import CONFIG, parse_toml, read_config
from hub.record.clients.registry import Partner, find, register
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush

DEMO_FOLDER = CONFIG / "demo"
_PAGE = "demo/territory.toml"


@dataclass(frozen=True)
class DemoMessage:
    """A message that the demo sends: the file with its bytes, the client that sends it, the source that receives it."""

    client: str
    source: str
    path: Path
    media_type: str


def load_territory() -> dict[str, list[dict[str, Any]]]:
    """The tables of `territory.toml`."""
    return parse_toml(read_config(_PAGE), _PAGE)


def load_messages() -> Iterator[DemoMessage]:
    """The messages of the demo, in the order in which they are sent."""
    for entry in load_territory()["message"]:
        yield DemoMessage(entry["client"], entry["source"], DEMO_FOLDER / entry["file"], entry["media_type"])


def get_key_path(var: Path, client: str) -> Path:
    """The file of the private key of a demo client in `var`, the folder of the demo (`docs/contract.md` §6)."""
    return var / "keys" / f"{client}.jwk"


def seed_territory(store: Store, var: Path) -> None:
    """Create the organisations, the Questionnaires of `fhir_profiles/` and the clients with their keys.

    What exists already is left as it is, so that the demo can be started again.
    """
    tables = load_territory()
    with store.write() as connection:
        unit = UnitOfWork(connection, tick(store, connection), store.new_id)
        unit.targets.look_up(f"Organization/{entry['id']}" for entry in tables["organisation"])
        for entry in tables["organisation"]:
            if f"Organization/{entry['id']}" not in unit.targets.known:
                kind = {"type": [{"coding": [entry["type"]]}]} if "type" in entry else {}
                unit.create({"resourceType": "Organization", "id": entry["id"], "name": entry["name"]} | kind, by="")
        unit.targets.look_up(f"Questionnaire/{form['id']}" for form in load_definitions("Questionnaire"))
        for form in load_definitions("Questionnaire"):
            if f"Questionnaire/{form['id']}" not in unit.targets.known:
                unit.create(dict(form), by="")
        flush(unit)
    for entry in tables["client"]:
        if find(store, entry["id"]) is None:
            register(store, _build_partner(entry, _load_key(get_key_path(var, entry["id"]), entry["id"])))


def _build_partner(entry: dict[str, Any], key: dict[str, Any]) -> Partner:
    return Partner(
        client_id=entry["id"],
        name=entry["id"],
        party=f"Organization/{entry['organisation']}",
        role=entry["role"],
        scopes=tuple(entry["scopes"]),
        sources=tuple(entry.get("sources", ())),
        keys=(parse_public_key(strip_private_members(key)),),
        lenient_update=entry.get("lenient_update", False),
        can_introspect=False,
        active=True,
    )


def _load_key(path: Path, client: str) -> dict[str, Any]:
    """The private JWK in the file `path`, which is created if it is missing, for its owner alone to read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(make_key(f"{client}-1")), encoding="utf-8")
    key: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return key
