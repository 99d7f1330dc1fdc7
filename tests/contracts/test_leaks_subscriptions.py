"""The leak cases of subscriptions and notifications, over every role (`docs/leaks.md` L92–L102).

Each role subscribes in both worlds; one of them then changes behind its back. What leaves for its endpoint, and what it is
told when it asks, is the same to the byte.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from hub.record.tables import client, notice, outbox, withheld
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.contracts.cases import leak
from tests.contracts.leak_subscribers import Actor, Side, both, hidden_changes, sides
from tests.contracts.leak_worlds import (
    ABSENT,
    CANARY,
    ROLES,
    same_answers,
)
from tests.hub.subscriptions.conftest import PLAN_TOPIC, TASK_TOPIC, build_subscription
from tests.territory import PERSON

SOC: Actor = ("Organization/ccas", "ccas")
GP: Actor = ("Organization/cabinet", "medecin_traitant")


def test_L92_L96_L98_L99_delivered_bytes_are_the_same_in_both_worlds(worlds):
    told_roles, happened = set(), 0
    for actor in ROLES:
        with sides(worlds, actor) as pair:
            made = both(pair, lambda side: side.subscribe(build_subscription()))
            if made.status != 201:
                assert made.status == 403
                continue
            both(pair, lambda side: side.work("handshake"))
            for turn in ("1", "2"):
                happened += hidden_changes(pair[1], turn)
                for side in pair:
                    side.tick()
                # Nothing was sent by what is hidden alone.
                assert both(pair, lambda side, turn=turn: side.work(f"hidden {turn}")) == []
                for side in pair:
                    side.change(f"visible {turn}", "Task/v", priority=("asap", "urgent")[turn == "1"])
                sent = both(pair, lambda side, turn=turn: side.work(f"visible {turn}"))
                for one in sent:
                    assert CANARY.encode() not in one.body
                    assert one.focuses == ["Task/v"] and one.numbers == [int(turn)]
                    told_roles.add(actor[1])
                for side in pair:
                    side.tick()
            for path in ("$status", "$events", "$events?eventsSinceNumber=0", ""):
                answer = both(pair, lambda side, path=path: side.tell(f"/{side.name}/{path}".rstrip("/")))
                assert answer.status == 200 and CANARY.encode() not in answer.body
            both(pair, lambda side: side.tell("/Subscription/$status"))
            both(pair, lambda side: side.tell(f"/{side.name}/$resend", "POST"))
            both(pair, lambda side: side.work("again"))
            assert both(pair, lambda side: side.tell(f"/{side.name}", "DELETE")).status == 204
            both(pair, lambda side: side.tell(f"/{side.name}"))
    assert {"ccas", "medecin_traitant", "psy_cmp", "gestionnaire"} <= told_roles
    assert happened > len(told_roles)


@leak(92, kills="a change of hidden parts is an event (L92)")
def test_L92_hidden_parts_of_a_plan_are_no_event(worlds):
    """A note that the social service may not see; the GP, who may, is told."""
    told = {}
    for actor in (SOC, GP):
        side = Side(worlds["both"], actor)
        side.work("before plan")
        assert side.subscribe(build_subscription(PLAN_TOPIC)).status == 201
        side.work("handshake plan")
        side.tick()
        side.change("plan", "CarePlan/v", note=[{"text": f"{CANARY} {actor[1]}"}])
        told[actor] = [one.focuses for one in side.work("plan")]
        side.clean()
    assert told == {SOC: [], GP: [["CarePlan/v"]]}


FILTERS = [
    "Task?patient.identifier=x",
    "Task?_has:Provenance:target:agent=x",
    "Task?patient:identifier=x|y",
    "Task?description=x",
    "Task?_security=PSY",
    "Task?owner:missing=true",
    "Task?_lastUpdated=gt2026-01-01",
    "Task?_id=p",
    "Condition?code=F20.0",
    "Task?_include=Task:focus",
    "nonsense",
]


@pytest.mark.parametrize("text", FILTERS)
def test_L93_only_filters_of_the_list(worlds, text):
    statuses = {
        answer.status
        for _, answer in same_answers(worlds, ("POST", "/Subscription", build_subscription(TASK_TOPIC, text)))
    }
    assert statuses <= {403, 422} and 422 in statuses


def test_L93_a_filter_is_matched_on_what_is_seen(worlds):
    """The owner of a psychiatric action is hidden, so to ask for it is to ask for nothing."""
    for actor in (SOC, GP):
        with sides(worlds, actor) as pair:
            both(pair, lambda side: side.subscribe(build_subscription(TASK_TOPIC, "Task?owner=Organization/cmp")))
            both(pair, lambda side: side.work("handshake"))
            hidden_changes(pair[1], "filtered")
            for side in pair:
                side.tick()
            assert both(pair, lambda side: side.work("filtered")) == []


CHANNELS = [
    {"type": "email", "endpoint": "mailto:x@partner.example"},
    {"type": "sms", "endpoint": "tel:0000"},
    {"type": "message"},
    {"type": "websocket"},
]


def test_L94_L101_no_other_channel_and_no_richer_payload(worlds):
    wanted = [build_subscription(**channel) for channel in CHANNELS] + [
        build_subscription(content="full-resource"),
        build_subscription(payload="text/html"),
    ]
    for resource in wanted:
        answers = [answer for _, answer in same_answers(worlds, ("POST", "/Subscription", resource))]
        assert {answer.status for answer in answers} <= {403, 422}
    for _, answer in same_answers(worlds, ("GET", "/Subscription/x/$get-ws-binding-token")):
        assert answer.status in (403, 404)


@pytest.mark.parametrize("way", ["scopes", "role", "active"])
def test_L95_revoked_rights_end_it(worlds, way):
    side = Side(worlds["both"], SOC)
    side.work("before revoked")
    assert side.subscribe(build_subscription()).status == 201
    side.work("handshake revoked")
    its = client.c.client_id == "ccas-ccas"
    with side.store.read() as connection:
        (before,) = connection.execute(select(client.c.scopes, client.c.role, client.c.active).where(its)).mappings()
    without = {"scopes": "system/Subscription.cruds", "role": "ssiad", "active": False}[way]
    with side.store.write() as connection:
        connection.execute(update(client).where(its).values({way: without}))
    side.tick()
    side.change("revoked", "Task/v", description=f"suite {way}")
    assert side.work("revoked") == []
    with side.store.write() as connection:
        connection.execute(update(client).where(its).values(dict(before)))
    status = side.tell(f"/{side.name}/$status")
    assert b'"valueCode":"off"' in status.body and b"You may no longer be notified of this" in status.body
    side.clean()


def test_L97_another_s_subscription_is_absent_and_headers_are_never_read(worlds):
    """Also to the other roles of the same organisation: they see other things."""
    side = Side(worlds["both"], ("Organization/dac", "gestionnaire"))
    made = side.subscribe(build_subscription(header=[f"Authorization: Bearer {CANARY}"], reason=CANARY))
    assert made.status == 201
    assert b"Authorization" not in made.body
    absent = f"Subscription/{ABSENT}"
    put = {"If_Match": 'W/"1"'}
    for actor in ROLES:
        if actor == side.actor:
            assert b"Authorization" not in side.tell(f"/{side.name}").body
            assert b"Authorization" not in side.tell(f"/{side.name}/_history").body
            continue
        ask = side.world.ask
        for method, tail, headers in (
            ("GET", "", {}),
            ("GET", "/_history", {}),
            ("GET", "/$status", {}),
            ("GET", "/$events", {}),
            ("POST", "/$resend", {}),
            ("POST", "/$renew-secret", {}),
            ("DELETE", "", {}),
        ):
            one, other = (ask(actor, method, f"/{name}{tail}", **headers) for name in (side.name, absent))
            assert one.without(side.name) == other.without(absent), (actor, method, tail)
            assert one.status in (403, 404)
        for name in (side.name, absent):
            body = build_subscription(status="off") | {"id": name.partition("/")[2]}
            assert ask(actor, "PUT", f"/{name}", body, **put).status in (403, 404)
        for path in ("/Subscription", f"/Subscription?_id={side.name.partition('/')[2]}", "/Subscription/$status"):
            assert CANARY.encode() not in ask(actor, "GET", path).body
            assert side.name.encode() not in ask(actor, "GET", path).body.replace(path.encode(), b"")
    side.clean()


def test_L98_L99_what_is_hidden_since_is_not_told_again_and_nobody_says_that_it_went(worlds):
    side = Side(worlds["both"], SOC)
    side.work("before withdrawn")
    side.subscribe(build_subscription())
    side.work("handshake withdrawn")
    side.tick()
    side.change("withdrawn", "Task/v", description="dit une fois")
    assert [one.focuses for one in side.work("told")] == [["Task/v"]]
    side.tick()
    hidden = {"rid": get_reference_rid("Task/v"), "party": SOC[0], "role": "", "since": side.store.now(), "until": EVER}
    with side.store.write() as connection:
        connection.execute(insert(withheld), hidden | {"person": get_reference_rid(PERSON), "why": "opposition"})
    assert side.work("gone") == []
    assert b"Task/v" not in side.tell(f"/{side.name}/$events").body
    assert side.tell(f"/{side.name}/$resend", "POST").status == 200
    assert side.work("resent") == []
    side.tick()
    side.change("withdrawn again", "Task/v", description="dit à d'autres")
    assert side.work("later") == []
    with side.store.write() as connection:
        connection.execute(delete(withheld).where(withheld.c.rid == get_reference_rid("Task/v")))
    side.clean()


ENDPOINTS = [
    "http://169.254.169.254/latest/meta-data",
    "https://partner.example@evil.example/",
    "https://10.0.0.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://2130706433/",
    "http://partner.example/",
    "https://intranet/",
    "https://partner.example:22/",
]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_L100_endpoints_that_are_nobody_s_to_choose(worlds, endpoint):
    statuses = {
        answer.status
        for _, answer in same_answers(worlds, ("POST", "/Subscription", build_subscription(endpoint=endpoint)))
    }
    assert statuses <= {403, 422} and 422 in statuses


@pytest.mark.parametrize(
    "header",
    ["X: a\r\nEvil: b", "Host: evil.example", "webhook-signature: v1,x", "no colon", "Content-Length: 0", "X: é"],
)
def test_L100_headers_that_would_say_something_else(worlds, header):
    statuses = {
        answer.status
        for _, answer in same_answers(worlds, ("POST", "/Subscription", build_subscription(header=[header])))
    }
    assert statuses <= {400, 403, 422} and statuses != {403}


def test_L102_what_waits_inside_says_nothing_of_anyone(worlds):
    """The queue names resources; what they say is read at delivery, as the subscriber."""
    side = Side(worlds["both"], GP)
    side.work("before inside")
    side.subscribe(build_subscription())
    side.change("inside", "Task/v", description=f"{CANARY} dedans")
    with side.store.read() as connection:
        waiting = [str(dict(row)) for row in connection.execute(select(outbox)).mappings()]
    side.work("handshake inside")
    with side.store.read() as connection:
        waiting += [str(dict(row)) for row in connection.execute(select(notice)).mappings()]
    assert waiting and all(CANARY not in row for row in waiting)
    side.clean()


def _everything(_session: Any, _who: Any, changes: Any, *_others: Any) -> Any:
    """Delivery with the rights of the system (L92)."""
    return list(changes)


def _any_part(_session: Any, changes: Any) -> Any:
    """A change of anything in a resource that is seen counts as one of what is seen (L96)."""
    pairs = {change.rid: set[tuple[int, ...]]() for change in changes}
    for change in changes:
        pairs[change.rid] |= {tuple(map(int, one.split(":"))) for one in change.said.split()}
    return pairs


@pytest.mark.parametrize(
    ("fault", "by", "noticed_by"),
    [
        ("filter_authorized", _everything, test_L92_L96_L98_L99_delivered_bytes_are_the_same_in_both_worlds),
        ("_load_started_rows", _any_part, test_L92_hidden_parts_of_a_plan_are_no_event),
    ],
)
def test_the_cases_notice_the_faults_that_they_are_for(worlds, monkeypatch, fault, by, noticed_by):
    monkeypatch.setattr(f"hub.record.notifications.authorize.{fault}", by)
    with pytest.raises(AssertionError):
        noticed_by(worlds)
