"""The leak cases by their numbers at the journal of accesses, over every role (`docs/leaks.md` L117, and those of any search).

As in `leak_worlds`, two worlds that differ in what a role may not see; here partners have opened it besides. A journal holds what
was asked before, so both worlds of a pair are asked the same things by the same roles, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.domain.roles import load_roles
from hub.fhir import loads
from tests.contracts.leak_worlds import ABSENT, CANARY, ROLES, SEES_PSYCHIATRY, Answer, World, links_of, make_world
from tests.territory import PERSON, Json

Actor = tuple[str, str]
Pairs = dict[bool, tuple[World, World]]
GP, CMP = ("Organization/cabinet", "medecin_traitant"), ("Organization/cmp", "psy_cmp")
READERS = {"personne", "repr_legal", "gestionnaire"}
CLOSED = {name for name, role in load_roles().items() if role.cells["access-log"].level in ("none", "summary")}
JOURNAL = f"/AuditEvent?patient={PERSON}"
NEVER = "/AuditEvent/" + "a" * 64


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """By whether a role may see psychiatry: the world without what it may not see, and the one with it."""
    found = {}
    for sees in (True, False):
        home = tmp_path_factory.mktemp("journal")
        without = make_world(home, "without", hidden=False, psychiatric=False)
        having = make_world(home, "having", hidden=True, psychiatric=not sees)
        if not sees:
            for actor in (GP, CMP):
                for path in (
                    "/Condition/h",
                    "/Condition?code=F20.0&_include=Condition:patient",
                    "/Task/p",
                    "/Task/p/_history",
                ):
                    assert _behind(having, actor, path).status == 200
            # A psychiatric centre that reads anything at all tells of itself.
            assert _behind(having, CMP, "/Condition/v").status == 200
        assert _behind(having, GP, "/Condition/hp").status == 404
        found[sees] = without, having
    return found


def _behind(world: World, actor: Actor, path: str) -> Answer:
    """Ask without being counted: what follows is named as if this had not been."""
    before = world.asked
    world.asked += 1_000_000
    answer = world.ask(actor, "GET", path)
    world.asked = before
    return answer


def _same(pairs: Pairs, *requests: tuple[object, ...], **headers: str) -> Iterator[tuple[str, Answer]]:
    """Ask as every role in both worlds of its pair; yields (role, answer) of each, which is the same."""
    for actor in ROLES:
        without, having = pairs[actor[1] in SEES_PSYCHIATRY]
        for method, path, *body in requests:
            one = without.ask(actor, str(method), str(path), *body, **headers)
            other = having.ask(actor, str(method), str(path), *body, **headers)
            assert one == other, (actor, method, path, one, other)
            assert CANARY.encode() not in one.body
            assert one.status < 500
            yield actor[1], one


def _like_absent(pairs: Pairs, method: str, hidden: str, absent: str, *readers: str, **headers: str) -> None:
    """To all roles but `readers`, something hidden answers like something that never was, but for the name that was asked."""
    for actor in ROLES:
        for world in pairs[actor[1] in SEES_PSYCHIATRY]:
            if actor[1] not in readers:
                one = world.ask(actor, method, hidden, **headers)
                other = world.ask(actor, method, absent, **headers)
                assert one.without(hidden.rpartition("/")[2]) == other.without(absent.rpartition("/")[2]), (
                    actor,
                    hidden,
                )


def _events(answer: Answer) -> list[Json]:
    return [entry["resource"] for entry in loads(answer.body).get("entry", ())]


def test_L117_who_opened_what_is_hidden_is_hidden(pairs: Pairs) -> None:
    shown = {}
    for role, answer in _same(pairs, ("GET", JOURNAL)):
        assert answer.status == (403 if role in CLOSED else 200), role
        shown[role] = len(_events(answer)) if answer.status == 200 else 0
        for event in _events(answer):
            assert not any("query" in entity or "detail" in entity for entity in event["entity"])
    assert {role for role, count in shown.items() if count} == READERS


def test_L117_nothing_is_searched_by_what_was_opened(pairs: Pairs) -> None:
    for role, answer in _same(
        pairs, ("GET", f"{JOURNAL}&entity=Condition/h"), ("GET", "/AuditEvent?entity=Condition/v")
    ):
        assert answer.status == (403 if role in CLOSED else 400)


def test_L117_the_controls_differ(pairs: Pairs) -> None:
    """Whoever may see it all is told of what was opened behind the others' backs."""
    without, having = pairs[False]
    person = (PERSON, "personne")
    counts = [
        len(_events(_behind(world, person, f"{JOURNAL}&agent=Organization/cmp&date=2026")))
        for world in (without, having)
    ]
    assert counts[1] >= counts[0] + 5


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_L01_L02_L05_an_event_that_is_hidden_is_absent(pairs: Pairs, method: str) -> None:
    hidden = _of_the_centre(pairs)
    _like_absent(pairs, method, f"/AuditEvent/{hidden}", NEVER, "personne")
    _like_absent(pairs, method, f"/AuditEvent/{hidden}", NEVER, "personne", If_None_Match="*")
    for role, answer in _same(pairs, (method, NEVER)):
        assert answer.status == (403 if role in CLOSED else 404)


def _of_the_centre(pairs: Pairs) -> str:
    """The id of an opening by the psychiatric centre, as the person is told it."""
    # In both worlds: that the person looks is no secret.
    _, answer = (_behind(world, (PERSON, "personne"), f"{JOURNAL}&agent=Organization/cmp") for world in pairs[False])
    return str(_events(answer)[0]["id"])


def test_L01_a_person_that_is_hidden_is_absent(pairs: Pairs) -> None:
    for tail in ("", "&_total=accurate", "&_summary=count", "&agent=Organization/cabinet"):
        for actor in ROLES:
            for world in pairs[actor[1] in SEES_PSYCHIATRY]:
                one, other = (
                    world.ask(actor, "GET", f"/AuditEvent?patient=Patient/{name}{tail}") for name in ("h", "x")
                )
                assert one.without("Patient/h") == other.without("Patient/x"), actor
                assert b'"entry"' not in one.body


def test_L04_malformed_ids(pairs: Pairs) -> None:
    for _, answer in _same(
        pairs, ("GET", "/AuditEvent/%00'"), ("GET", f"/AuditEvent/{'x' * 65}"), ("GET", "/AuditEvent/a b")
    ):
        assert answer.status in (400, 403, 404)


def test_L06_L09_L10_events_have_no_versions(pairs: Pairs) -> None:
    tails = ("/_history", f"/_history/{'a' * 52}")
    for tail in tails:
        for event in (NEVER, f"/AuditEvent/{_of_the_centre(pairs)}"):
            for _, answer in _same(pairs, ("GET", event + tail)):
                assert answer.status == 403
    for _, answer in _same(pairs, ("GET", "/AuditEvent/_history")):
        assert answer.status == 403


def test_L13_ids_are_not_guessed(pairs: Pairs) -> None:
    ids = [
        event["id"]
        for role, answer in _same(pairs, ("GET", JOURNAL))
        if role == "personne"
        for event in _events(answer)
    ]
    assert len(ids) > 3 and len({one[:8] for one in ids}) == len(set(ids))
    for one in ids:
        flipped = one[:-1] + ("a" if one[-1] != "a" else "b")
        assert _behind(pairs[True][0], (PERSON, "personne"), f"/AuditEvent/{flipped}").status == 404


def test_L15_compartments(pairs: Pairs) -> None:
    for actor in ROLES:
        for world in pairs[actor[1] in SEES_PSYCHIATRY]:
            one, other = (world.ask(actor, "GET", f"/Patient/{name}/AuditEvent") for name in ("h", "x"))
            assert one.without("Patient/h", "/h/") == other.without("Patient/x", "/x/")
    assert {
        role for role, answer in _same(pairs, ("GET", f"/{PERSON}/AuditEvent")) if b'"entry"' in answer.body
    } == READERS


@pytest.mark.parametrize(
    "path",
    [
        "/Patient?_has:AuditEvent:patient:agent=Organization/cmp",
        "/Patient?_revinclude=AuditEvent:patient",
        f"{JOURNAL}&agent:Organization.name=CMP",
        f"{JOURNAL}&_include:iterate=AuditEvent:agent",
    ],
)
def test_L17_L18_L19_L44_no_hop_leads_to_the_journal_or_on(pairs: Pairs, path: str) -> None:
    for _, answer in _same(pairs, ("GET", path)):
        assert answer.status in (400, 403)


def test_L43_what_comes_along_is_seen(pairs: Pairs) -> None:
    path = f"{JOURNAL}&_include=AuditEvent:patient&_include=AuditEvent:agent"
    for role, answer in _same(pairs, ("GET", path)):
        names = [f"{one['resourceType']}/{one['id']}" for one in _events(answer)] if answer.status == 200 else []
        assert (PERSON in names) == (role in READERS)
        assert "Organization/cmp" not in names or role in SEES_PSYCHIATRY


@pytest.mark.parametrize("tail", ["&_total=accurate", "&_summary=count", "&_count=0"])
def test_L41_totals_count_what_is_seen(pairs: Pairs, tail: str) -> None:
    totals = {role: loads(answer.body).get("total") for role, answer in _same(pairs, ("GET", JOURNAL + tail))}
    assert {role for role, total in totals.items() if total} == READERS


def test_L42_L49_pages_are_full_and_nobody_elses(pairs: Pairs) -> None:
    for role, answer in _same(pairs, ("GET", f"{JOURNAL}&_count=2&date=lt2026-11-21T08:00:02Z")):
        if role in READERS:
            path = links_of(answer)["next"].partition("/fhir")[2]
            assert len(_events(answer)) == 2
            for other, page in _same(pairs, ("GET", path)):
                assert page.status == (403 if other in CLOSED else 200 if other == role else 400)


@pytest.mark.parametrize(
    "tail",
    [
        "&_sort=date",
        "&_sort=-date",
        "&date=ge2026-11",
        "&action=R",
        "&action:not=R",
        "&agent=Organization/cmp",
        "&agent=cmp",
    ],
)
def test_L16_L47_one_asks_and_sorts_by_what_one_sees(pairs: Pairs, tail: str) -> None:
    for role, answer in _same(pairs, ("GET", JOURNAL + tail)):
        assert answer.status == (403 if role in CLOSED else 200)


def test_L29_identifiers_of_what_is_hidden(pairs: Pairs) -> None:
    hidden = _of_the_centre(pairs)
    for role, answer in _same(pairs, ("GET", f"/AuditEvent?_id={hidden},{ABSENT}")):
        assert role == "personne" or b'"entry"' not in answer.body


def test_L33_L54_what_is_not_declared_is_refused_and_nothing_added(pairs: Pairs) -> None:
    for role, answer in _same(pairs, ("GET", "/AuditEvent"), ("GET", f"{JOURNAL}&foo=bar")):
        assert answer.status == (403 if role in CLOSED else 400)
    for _, answer in _same(pairs, ("GET", JOURNAL)):
        assert answer.status != 200 or links_of(answer)["self"].endswith(JOURNAL.partition("/")[2])


def test_L60_L62_L72_nobody_writes_an_event(pairs: Pairs) -> None:
    event = {"resourceType": "AuditEvent"}
    writes = (("POST", "/AuditEvent", event), ("PUT", NEVER, event | {"id": "a" * 64}), ("DELETE", NEVER))
    for _, answer in _same(pairs, *writes):
        assert answer.status in (403, 405)


def test_L74_a_batch_answers_as_each_would_alone(pairs: Pairs) -> None:
    entries = [{"request": {"method": "GET", "url": url}} for url in (JOURNAL[1:], NEVER[1:], f"{NEVER[1:]}/_history")]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    shown = set()
    for role, answer in _same(pairs, ("POST", "", bundle)):
        found = [entry["response"]["status"][:3] for entry in loads(answer.body)["entry"]]
        assert found == (["403"] * 3 if role in CLOSED else ["200", "404", "403"])
        shown |= {role} if b'"mode":"match"' in answer.body else set()
    assert shown == READERS


def test_L112_the_agent_of_a_hidden_service_is_not_named(pairs: Pairs) -> None:
    for role, answer in _same(pairs, ("GET", JOURNAL)):
        assert role in SEES_PSYCHIATRY or b"Organization/cmp" not in answer.body


def test_L12_L70_hidden_openings_move_no_version(pairs: Pairs) -> None:
    without, having = pairs[False]
    desk = ("Organization/dac", "gestionnaire")
    first = _events(without.ask(desk, "GET", f"{JOURNAL}&_sort=date"))[0]["id"]
    assert _events(having.ask(desk, "GET", f"{JOURNAL}&_sort=date"))[0]["id"] == first
    before = having.ask(desk, "GET", f"/AuditEvent/{first}")
    assert without.ask(desk, "GET", f"/AuditEvent/{first}") == before
    assert before.status == 200 and before.headers["ETag"]
    _behind(having, CMP, "/Task/p")
    assert having.ask(desk, "GET", f"/AuditEvent/{first}") == before == without.ask(desk, "GET", f"/AuditEvent/{first}")
