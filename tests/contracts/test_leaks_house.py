"""The leak cases of the house by their numbers: headers, faults, doors, start, cost, logs, ids (`docs/leaks.md` L90, L130–L144).

What is about data is asked by every role in two worlds, as in `leak_worlds`. What is about the house alone says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint
from sqlalchemy import update

from hub.app import BLUEPRINTS, UnguardedRoute, create_app
from hub.domain import config_pages
from hub.domain.roles import load_roles
from hub.fhir import loads
from hub.record.db.store import Store, random_id
from hub.record.read import current, slice
from hub.record.tables import index_date, index_string, index_token, part
from hub.settings.settings import load
from hub.slices import get_reference_rid
from tests.contracts.cases import leak
from tests.contracts.leak_worlds import (
    CANARY,
    HIDDEN,
    NEVER,
    ROLES,
    SECRET_PHONE,
    SEEN,
    Answer,
    World,
    like_absent,
    make_world,
    pair_of,
    same_answers,
)
from tests.territory import (
    PERSON,
    condition,
    request,
    statements,
)

NO_PREDICATE = "no predicate at all"


@leak(90, kills="the statement of capabilities counts the record (L90)")
def test_L90_what_is_said_of_the_hub_is_made_from_code(worlds: dict[str, World]) -> None:
    paths = ("/metadata", "/ValueSet", "/CodeSystem", "/SearchParameter", "/StructureDefinition", "/Questionnaire")
    told: dict[str, set[bytes]] = {path: set() for path in paths}
    for path in paths:
        for _, answer in same_answers(worlds, ("GET", path)):
            told[path].add(answer.body if answer.status == 200 else b"")
    for path in paths[:-1]:
        assert len(told[path] - {b""}) == 1, path
    for path in (
        "/ValueSet/in-use/$expand",
        "/ValueSet/$expand?url=urn:x",
        "/CodeSystem/$lookup?code=F20.0",
        "/ValueSet/in-use",
    ):
        assert {answer.status for _, answer in same_answers(worlds, ("GET", path))} <= {400, 404}


SPOOFS = (
    {"X_Tenant_Id": "cmp", "X_Organization": "Organization/cmp", "X_Role": "psy_cmp", "X_Client": "psy_cmp-cmp"},
    {"X_Forwarded_For": "127.0.0.1", "X_Real_IP": "127.0.0.1", "Forwarded": "for=127.0.0.1;host=hub.example"},
    {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https", "X_Forwarded_Prefix": "/x", "Host": "evil.example"},
    {"X_HTTP_Method_Override": "DELETE", "X_HTTP_Method": "PUT", "X_Method_Override": "PATCH"},
    {"X_Break_Glass": "emergency", "X_Purpose_Of_Use": "ETREAT", "X_Debug": "1", "X_Original_URL": "/fhir/Condition/hp"},
)  # fmt: skip


@leak(130, kills="a header says what is asked (L130)")
@pytest.mark.parametrize("headers", SPOOFS, ids=lambda headers: next(iter(headers)))
def test_L130_no_header_but_the_token_says_who_asks(worlds: dict[str, World], headers: dict[str, str]) -> None:
    for actor in ROLES:
        for world in pair_of(worlds, actor):
            for path in (*SEEN[:-1], HIDDEN, "/AuditEvent?patient=Patient/h"):
                assert world.ask(actor, "GET", path, **headers) == world.ask(actor, "GET", path), (actor, path)
    like_absent(worlds, "GET", HIDDEN, NEVER, **headers)
    for _, answer in same_answers(worlds, ("POST", "/Condition/_search", "code=F20.0&_id=hp"), **headers):
        assert answer.status in (400, 403, 415)


@leak(131, kills="a fault says what it knows (L131)")
def test_L131_a_fault_while_a_slice_is_made_lets_nothing_through(
    worlds: dict[str, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise ValueError(CANARY)

    told = {actor: [pair_of(worlds, actor)[1].ask(actor, "GET", path).status for path in SEEN[:4]] for actor in ROLES}
    monkeypatch.setattr(slice, "render", broken)
    # Slices that were made before are remembered.
    current._render_present.cache_clear()
    failed = set()
    for actor in ROLES:
        for path, before in zip(SEEN[:4], told[actor], strict=True):
            for world in pair_of(worlds, actor):
                answer = world.ask(actor, "GET", path)
                assert answer.status == (500 if before == 200 else before), (actor, path)
                assert CANARY.encode() not in answer.body
                failed |= {answer.body} if answer.status == 500 else set()
    assert len(failed) == 1
    outcome = loads(failed.pop())
    assert (outcome["resourceType"], outcome["issue"][0]["code"]) == ("OperationOutcome", "exception")
    assert set(outcome["issue"][0]) == {"severity", "code", "diagnostics"}


def _doors(world: World) -> Iterator[tuple[str, str, str]]:
    """(method, path with something hidden, the same with something absent) of every route that names a resource."""
    app = world.http.application  # type: ignore[attr-defined]
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/fhir") or "<resource_id>" not in rule.rule:
            continue
        for hidden in ("Condition/hp", "Patient/h", "Task/h"):
            kind, name = hidden.split("/")
            path = rule.rule.removeprefix("/fhir").replace("<resource_type>", kind).replace("<version_id>", "a" * 52)
            path = path.replace("<inner_type>", "Task").replace("<operation>", "x")
            for method in sorted(rule.methods - {"OPTIONS"}):
                # An absent name of the same length: a search's own link repeats what was asked.
                yield method, path.replace("<resource_id>", name), path.replace("<resource_id>", "z" * len(name))


@leak(132, kills="a read says that there is something (L01)")
def test_L132_ac30_every_door_answers_for_the_hidden_as_for_the_absent(worlds: dict[str, World]) -> None:
    """The doors are those of the route table: a new one is tried as soon as it is routed."""
    doors = sorted(set(_doors(worlds["both"])))
    assert len(doors) > 60
    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        for method, hidden, absent in doors:
            one, other = having.ask(actor, method, hidden), having.ask(actor, method, absent)
            words = [(path.split("/")[2], path) for path in (hidden, absent)]
            one, other = (_nameless(answer, name) for answer, (name, _) in zip((one, other), words, strict=True))
            assert one == other, (actor, method, hidden, one, other)
            assert one.status < 500
            assert CANARY.encode() not in one.body


def _nameless(answer: Answer, name: str) -> Answer:
    return answer.without(f"/{name}/", f"/{name}?", f'/{name}"', f'={name}"', f"={name}&", f"Patient/{name}")


@leak(133, kills="a route without a guard mounts (L133)")
def test_L133_a_route_that_names_no_policy_keeps_the_hub_from_starting(
    worlds: dict[str, World], tmp_path: Path
) -> None:
    """Of the house: no role is asked. Under each door's address, FHIR's among them."""
    store = worlds["both"].http.application.extensions["store"]  # type: ignore[attr-defined]
    settings = load({"HUB_ENV": "demo", "HUB_VAR": str(tmp_path)})
    for number, rule in enumerate(("/fhir/Careless", "/fhir/Condition/<one>/all", "/careless", "/intake/careless")):
        careless = Blueprint(f"careless{number}", __name__)
        careless.add_url_rule(rule, view_func=lambda **_: CANARY)
        with pytest.raises(UnguardedRoute):
            create_app(settings, store, blueprints=(*BLUEPRINTS, careless))


@leak(134, kills="a right is for everybody's record (L01)")
def test_L134_the_desk_finds_what_orienting_needs_and_breaks_no_glass(worlds: dict[str, World]) -> None:
    asked = (
        "/Condition?code=F20.0",
        f"/Patient?phone={SECRET_PHONE}",
        "/Patient?birthdate=1930-01-01",
        "/Observation?code=ald",
    )
    for role, answer in same_answers(worlds, *(("GET", path) for path in asked)):
        if role in ("guichet", "gestionnaire"):
            assert answer.status == 200, role
            assert b'"entry"' not in answer.body
    for path in ("/Patient/h/$break-glass", f"/{PERSON}/$break-glass", "/$break-glass"):
        for method in ("GET", "POST"):
            assert {
                answer.status for _, answer in same_answers(worlds, (method, path, *([{}] if method == "POST" else [])))
            } == {404}


@leak(135, kills="the hub starts without a policy (L135)")
@pytest.mark.parametrize("page", ["none", "empty", "half"])
def test_L135_without_its_policy_the_hub_does_not_start(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """Of the house: no role is asked, there is none."""
    if page != "none":
        whole = config_pages.read_config("roles.toml")
        (tmp_path / "roles.toml").write_text(
            "" if page == "empty" else whole[: len(whole) // 2].rpartition("=")[0], "utf-8"
        )
    monkeypatch.setattr(config_pages, "CONFIG", tmp_path)
    load_roles.cache_clear()
    try:
        with pytest.raises((OSError, ValueError, KeyError)):
            create_app(load({"HUB_ENV": "demo", "HUB_VAR": str(tmp_path)}), store)
    finally:
        monkeypatch.undo()
        load_roles.cache_clear()
    assert load_roles()


# The predicate's own look at the rows that are hidden, in steps of the database's machine: a microsecond or two.
FEW_STEPS = 60


def _cost(world: World, actor: tuple[str, str], path: str) -> tuple[list[str], int]:
    """The statements of a GET, and the steps that they take."""
    store = world.http.application.extensions["store"]  # type: ignore[attr-defined]
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    with store.autocommit() as connection:
        driver = connection.connection.driver_connection
    driver.set_progress_handler(step, 1)
    try:
        with statements(store) as said:
            world.ask(actor, "GET", path)
    finally:
        driver.set_progress_handler(None, 1)
    return said, steps[0]


@leak(136, kills="what is found is looked at again (L136)")
def test_L136_the_hidden_costs_what_the_absent_costs(worlds: dict[str, World]) -> None:
    """Statements and steps of the database are counted, not seconds. Only in the predicate's own statement may they differ."""
    several = (
        "/Patient?_has:Condition:patient:code=F20.0",
        "/Condition?code=F20.0&_total=accurate",
        "/Task?_include=Task:focus",
    )
    for actor in ROLES:
        without, having = pair_of(worlds, actor)
        for tail in ("", "/_history", "/_history/1", "/$validate"):
            one, other = (_cost(having, actor, f"{path}{tail}") for path in (HIDDEN, NEVER))
            assert one[0] == other[0], (actor, tail)
            assert abs(one[1] - other[1]) < FEW_STEPS, (actor, tail)
        for path in several:
            one, other = (_cost(world, actor, path) for world in (having, without))
            assert one[0] == other[0], (actor, path)
    for control in ("_timeout=1", "_maxresults=1"):
        for _, answer in same_answers(worlds, ("GET", f"/Condition?{control}")):
            assert answer.status in (400, 403)


@leak(140, kills="the log has the path that was asked (L140)")
def test_L140_logs_hold_templates_and_nothing_that_was_asked_or_told(
    worlds: dict[str, World], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    having = worlds["both"]
    store = having.http.application.extensions["store"]  # type: ignore[attr-defined]
    capsys.readouterr()
    app = create_app(load({"HUB_ENV": "demo", "HUB_VAR": str(tmp_path)}), store)
    world = World(app.test_client(), having.tokens, having.ids, asked=5000)
    for actor in ROLES:
        for path in (HIDDEN, f"/{PERSON}", f"/Patient?phone={SECRET_PHONE}&name={CANARY}", f"/Condition/{CANARY}"):
            world.ask(actor, "GET", path, X_Request_Id=f"{CANARY} é")
        world.ask(actor, "POST", "/Condition", condition("x", "F20.0", note=[{"text": CANARY}]), Cookie=f"sid={CANARY}")
        world.ask(actor, "POST", f"/{CANARY}", CANARY, Content_Type="application/json")
    written = capsys.readouterr()
    lines = written.out.splitlines()
    assert len(lines) == 6 * len(ROLES)
    told = written.out + written.err
    for marker in (CANARY, SECRET_PHONE, "hp", "F20", 'jeanne"', *having.tokens.values()):
        assert marker not in told.replace('-jeanne"', ""), marker


@leak(143, kills="identifiers count what was made (L143)")
def test_L143_identifiers_are_random(worlds: dict[str, World]) -> None:
    """Those that the hub itself gives, through the doors: of one length, in no order, two that follow each other unlike."""
    made = []
    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        store = having.http.application.extensions["store"]  # type: ignore[attr-defined]
        seeded, store.new_id = store.new_id, random_id
        try:
            for _ in range(2):
                sent = {name: value for name, value in request("x", actor[0]).items() if name != "id"}
                answer = having.ask(actor, "POST", "/ServiceRequest", sent)
                made += [loads(answer.body)["id"]] if answer.status == 201 else []
        finally:
            store.new_id = seeded
    assert len(made) > 8
    assert len({len(one) for one in made}) == 1
    assert len({one[:6] for one in made}) == len(made)
    assert made != sorted(made)


@leak(144, kills=NO_PREDICATE)
def test_L144_a_hidden_row_that_is_spoilt_changes_no_answer(tmp_path: Path) -> None:
    """In worlds of its own: all that the hidden resources say is made unreadable in the one that has them."""
    found = {
        "without": make_world(tmp_path, "without", hidden=False, psychiatric=False),
        "other": make_world(tmp_path, "other", hidden=True, psychiatric=False),
        "both": make_world(tmp_path, "both", hidden=True, psychiatric=True),
    }
    spoilt = {"other": ("hp", "h"), "both": ("hp", "h", "p")}
    kinds = ("Condition", "Task", "ServiceRequest", "Communication", "Observation", "Patient")
    for name, ids in spoilt.items():
        store = found[name].http.application.extensions["store"]  # type: ignore[attr-defined]
        rids = [get_reference_rid(f"{kind}/{one}") for kind in kinds for one in ids]
        with store.write() as connection:
            connection.execute(update(part).where(part.c.rid.in_(rids)).values(body=b"{not json", ranked=b"\xff["))
            connection.execute(
                update(index_string).where(index_string.c.rid.in_(rids)).values(folded="\x00", exact="\x00")
            )
            connection.execute(update(index_token).where(index_token.c.rid.in_(rids)).values(code="\ufffd"))
            connection.execute(update(index_date).where(index_date.c.rid.in_(rids)).values(low=9, high=-9))
    searches = (
        "/Condition?_sort=code,-_lastUpdated",
        "/Patient?_sort=birthdate",
        "/Task?_include=Task:focus&_total=accurate",
    )
    histories = (
        "/Condition/_history",
        "/Task/_history",
        "/Task/v/_history",
        f"/{PERSON}/Condition",
        "/CarePlan/v/$document",
    )
    answered = 0
    for _, answer in same_answers(found, *(("GET", path) for path in (*SEEN, *searches, *histories, HIDDEN))):
        answered += answer.status == 200
    assert answered > len(ROLES)
    # The control: who may see what is spoilt is not answered as before.
    psychiatric = found["both"].ask(("Organization/cabinet", "medecin_traitant"), "GET", "/Task/p")
    assert psychiatric.status == 500
    assert CANARY.encode() not in psychiatric.body
