"""Two worlds for the leak cases: one with what a role may not see, one without, behind the hub's doors.

What is hidden from a role: another person's record from all, and the psychiatric side of Jeanne's from those whose page in
`roles.toml` says none.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, insert

from hub.app import create_app
from hub.domain.roles import load_roles
from hub.fhir import loads
from hub.record.db.store import open_store
from hub.record.tables import metadata, withheld
from hub.record.tables.base import EVER
from hub.settings.settings import load
from hub.slices import get_reference_rid
from tests.clients import let_in
from tests.clock import FakeClock
from tests.ids import SeededIds
from tests.territory import (
    PARTIES,
    PERSON,
    Json,
    circle_member,
    condition,
    observation,
    of_domain,
    request,
    settle_territory,
    task,
)

ROLES = [(party, role) for party, names in PARTIES.items() for role in names]
ABSENT = "a" * 26
CANARY = "zqcanari"
SECRET_PHONE = "0611111111"
# Those who may see the psychiatric section without more, by their page.
SEES_PSYCHIATRY = frozenset(
    name
    for name, role in load_roles().items()
    if role.cells["psychiatric"].level in ("read", "write") and not role.cells["psychiatric"].if_consented
)


@dataclass
class Answer:
    """All that an answer tells."""

    status: int
    headers: dict[str, str]
    body: bytes

    def without(self, *words: str) -> Answer:
        body = self.body
        for word in words:
            body = body.replace(word.encode(), b"#")
        return Answer(self.status, self.headers, body)


@dataclass
class World:
    """One database behind the hub's doors. `versions`: of what every role may see of Task/v, read before the hidden edits."""

    http: object
    tokens: dict[tuple[str, str], str]
    ids: SeededIds
    versions: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: int = 0

    def ask(self, actor: tuple[str, str], method: str, path: str, body: object = None, **headers: str) -> Answer:
        self.asked += 1
        self.ids.request = f"{self.asked} {actor} {method} {path}"
        sent = {"Authorization": f"Bearer {self.tokens[actor]}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        form = {"data": body} if isinstance(body, str) else {"json": body} if body is not None else {}
        answer = self.http.open(f"/fhir{path}", method=method, headers=sent, **form)
        told = {name: value for name, value in answer.headers.items() if name not in ("X-Request-Id", "Date")}
        return Answer(answer.status_code, told, answer.data)


def _visible() -> list[Json]:
    team = {
        "resourceType": "CareTeam",
        "id": "cercle",
        "status": "active",
        "subject": {"reference": PERSON},
        "participant": [circle_member(party, 0) for party in PARTIES if party.startswith("Organization/")],
    }
    for one in team["participant"]:
        one["period"]["start"] = "2026-11-01"
    plan = {
        "resourceType": "CarePlan",
        "id": "v",
        "status": "active",
        "intent": "plan",
        "subject": {"reference": PERSON},
        "title": "Plan fictif",
        "category": [{"text": "PPCS"}],
    }
    social = {"extension": [of_domain("social-droits")]}
    return [
        {"resourceType": "Organization", "id": "tiers", "name": "Structure fictive d'ailleurs"},
        team,
        request("v"),
        task("v", "Organization/ccas", "ServiceRequest/v", **social),
        plan,
        condition("v", "I10"),
    ]


def _other_person() -> list[Json]:
    """Someone whom nobody here follows, with everything about her."""
    person = {
        "resourceType": "Patient",
        "id": "h",
        "name": [{"use": "usual", "family": CANARY, "given": [CANARY]}],
        "telecom": [{"system": "phone", "value": SECRET_PHONE}],
        "birthDate": "1930-01-01",
        "identifier": [{"system": "urn:oid:1.2.3", "value": CANARY}],
    }
    found = [
        person,
        condition("hp", "F20.0", note=[{"text": CANARY}]),
        request("h", "Organization/tiers", reasonCode=[{"text": CANARY}]),
        task("h", "Organization/tiers", "ServiceRequest/h", requester="Organization/tiers", description=CANARY),
        observation("h", "ald", valueQuantity={"value": 71.5, "unit": CANARY}),
        {
            "resourceType": "Communication",
            "id": "h",
            "status": "completed",
            "payload": [{"contentString": CANARY}],
        },
    ]
    for one in found[1:]:
        for element in ("subject", "for"):
            if element in one:
                one[element] = {"reference": "Patient/h"}
    found[-1]["subject"] = {"reference": "Patient/h"}
    return found


def _psychiatric_side() -> list[Json]:
    """What of Jeanne's own record those without psychiatry may not know: a diagnosis and what her CMP does."""
    return [
        condition("h", "F20.0", note=[{"text": CANARY}]),
        request("p", "Organization/cmp", intent="filler-order", note=[{"text": CANARY}], extension=[of_domain("psy")]),
        task("p", "Organization/cmp", "ServiceRequest/p", requester="Organization/cmp", extension=[of_domain("psy")]),
        {
            "resourceType": "Communication",
            "id": "p",
            "status": "completed",
            "subject": {"reference": PERSON},
            "sender": {"reference": "Organization/cmp"},
            "payload": [{"contentString": CANARY}],
        },
    ]


def make_world(home: Path, name: str, hidden: bool, psychiatric: bool) -> World:
    clock, ids = FakeClock(), SeededIds("leaks")
    url = f"sqlite:///{home / name}.sqlite"
    store = open_store(url, (b"0" * 64,), durable=False, now=clock, new_id=ids)
    metadata.create_all(store.writer)
    territory = settle_territory(store)
    clock.tick(1000)
    ids.request = "visible"
    territory.write(*_visible(), by="Organization/dac")
    settings = load({"HUB_ENV": "demo", "HUB_VAR": str(home / name)})
    world = World(create_app(settings, store).test_client(), {}, ids)
    with store.write() as connection:
        for actor in ROLES:
            world.tokens[actor] = _let_in(connection, *actor, clock())
    for actor in ROLES:
        world.versions[actor] = world.ask(actor, "GET", "/Task/v").headers.get("ETag", "")
    clock.tick(1000)
    if hidden:
        ids.request = "hidden"
        territory.write(*_other_person())
        territory.write(condition("w", "I11"))
        with store.write() as connection:
            # Withdrawn from everybody (L08): it was there, and is no more.
            connection.execute(
                insert(withheld),
                [
                    {
                        "rid": get_reference_rid("Condition/w"),
                        "party": party,
                        "role": "",
                        "since": clock(),
                        "until": EVER,
                    }
                    | {"person": get_reference_rid(PERSON), "why": "opposition"}
                    for party in PARTIES
                ],
            )
    if psychiatric:
        ids.request = "psychiatric"
        territory.write(*_psychiatric_side())
        for step in range(3):
            territory.change("Condition/h", note=[{"text": f"{CANARY} {step}"}])
    clock.tick(1000)
    return world


def _let_in(connection: Connection, party: str, role: str, now: int) -> str:
    """A token for an actor."""
    name = f"{role}-{party.rpartition('/')[2]}"
    secret = urlsafe_b64encode(sha256(name.encode()).digest()).decode().rstrip("=")
    let_in(connection, party, role, name, secret, now)
    return secret


def pair_of(worlds: dict[str, World], actor: tuple[str, str]) -> tuple[World, World]:
    """The world without what `actor` may not see, and the one with it."""
    return worlds["without"], worlds["other" if actor[1] in SEES_PSYCHIATRY else "both"]


def same_answers(
    worlds: dict[str, World], *requests: tuple[object, ...], **headers: str
) -> Iterator[tuple[str, Answer]]:
    """Ask in both worlds as every role; yields (role, answer) of each, which is the same."""
    for actor in ROLES:
        without, having = pair_of(worlds, actor)
        for method, path, *body in requests:
            one = without.ask(actor, str(method), str(path), *body, **headers)
            other = having.ask(actor, str(method), str(path), *body, **headers)
            assert one == other, (actor, method, path, one, other)
            # What the caller asked itself stands in the self link of the answer.
            assert CANARY.encode() not in one.body or CANARY in str(path)
            assert one.status < 500
            yield actor[1], one


def like_absent(worlds: dict[str, World], method: str, hidden: str, absent: str, *body: object, **headers: str) -> None:
    """Something hidden answers like something that never was, but for the name that was asked."""
    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        one = having.ask(actor, method, hidden, *body, **headers)
        other = having.ask(actor, method, absent, *body, **headers)
        assert one.without(hidden) == other.without(absent), (actor, hidden, one, other)


def links_of(answer: Answer) -> dict[str, str]:
    return {link["relation"]: link["url"] for link in loads(answer.body)["link"]}


# What everybody sees something of, or may ask; what is hidden from all; what never was.
SEEN = ("/Task/v", "/CarePlan/v", f"/{PERSON}", "/Condition/v", "/Task", "/Condition", f"/{PERSON}/$everything")
HIDDEN = "/Condition/hp"
NEVER = f"/Condition/{ABSENT}"
