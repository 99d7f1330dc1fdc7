"""The territory of `config/demo/territory.toml`, planted in an empty record. Again and again without harm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fhir_profiles.definitions import definitions
from hub.auth import make_key, parse_public_key
from hub.auth.keys import strip_private_members
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
    """A message that the demo sends: `path` of its bytes, `client` that sends it, `source` that it goes to."""

    client: str
    source: str
    path: Path
    media_type: str


def load_territory() -> dict[str, list[dict[str, Any]]]:
    """The tables of `territory.toml`."""
    return parse_toml(read_config(_PAGE), _PAGE)


def load_messages() -> Iterator[DemoMessage]:
    """What is sent, in order."""
    for entry in load_territory()["message"]:
        yield DemoMessage(entry["client"], entry["source"], DEMO_FOLDER / entry["file"], entry["media_type"])


def get_key_path(var: Path, client: str) -> Path:
    """Where the private key of a demo client is (`docs/contract.md` §6)."""
    return var / "demo" / "keys" / f"{client}.jwk"


def seed_territory(store: Store, var: Path) -> None:
    """Organisations, the forms of `fhir_profiles/`, clients and their keys. What is there already stays as it is."""
    tables = load_territory()
    with store.write() as connection:
        batch = UnitOfWork(connection, tick(connection, store.now()), store.new_id)
        batch.look_up(f"Organization/{one['id']}" for one in tables["organisation"])
        for one in tables["organisation"]:
            if f"Organization/{one['id']}" not in batch.known:
                kind = {"type": [{"coding": [one["type"]]}]} if "type" in one else {}
                batch.create({"resourceType": "Organization", "id": one["id"], "name": one["name"]} | kind, by="")
        batch.look_up(f"Questionnaire/{one['id']}" for one in definitions("Questionnaire"))
        for one in definitions("Questionnaire"):
            if f"Questionnaire/{one['id']}" not in batch.known:
                batch.create(dict(one), by="")
        flush(batch)
    for one in tables["client"]:
        if find(store, one["id"]) is None:
            register(store, _build_partner(one, _load_key(get_key_path(var, one["id"]), one["id"])))


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
    """The private JWK at `path`, made when it is not there; readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(make_key(f"{client}-1")), encoding="utf-8")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
