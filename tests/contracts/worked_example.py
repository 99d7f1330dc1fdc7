"""The blocks of `docs/example.md`, made by running what the page tells: name of the block → its text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hub.domain.errors import NotFound
from hub.domain.sections import load_sections
from hub.record.db.store import Store
from hub.record.tables import grant, part, resource, stake
from hub.record.tables.base import EVER
from tests.territory import Territory, of_domain, settle_territory, task

PAGE = Path(__file__).parents[2] / "docs" / "example.md"
NAME = "Task/toilette"
READERS = ("gestionnaire", "ems_apa", "ssiad", "saad")

_BLOCK = re.compile(r"^```(?:json|text) (?P<name>[a-z-]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def read_page() -> dict[str, str]:
    """The named blocks as the page has them."""
    return {match["name"]: match["text"] for match in _BLOCK.finditer(PAGE.read_text(encoding="utf-8"))}


def make_blocks(store: Store) -> dict[str, str]:
    """The same blocks, made from an empty record."""
    territory = settle_territory(store)
    territory.join_circle("gestionnaire", "ems_apa", "saad")
    territory.pass_time()
    sent = task(
        "toilette",
        owner="Organization/ssiad",
        description="Aide à la toilette, le matin",
        extension=[of_domain("soins-perso")],
        note=[{"text": "Préfère une femme."}],
        input=[{"type": {"text": "consigne"}, "valueString": "Deux passages par semaine."}],
    )
    territory.write(sent, by="Organization/dac")
    territory.pass_time()
    blocks = {"task": _indented(sent), "parts": _tell_parts(store), "grants": _tell_grants(store)}
    blocks["stakes"] = _tell_stakes(store)
    blocks |= {f"read-{role.replace('_', '-')}": _read(territory, role) for role in READERS}
    versions = {role: _version(territory, role) for role in READERS}
    territory.change(NAME, input=[{"type": {"text": "consigne"}, "valueString": "Trois passages par semaine."}])
    blocks["versions"] = "".join(
        f"{role:13}{'the same' if versions[role] == _version(territory, role) else 'another'}\n" for role in READERS[:3]
    )
    blocks["parts-after"] = _tell_parts(store)
    return blocks


def _read(territory: Territory, role: str) -> str:
    try:
        return _indented(json.loads(territory.open(role).read(NAME).body))
    except NotFound:
        return "404\n"


def _version(territory: Territory, role: str) -> str:
    try:
        return territory.open(role).read(NAME).version
    except NotFound:
        return ""


def _tell_parts(store: Store) -> str:
    """The rows of the Task in `part`: needs as names of places, and what each says."""
    statement = select(part).join(resource, resource.c.rid == part.c.rid).where(resource.c.id == "toilette")
    with store.read() as connection:
        rows = connection.execute(statement.order_by(part.c.since, part.c.needs)).all()
    return "".join(
        f"key          {row.key}\n"
        f"needs        {_places(row.needs)}\n"
        f"stake_needs  {_places(row.stake_needs)}\n"
        f"holder       {row.holder or '-'}\n"
        f"since        {_second(row.since)}   until {_second(row.until)}\n"
        f"body         {_says(row.body)}\n"
        f"ranked       {_says(row.ranked)}\n\n"
        for row in rows
    )


def _tell_grants(store: Store) -> str:
    """What the grants of the readers see, as far as the Task's places go."""
    asked = [name for name in load_sections().bits if name.startswith(("tasks", "notes", "autonomy"))]
    statement = select(grant).where(grant.c.person != 0, grant.c.role.in_(READERS))
    with store.read() as connection:
        rows = connection.execute(statement.order_by(grant.c.role, grant.c.domains)).all()
    told = {}
    for row in rows:
        seen = [name for name in asked if load_sections().bits[name] & row.sees]
        told[f"{row.party} {row.role}"] = f"because of {row.why}, sees: {', '.join(seen) or 'none of them'}"
    return "".join(f"{holder:34}{seen}\n" for holder, seen in told.items())


def _tell_stakes(store: Store) -> str:
    statement = select(stake).join(resource, resource.c.rid == stake.c.rid).where(resource.c.id == "toilette")
    with store.read() as connection:
        rows = connection.execute(statement.order_by(stake.c.party, stake.c.kind)).all()
    return "".join(f"{row.party:20}{row.kind}\n" for row in rows)


def _places(mask: int) -> str:
    return " and ".join(load_sections().names(mask)) or "-"


def _second(moment: int) -> str:
    return "open" if moment == EVER else f"08:00:{moment // 1_000_000 % 60:02}"


def _says(stored: bytes) -> str:
    return stored.decode().rstrip().replace("\n", " ⏎ ")


def _indented(resource_json: dict[str, Any]) -> str:
    """JSON with one element of the resource a line."""
    elements = (
        f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in resource_json.items()
    )
    return "{\n" + ",\n".join(elements) + "\n}\n"
