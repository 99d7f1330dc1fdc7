"""The leak cases of the field by their numbers, over every role (`leaks.md` B1–B4).

Two worlds: one with what a role may not see, one without. Each case is a few requests; a role gets the same answers in both,
byte for byte, and asking for something hidden is asking for something that never was. What is hidden from a role: another
person's record from all, and the psychiatric side of Jeanne's from those whose page in `roles.toml` says none.
"""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from hub.app import create_app
from hub.errors import Invalid
from hub.fhir import loads
from hub.policy import roles
from hub.record.partners import Partner, register
from hub.record.store import open_store
from hub.record.tables import client, metadata, token, withheld
from hub.record.tables.base import EVER
from hub.settings import load
from hub.slices import rid_of_reference
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
    for name, role in roles().items()
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


def _world(home: Path, name: str, hidden: bool, psychiatric: bool) -> World:
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
                        "rid": rid_of_reference("Condition/w"),
                        "party": party,
                        "role": "",
                        "since": clock(),
                        "until": EVER,
                    }
                    | {"person": rid_of_reference(PERSON), "why": "opposition"}
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
    """A token for an actor, persons and relatives too, who have no client of their own."""
    name = f"{role}-{party.rpartition('/')[2]}"
    every = "system/*.cruds"
    secret = urlsafe_b64encode(sha256(name.encode()).digest()).decode().rstrip("=")
    connection.execute(
        insert(client).values(
            client_id=name, name=name, party=party, role=role, scopes=every, sources="", active=True,
            lenient_update=False, can_introspect=False, created=now,
        )
    )  # fmt: skip
    connection.execute(
        insert(token).values(
            hash=sha256(secret.encode()).digest(), jti=name, client_id=name, scopes=every, issued=now, expires=EVER
        )
    )
    return secret


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    home = tmp_path_factory.mktemp("leaks")
    return {
        "without": _world(home, "without", hidden=False, psychiatric=False),
        "other": _world(home, "other", hidden=True, psychiatric=False),
        "both": _world(home, "both", hidden=True, psychiatric=True),
    }


def _pairs(worlds: dict[str, World], actor: tuple[str, str]) -> tuple[World, World]:
    """The world without what `actor` may not see, and the one with it."""
    return worlds["without"], worlds["other" if actor[1] in SEES_PSYCHIATRY else "both"]


def _same(worlds: dict[str, World], *requests: tuple[object, ...], **headers: str) -> Iterator[tuple[str, Answer]]:
    """Ask in both worlds as every role; yields (role, answer) of each, which is the same."""
    for actor in ROLES:
        without, having = _pairs(worlds, actor)
        for method, path, *body in requests:
            one = without.ask(actor, str(method), str(path), *body, **headers)
            other = having.ask(actor, str(method), str(path), *body, **headers)
            assert one == other, (actor, method, path, one, other)
            # What the caller asked itself stands in the self link of the answer.
            assert CANARY.encode() not in one.body or CANARY in str(path)
            assert one.status < 500
            yield actor[1], one


def _like_absent(
    worlds: dict[str, World], method: str, hidden: str, absent: str, *body: object, **headers: str
) -> None:
    """Something hidden answers like something that never was, but for the name that was asked."""
    for actor in ROLES:
        _, having = _pairs(worlds, actor)
        one = having.ask(actor, method, hidden, *body, **headers)
        other = having.ask(actor, method, absent, *body, **headers)
        assert one.without(hidden) == other.without(absent), (actor, hidden, one, other)


HIDDEN = "/Condition/hp"
NEVER = f"/Condition/{ABSENT}"


@pytest.mark.parametrize("name", ["Condition/hp", "Patient/h", "Task/h", "ServiceRequest/h", "Communication/h"])
def test_L01_L02_L03_hidden_is_absent(worlds, name):
    kind = name.partition("/")[0]
    _like_absent(worlds, "GET", f"/{name}", f"/{kind}/{ABSENT}")
    for _, answer in _same(worlds, ("GET", f"/{name}")):
        assert answer.status in (403, 404)
        assert not {"ETag", "Last-Modified", "Location"} & set(answer.headers)


def test_L04_malformed_ids(worlds):
    for _, answer in _same(
        worlds, ("GET", "/Condition/%00'"), ("GET", f"/Condition/{'x' * 65}"), ("GET", "/Condition/a b")
    ):
        assert answer.status in (400, 403, 404)


def test_L05_head_and_options(worlds):
    _like_absent(worlds, "HEAD", HIDDEN, NEVER)
    _like_absent(worlds, "OPTIONS", HIDDEN, NEVER)
    list(_same(worlds, ("HEAD", HIDDEN), ("OPTIONS", HIDDEN), ("HEAD", "/Task/v")))


def test_L06_L08_versions_of_what_is_hidden_or_withdrawn(worlds):
    for tail in ("/_history/1", f"/_history/{'a' * 52}", "/_history"):
        _like_absent(worlds, "GET", HIDDEN + tail, NEVER + tail)
        _like_absent(worlds, "GET", f"/Condition/w{tail}", NEVER + tail)
    for _, answer in _same(worlds, ("GET", "/Condition/w"), ("GET", "/Condition/w/_history")):
        assert answer.status in (403, 404)


def test_L07_L09_versions_of_what_is_seen(worlds):
    told = [answer.status for _, answer in _same(worlds, ("GET", "/Task/v/_history"), ("GET", "/Condition/v/_history"))]
    assert told.count(200) > len(ROLES) / 2
    for actor in ROLES:
        without, having = _pairs(worlds, actor)
        if tag := without.versions[actor]:
            assert having.versions[actor] == tag
            path = f"/Task/v/_history/{tag[3:-1]}"
            assert without.ask(actor, "GET", path) == having.ask(actor, "GET", path)
            assert without.ask(actor, "GET", path).status == 200


def test_L10_type_and_system_history(worlds):
    for _, answer in _same(worlds, ("GET", "/_history"), ("GET", "/_history?_since=2026-01-01")):
        assert answer.status == 403
    for _, answer in _same(worlds, ("GET", "/Condition/_history"), ("GET", "/Task/_history?_since=2026-01-01")):
        assert answer.status in (200, 403)


def test_L11_conditional_read(worlds):
    for headers in ({"If_None_Match": 'W/"1"'}, {"If_Modified_Since": "Sat, 21 Nov 2026 08:00:00 GMT"}):
        _like_absent(worlds, "GET", HIDDEN, NEVER, **headers)


def test_L12_L70_hidden_edits_move_no_version(worlds):
    paths = [("GET", "/CarePlan/v"), ("GET", "/Task/v"), ("GET", f"/{PERSON}"), ("GET", "/CareTeam/cercle")]
    told = [answer for _, answer in _same(worlds, *paths)]
    assert sum(answer.status == 200 for answer in told) > 2 * len(ROLES)


def test_L13_guessed_ids(worlds):
    for guess in (uuid.uuid5(uuid.NAMESPACE_OID, CANARY), uuid.uuid5(uuid.NAMESPACE_URL, f"1.2.3|{CANARY}")):
        for _, answer in _same(worlds, ("GET", f"/Patient/{guess}")):
            assert answer.status in (403, 404)


def test_L14_another_type(worlds):
    _like_absent(worlds, "GET", "/Observation/hp", f"/Observation/{ABSENT}")


def test_L15_compartments(worlds):
    for tail in ("/Task", "/Condition", "/*"):
        for actor in ROLES:
            _, having = _pairs(worlds, actor)
            # A name of the same length: the self link of an answer repeats the caller's own.
            one, other = (having.ask(actor, "GET", f"/Patient/{name}{tail}") for name in ("h", "x"))
            assert one.without("Patient/h", "patient=h", "/h/") == other.without("Patient/x", "patient=x", "/x/")
    list(_same(worlds, ("GET", f"/{PERSON}/Task"), ("GET", f"/{PERSON}/Condition")))


SEARCHES = {
    "L16": [f"/Patient?phone={SECRET_PHONE}", "/Patient?birthdate=1930-01-01", f"/Patient?name={CANARY}"],
    "L17": ["/Patient?_has:Condition:patient:code=F20.0", "/Patient?_has:Task:patient:owner=Organization/cmp"],
    "L18": [
        "/Task?focus:ServiceRequest.reason-reference:Condition.code=F20.0",
        "/Task?patient:Patient.phone=" + SECRET_PHONE,
    ],
    "L19": [
        "/Patient?_has:Task:patient:_has:Provenance:target:agent=Organization/cmp",
        "/Patient?_has:Task:patient:_has:Provenance:target:_has:Task:focus:status=requested",
    ],
    "L20": ["/Task?based-on:CarePlan.status=active", "/Task?part-of:Task.status=requested"],
    "L21": [f"/Task?patient:identifier=urn:oid:1.2.3|{CANARY}", f"/Patient?identifier={CANARY}"],
    "L22": ["/Patient?telecom:missing=false", "/Task?owner:missing=true", "/Condition?code:missing=true"],
    "L23": ["/CarePlan?category:not=psychiatry", "/Task?status:not=completed", "/Condition?code:not=I10"],
    "L24": ["/CarePlan?_content=schizophrenia", "/CarePlan?_text=x", "/Condition?code:text=x"],
    "L27": ["/Task?focus=ServiceRequest/h", f"/Task?focus=ServiceRequest/{ABSENT}", "/Task?focus=ServiceRequest/p"],
    "L28": [
        "/Task?_security=PSY",
        "/Task?_tag=x",
        "/Task?_profile=x",
        "/Task?_source=x",
        "/Task?_lastUpdated=gt2026-01-01",
    ],
    "L29": [f"/Condition?_id=hp,{ABSENT},x", f"/Condition?_id=v,hp,{ABSENT}", "/Task?_id=h,v,p"],
    "L33": ["/Task?ownerr=Organization/ccas", "/Condition?foo=bar"],
    "L34": [
        f"/Task?patient={PERSON}&owner=Organization/cmp",
        "/Task?owner=http://127.0.0.1:8000/fhir/Organization/cmp",
        "/Task?patient=Patient/h",
    ],
    "L35": [
        "/Task?owner=Organization/ccas,Organization/cmp",
        "/Patient?identifier=a|b,c|d",
        "/Task?status[$ne]=x",
        "/Task?status=requested$x",
        "/Task?owner=%27%20OR%201=1--",
    ],
    "L41": [
        "/Task?_total=accurate",
        "/Condition?_summary=count",
        "/Condition?_count=0",
        f"/Task?patient={PERSON}&_count=0",
    ],
    "L47": [
        "/Patient?_sort=birthdate",
        "/Task?_sort=-_lastUpdated",
        "/Condition?_sort=-recorded-date",
        "/Task?_sort=status",
    ],
    "L54": ["/Task", "/Condition", "/Patient", "/CareTeam", "/Communication"],
}
REFUSED = frozenset({"L24", "L33"})


@pytest.mark.parametrize("case", SEARCHES)
def test_L16_L17_L18_L19_L20_L21_L22_L23_L24_L27_L28_L29_L33_L34_L35_L41_L47_L54_ask_only_of_what_is_seen(worlds, case):
    shown = 0
    for _, answer in _same(worlds, *(("GET", path) for path in SEARCHES[case])):
        shown += answer.status == 200
        if case in REFUSED:
            assert answer.status in (400, 403)
        # Nothing of the hub's own narrowing is told (L54).
        assert b"holder" not in answer.body and b"stake" not in answer.body
    assert shown or case in REFUSED, "nobody was answered"


def test_L36_parameters_in_the_body_and_in_the_address(worlds):
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    for _, answer in _same(worlds, ("POST", "/Task/_search?owner=Organization/ccas", "owner=Organization/cmp"), **form):
        assert b'"entry"' not in answer.body


def test_L38_a_closed_type_is_closed_in_both_worlds(worlds):
    closed = {role for role, answer in _same(worlds, ("GET", "/MedicationStatement")) if answer.status == 403}
    assert {"pilote", "admin_sys", "ccas", "guichet"} <= closed
    assert not {"medecin_traitant", "ssiad"} & closed
    for role, answer in _same(worlds, ("GET", "/Condition"), ("GET", "/Patient")):
        assert answer.status == (403 if role in ("pilote", "admin_sys") else answer.status)


@pytest.mark.parametrize("party", ["", "Organization/"])
def test_L39_no_client_without_an_organisation(store, party):
    with pytest.raises(Invalid):
        register(store, Partner("sans", "sans", party, "ccas", ("system/*.rs",)))


def test_L42_pages_are_full_and_as_many(worlds):
    for actor in ROLES:
        counts = []
        for world in _pairs(worlds, actor):
            path, pages = "/Condition?_count=1", []
            while path:
                answer = world.ask(actor, "GET", path)
                pages.append(answer)
                links = {} if answer.status != 200 else _links(answer)
                path = links.get("next", "").partition("/fhir")[2]
            counts.append(pages)
        assert counts[0] == counts[1]
        assert all(b'"entry"' in page.body for page in counts[0][:-1])


def _links(answer: Answer) -> dict[str, str]:
    return {link["relation"]: link["url"] for link in loads(answer.body)["link"]}


@pytest.mark.parametrize("headers", [{}, {"If_Match": 'W/"1"'}])
def test_L60_L62_L72_writing_to_what_is_hidden(worlds, headers):
    for name, never in (("Condition/hp", NEVER), ("Task/h", f"/Task/{ABSENT}")):
        body = condition(name.partition("/")[2]) if name.startswith("Condition") else task("h", "Organization/ccas")
        absent = body | {"id": ABSENT}
        for actor in ROLES:
            _, having = _pairs(worlds, actor)
            one = having.ask(actor, "PUT", f"/{name}", body, **headers)
            other = having.ask(actor, "PUT", never, absent, **headers)
            assert one == other, (actor, name)
            assert one.status in (403, 404)
    for path in ("/Condition?code=F20.0", "/Condition/hp", "/ServiceRequest/v", "/Task/h"):
        for _, answer in _same(worlds, ("DELETE", path)):
            assert answer.status in (403, 405)
