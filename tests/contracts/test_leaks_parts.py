"""Cases of reading, searching and writing again (`docs/leaks.md` B1–B4), where only parts of a resource are hidden.

The worlds are those of `leak_contents`: what everybody sees something of says more in one world than in the other.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import update

from hub.domain.errors import Invalid, NotFound, Refused
from hub.fhir import dumps, loads
from hub.record.db.store import Store
from hub.record.tables import stake
from hub.slices import get_reference_rid
from tests.contracts.cases import leak
from tests.contracts.leak_contents import (
    FOUND,
    GP,
    OWNER,
    READ,
    SIGHTED,
    Actor,
    Answer,
    Told,
    blind,
    is_told,
)
from tests.contracts.leak_worlds import CANARY, NEVER, ROLES, World, like_absent, same_answers
from tests.territory import PERSON, request, settle_territory, task

JSON_PATCH = {"Content_Type": "application/json-patch+json"}


def test_L07_L09_L12_L70_hidden_parts_make_no_version(told: Told) -> None:
    answered = 0
    for _, _, answer in blind(told, *READ, *(f"{path}/_history" for path in READ)):
        answered += answer.status == 200
    assert answered > 10 * len(ROLES)
    for kind, (_, having) in told.items():
        for actor in ROLES:
            if actor[1] not in SIGHTED[kind]:
                for path in READ:
                    _versions_are_told_and_no_others(having, actor, path)


def _versions_are_told_and_no_others(world: World, actor: Actor, path: str) -> None:
    history = world.ask(actor, "GET", f"{path}/_history")
    if history.status == 200:
        found = [entry["resource"] for entry in loads(history.body)["entry"]]
        said = [{name: value for name, value in one.items() if name != "meta"} for one in found]
        assert all(one != other for one, other in pairwise(said)), (actor, path)


SEARCHES = {
    "L16": (
        f"/Patient?identifier={CANARY}",
        "/Patient?general-practitioner=Organization/cmp",
        "/CareTeam?participant=cmp",
    ),
    "L18": ("/CarePlan?condition:Condition.code=F20.0", "/Goal?addresses:Condition.code=F20.0"),
    "L19": (
        "/Patient?_has:Task:patient:_has:Provenance:target:agent=Organization/cmp",
        "/Patient?_has:CarePlan:patient:condition:Condition.code=F20.0",
    ),
    "L20": ("/Task?part-of:Task.status=requested", "/Task?part-of:Task.owner=Organization/cmp"),
    "L21": (f"/Task?patient:Patient.identifier={CANARY}", "/CareTeam?participant:Organization.name=CMP"),
    "L22": ("/CarePlan?condition:missing=true", "/Task?part-of:missing=false", "/Task?period:missing=true"),
    "L23": ("/CareTeam?participant:missing=false&status:not=x", "/CarePlan?condition:Condition.code:not=I10"),
    "L27": ("/CarePlan?condition=Condition/h", "/Provenance?target=Condition/h", "/Task?part-of=Task/p"),
    "L28": ("/Task?_lastUpdated=gt2026-11-21T08:00:03.5Z", "/CarePlan?_lastUpdated=gt2026-11-21T08:00:03.5Z"),
    "L43": ("/CarePlan?_include=CarePlan:condition", "/Task?_id=v&_include=Task:part-of"),
    "L44": ("/Condition?_revinclude=CarePlan:condition", f"/Patient?_id={PERSON[8:]}&_revinclude=Provenance:target"),
    "L45": ("/Task?_id=v&_include=Task:part-of&_include:iterate=Task:owner",),
    "L47": (
        "/Task?_sort=period",
        "/Task?_sort=-modified",
        "/CarePlan?_sort=-_lastUpdated",
        "/Patient?_sort=-_lastUpdated",
    ),
}


@pytest.mark.parametrize("case", SEARCHES)
def test_L16_L18_L19_L20_L21_L22_L23_L27_L28_L43_L44_L45_L47_hidden_parts_are_asked_nothing(
    told: Told, case: str
) -> None:
    statuses = [answer.status for _, _, answer in blind(told, *SEARCHES[case])]
    assert 200 in statuses and set(statuses) <= {200, 400, 403}


@pytest.mark.parametrize(
    "part", ["_summary=true", "_summary=data", "_elements=addresses,note,identifier,participant,partOf"]
)
def test_L56_a_part_is_made_from_the_slice(told: Told, part: str) -> None:
    shown = 0
    paths = (f"{path}?{part}" for path in READ if "elements" not in part or path in ("/Task/v", "/CarePlan/v"))
    for _, _, answer in blind(told, *paths):
        shown += answer.status == 200
    assert shown or "_elements" in part


@pytest.mark.parametrize("role", sorted({role for _, role in ROLES}))
def test_L47_hidden_times_put_nothing_in_order(store: Store, role: str) -> None:
    """Of two actions whose outline is seen, who does not see when they are carried out does not see which comes first."""
    here = settle_territory(store)
    here.join_circle("ssiad", "psy_cmp", "medecin_traitant", "ccas", "saad", "ems_apa")
    here.write(request("s"), *(task(name, "Organization/ccas", "ServiceRequest/s") for name in ("a", "b")))
    here.pass_time()
    orders = []
    for first, second in (("2026-11-22", "2026-11-23"), ("2026-11-24", "2026-11-21")):
        here.change("Task/a", executionPeriod={"start": first})
        here.change("Task/b", executionPeriod={"start": second})
        here.pass_time()
        try:
            found = here.open(role).search("Task", [("_sort", "period")])
        except (Refused, Invalid):
            return
        orders.append([one.name for one in found.slices])
        shown = any(b"executionPeriod" in one.body for one in found.slices)
    assert (orders[0] != orders[1]) == (shown and len(orders[0]) == 2)


def test_L57_a_form_is_made_from_the_slice(told: Told) -> None:
    list(blind(told, *READ, *FOUND, Accept="application/fhir+xml"))
    assert is_told(told, "psychiatry", GP, "/CarePlan/v?_format=xml")


def test_L82_L103_L106_a_document_says_nothing_of_hidden_parts(told: Told) -> None:
    paths = ("/CarePlan/v/$document", "/CarePlan/v/$document?_format=xml", f"/{PERSON}/$everything")
    shown = sum(answer.status == 200 for _, _, answer in blind(told, *paths))
    assert shown > len(ROLES)
    assert is_told(told, "psychiatry", GP, "/CarePlan/v/$document")


PLACES = (
    "/note/0/text",
    "/addresses/0/display",
    "/identifier/0/value",
    "/partOf/0/reference",
    "/activity/0/reference/display",
)
PATCHES = [
    *([{"op": "test", "path": path, "value": CANARY}] for path in PLACES),
    *([{"op": "remove", "path": path}] for path in PLACES),
    [{"op": "copy", "from": "/note/0", "path": "/note/-"}],
]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch[0]["op"] + patch[0].get("path", ""))
def test_L63_L64_a_patch_asks_nothing_of_hidden_parts(told: Told, patch: list[dict[str, str]]) -> None:
    tried = 0
    for kind, pair in told.items():
        for actor in ROLES:
            if actor[1] in SIGHTED[kind]:
                continue
            for path in ("/Task/v", "/CarePlan/v", f"/{PERSON}", "/Goal/v"):
                held = _both(pair, actor, "GET", path)
                sent = JSON_PATCH | {"If_Match": held.headers.get("ETag", 'W/"x"')}
                tried += _both(pair, actor, "PATCH", path, dumps(patch).decode(), **sent).status == 422
    assert tried > len(ROLES)


def _both(
    pair: tuple[World, World], actor: Actor, method: str, path: str, body: object = None, **headers: str
) -> Answer:
    """The answer in both worlds, asked as the same request."""
    number = max(world.asked for world in pair)
    for world in pair:
        world.asked = number
    one, other = (world.ask(actor, method, path, body, **headers) for world in pair)
    assert one == other, (actor, method, path, one, other)
    return one


def test_L66_L67_what_a_writer_does_not_see_is_neither_told_nor_lost(told: Told) -> None:
    written = 0
    for kind, pair in told.items():
        before = {path: pair[1].ask(GP, "GET", path) for path in READ}
        assert any(CANARY.encode() in answer.body for answer in before.values())
        for actor in ROLES:
            if actor[1] in SIGHTED[kind]:
                continue
            for path in READ:
                held = _both(pair, actor, "GET", path)
                if held.status == 200:
                    sent = {"If_Match": held.headers["ETag"], "Prefer": "return=representation"}
                    answer = _both(pair, actor, "PUT", path, loads(held.body), **sent)
                    assert CANARY.encode() not in answer.body
                    written += answer.status == 200
        assert {path: pair[1].ask(GP, "GET", path) for path in READ} == before
    assert written > len(ROLES)
    # And where what is seen does change.
    pair = told["psychiatry"]
    held = _both(pair, OWNER, "GET", "/Task/v")
    changed = loads(held.body) | {"note": [{"text": "suite"}]}
    assert _both(pair, OWNER, "PUT", "/Task/v", changed, If_Match=held.headers["ETag"]).status == 200
    assert is_told(told, "psychiatry", GP, "/Task/v", "Task/p") and is_told(told, "psychiatry", GP, "/Task/v", "suite")


def test_L03_what_was_withdrawn_is_absent(worlds: dict[str, World]) -> None:
    for method in ("GET", "HEAD"):
        like_absent(worlds, method, "/Condition/w", NEVER)
        for _, answer in same_answers(worlds, (method, "/Condition/w")):
            assert answer.status in (403, 404)


@leak(8, kills="a stake that ended goes on")
def test_L08_what_a_stake_opened_is_absent_once_it_ended(store: Store) -> None:
    """Whoever does an action sees it for as long as it is his to do."""
    here = settle_territory(store)
    here.write(request("s"), task("a", "Organization/ccas", "ServiceRequest/s"))
    here.pass_time()
    assert here.open("ccas").read("Task/a").body
    with store.write() as connection:
        its = (stake.c.rid == get_reference_rid("Task/a"), stake.c.party == "Organization/ccas")
        connection.execute(update(stake).where(*its).values(until=store.now()))
    here.pass_time()
    for asked in (lambda record: record.read("Task/a"), lambda record: record.history("Task/a")):
        with pytest.raises(NotFound):
            asked(here.open("ccas"))
    assert here.open("ccas").search("Task", [("owner", "Organization/ccas")]).slices == []


def test_L36_the_address_holds_beside_the_body_and_the_body_beside_the_address(worlds: dict[str, World]) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    for first, second in (("ccas", "cmp"), ("cmp", "ccas")):
        asked = ("POST", f"/Task/_search?owner=Organization/{first}", f"owner=Organization/{second}")
        for _, answer in same_answers(worlds, asked, **form):
            assert b'"entry"' not in answer.body


def test_L53_each_role_is_given_its_own_answer(worlds: dict[str, World]) -> None:
    """Asked alike one after the other: what they see of one person is not the same."""
    told = {worlds["both"].ask(actor, "GET", "/Patient").body for actor in ROLES}
    assert len(told) > 4
