"""The leak cases of the field by their numbers, over every role (`docs/leaks.md` B1–B4), in the worlds of `leak_worlds`.

Each case is a few requests; a role gets the same answers in both worlds, byte for byte, and asking for something hidden is
asking for something that never was.
"""

from __future__ import annotations

import uuid

import pytest

from hub.domain.errors import Invalid
from hub.record.clients.registry import Partner, register
from tests.contracts.leak_worlds import (
    ABSENT,
    CANARY,
    HIDDEN,
    NEVER,
    ROLES,
    SECRET_PHONE,
    like_absent,
    links_of,
    pair_of,
    same_answers,
)
from tests.territory import (
    PERSON,
    condition,
    task,
)


@pytest.mark.parametrize("name", ["Condition/hp", "Patient/h", "Task/h", "ServiceRequest/h", "Communication/h"])
def test_L01_L02_L03_ac01_hidden_is_absent(worlds, name):
    kind = name.partition("/")[0]
    like_absent(worlds, "GET", f"/{name}", f"/{kind}/{ABSENT}")
    for _, answer in same_answers(worlds, ("GET", f"/{name}")):
        assert answer.status in (403, 404)
        assert not {"ETag", "Last-Modified", "Location"} & set(answer.headers)


def test_L04_malformed_ids(worlds):
    for _, answer in same_answers(
        worlds, ("GET", "/Condition/%00'"), ("GET", f"/Condition/{'x' * 65}"), ("GET", "/Condition/a b")
    ):
        assert answer.status in (400, 403, 404)


def test_L05_head_and_options(worlds):
    like_absent(worlds, "HEAD", HIDDEN, NEVER)
    like_absent(worlds, "OPTIONS", HIDDEN, NEVER)
    list(same_answers(worlds, ("HEAD", HIDDEN), ("OPTIONS", HIDDEN), ("HEAD", "/Task/v")))


def test_L06_L08_ac02_versions_of_what_is_hidden_or_withdrawn(worlds):
    for tail in ("/_history/1", f"/_history/{'a' * 52}", "/_history"):
        like_absent(worlds, "GET", HIDDEN + tail, NEVER + tail)
        like_absent(worlds, "GET", f"/Condition/w{tail}", NEVER + tail)
    for _, answer in same_answers(worlds, ("GET", "/Condition/w"), ("GET", "/Condition/w/_history")):
        assert answer.status in (403, 404)


def test_L07_L09_versions_of_what_is_seen(worlds):
    told = [
        answer.status
        for _, answer in same_answers(worlds, ("GET", "/Task/v/_history"), ("GET", "/Condition/v/_history"))
    ]
    assert told.count(200) > len(ROLES) / 2
    for actor in ROLES:
        without, having = pair_of(worlds, actor)
        if tag := without.versions[actor]:
            assert having.versions[actor] == tag
            path = f"/Task/v/_history/{tag[3:-1]}"
            assert without.ask(actor, "GET", path) == having.ask(actor, "GET", path)
            assert without.ask(actor, "GET", path).status == 200


def test_L10_type_and_system_history(worlds):
    for _, answer in same_answers(worlds, ("GET", "/_history"), ("GET", "/_history?_since=2026-01-01")):
        assert answer.status == 403
    for _, answer in same_answers(worlds, ("GET", "/Condition/_history"), ("GET", "/Task/_history?_since=2026-01-01")):
        assert answer.status in (200, 403)


def test_L11_ac32_conditional_read(worlds):
    for headers in ({"If_None_Match": 'W/"1"'}, {"If_Modified_Since": "Sat, 21 Nov 2026 08:00:00 GMT"}):
        like_absent(worlds, "GET", HIDDEN, NEVER, **headers)


def test_L12_L70_hidden_edits_move_no_version(worlds):
    paths = [("GET", "/CarePlan/v"), ("GET", "/Task/v"), ("GET", f"/{PERSON}"), ("GET", "/CareTeam/cercle")]
    told = [answer for _, answer in same_answers(worlds, *paths)]
    assert sum(answer.status == 200 for answer in told) > 2 * len(ROLES)


def test_L13_guessed_ids(worlds):
    for guess in (uuid.uuid5(uuid.NAMESPACE_OID, CANARY), uuid.uuid5(uuid.NAMESPACE_URL, f"1.2.3|{CANARY}")):
        for _, answer in same_answers(worlds, ("GET", f"/Patient/{guess}")):
            assert answer.status in (403, 404)


def test_L14_another_type(worlds):
    like_absent(worlds, "GET", "/Observation/hp", f"/Observation/{ABSENT}")


def test_L15_compartments(worlds):
    for tail in ("/Task", "/Condition", "/*"):
        for actor in ROLES:
            _, having = pair_of(worlds, actor)
            # A name of the same length: the self link of an answer repeats the caller's own.
            one, other = (having.ask(actor, "GET", f"/Patient/{name}{tail}") for name in ("h", "x"))
            assert one.without("Patient/h", "patient=h", "/h/") == other.without("Patient/x", "patient=x", "/x/")
    list(same_answers(worlds, ("GET", f"/{PERSON}/Task"), ("GET", f"/{PERSON}/Condition")))


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
    for _, answer in same_answers(worlds, *(("GET", path) for path in SEARCHES[case])):
        shown += answer.status == 200
        if case in REFUSED:
            assert answer.status in (400, 403)
        # Nothing of the hub's own narrowing is told (L54).
        assert b"holder" not in answer.body and b"stake" not in answer.body
    assert shown or case in REFUSED, "nobody was answered"


def test_L36_parameters_in_the_body_and_in_the_address(worlds):
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    for _, answer in same_answers(
        worlds, ("POST", "/Task/_search?owner=Organization/ccas", "owner=Organization/cmp"), **form
    ):
        assert b'"entry"' not in answer.body


def test_L38_ac28_a_closed_type_is_closed_in_both_worlds(worlds):
    closed = {role for role, answer in same_answers(worlds, ("GET", "/MedicationStatement")) if answer.status == 403}
    assert {"pilote", "admin_sys", "ccas", "guichet"} <= closed
    assert not {"medecin_traitant", "ssiad"} & closed
    for role, answer in same_answers(worlds, ("GET", "/Condition"), ("GET", "/Patient")):
        assert answer.status == (403 if role in ("pilote", "admin_sys") else answer.status)


@pytest.mark.parametrize("party", ["", "Organization/"])
def test_L39_no_client_without_an_organisation(store, party):
    with pytest.raises(Invalid):
        register(store, Partner("sans", "sans", party, "ccas", ("system/*.rs",)))


def test_L42_pages_are_full_and_as_many(worlds):
    for actor in ROLES:
        counts = []
        for world in pair_of(worlds, actor):
            path, pages = "/Condition?_count=1", []
            while path:
                answer = world.ask(actor, "GET", path)
                pages.append(answer)
                links = {} if answer.status != 200 else links_of(answer)
                path = links.get("next", "").partition("/fhir")[2]
            counts.append(pages)
        assert counts[0] == counts[1]
        assert all(b'"entry"' in page.body for page in counts[0][:-1])


@pytest.mark.parametrize("headers", [{}, {"If_Match": 'W/"1"'}])
def test_L60_L62_L72_writing_to_what_is_hidden(worlds, headers):
    for name, never in (("Condition/hp", NEVER), ("Task/h", f"/Task/{ABSENT}")):
        body = condition(name.partition("/")[2]) if name.startswith("Condition") else task("h", "Organization/ccas")
        absent = body | {"id": ABSENT}
        for actor in ROLES:
            _, having = pair_of(worlds, actor)
            one = having.ask(actor, "PUT", f"/{name}", body, **headers)
            other = having.ask(actor, "PUT", never, absent, **headers)
            assert one == other, (actor, name)
            assert one.status in (403, 404)
    for path in ("/Condition?code=F20.0", "/Condition/hp", "/ServiceRequest/v", "/Task/h"):
        for _, answer in same_answers(worlds, ("DELETE", path)):
            assert answer.status in (403, 405)
