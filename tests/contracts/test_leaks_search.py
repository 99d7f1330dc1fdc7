"""The leak cases of search and of its answers by their numbers, over every role (`docs/leaks.md` B2, B3), beside those of
`leak_worlds`."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import insert

from hub.api.resources.operation_outcome import CUT
from hub.domain.errors import Invalid, Refused
from hub.fhir import loads
from hub.record.db.store import Store
from hub.record.search.index.parameters import JOURNAL_TYPES, PARAMETERS
from hub.record.search.sql import includes
from hub.record.tables import withheld
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.contracts.leak_worlds import (
    ABSENT,
    CANARY,
    ROLES,
    SECRET_PHONE,
    Answer,
    World,
    links_of,
    pair_of,
    same_answers,
)
from tests.territory import PARTY_OF, PERSON, condition, settle_territory

# Asked of the slice: some role is answered.
ASKED = {
    "L16": [f"/RelatedPerson?phone={SECRET_PHONE}", "/Patient?deceased=true", "/Patient?address=rue"],
    "L17": [
        "/Patient?_has:Observation:patient:value-quantity=gt3",
        "/Patient?_has:Observation:subject:code-value-quantity=ald$gt3",
    ],
    "L18": ["/Task?subject:Patient.address-city=x", "/CarePlan?condition:Condition.code:not=I10"],
    "L21": ["/Condition?asserter:identifier=1.2.3|x", f"/Patient?identifier:of-type=urn:x|NH|{CANARY}"],
    "L22": ["/Observation?value-quantity:missing=false", "/CarePlan?condition:missing=true"],
    "L23": ["/Observation?value-quantity=ne1", "/Task?_security:not=PSY", "/Task?owner:Organization=cmp"],
    "L26": [
        "/Observation?code-value-quantity=ald$gt3",
        "/Observation?code-value-quantity=ald$71.5,ald$lt100",
        "/Observation?code-value-concept=ald$x",
    ],
    "L28": [
        "/Task?_security=REDACTED",
        "/Task?_security:missing=false",
        "/Task?_tag:missing=true",
        "/Task?_profile=urn:x",
    ],
    "L32": [
        *(f"/Patient?birthdate={sign}19{year}" for sign in ("lt", "gt", "ap", "sa", "eb") for year in (29, 30, 31)),
        *(f"/Observation?value-quantity={sign}71.{digit}" for sign in ("gt", "lt", "ap") for digit in (4, 5, 6)),
        *(f"/Patient?family={CANARY[:length]}" for length in range(1, len(CANARY))),
    ],
    "L41": ["/Task?_total=estimate", "/Observation?_total=accurate&value-quantity=gt3", "/Patient?_summary=count"],
    "L43": [
        "/Task?_id=v&_include=Task:focus&_include=Task:based-on",
        "/CarePlan?_include=CarePlan:condition&_include=CarePlan:activity-reference",
        "/Task?_include=Task:patient&_include=Task:owner:Organization",
    ],
    "L44": [
        "/Patient?_revinclude=Condition:patient&_revinclude=Provenance:target",
        "/Patient?_revinclude=Observation:subject",
        "/Organization?_id=cmp,tiers&_revinclude=Task:owner&_revinclude=ServiceRequest:performer",
    ],
    "L45": [
        "/Task?_id=v&_include:iterate=Task:focus&_include:iterate=ServiceRequest:requester",
        "/Organization?_id=cmp&_revinclude=Task:owner&_include:iterate=Task:focus&_include:iterate=Task:patient",
        "/Organization?_id=tiers&_revinclude:iterate=Task:owner&_revinclude:iterate=Provenance:target",
    ],
    "L47": [
        "/Patient?_sort=-birthdate,family",
        "/Condition?_sort=code,-_lastUpdated",
        "/Observation?_sort=-value-quantity,date",
        "/Task?_sort=-priority,status,-_id",
    ],
}
# Refused to everybody, by what is asked alone.
REFUSED = {
    "L19": ["/Patient?_has:Task:patient:_has:Task:part-of:_has:Task:part-of:status=x"],
    "L25": ["/Task?_filter=note co 'psy'", "/Patient?_filter=phone eq '1'"],
    "L30": ["/Patient?_list=h", "/Patient?_has:Group:member:_id=h", "/Patient?_in=List/h"],
    "L31": ["/Patient?_contained=both&name=Durand", "/Task?_containedType=contained"],
    "L37": ["/?_type=Condition,Task&_lastUpdated=gt2026-01-01", "/_search?_type=Condition"],
    "L40": ["/Task?_explain=1", "/Task?__explain=true", "/Task?_query=x", "/Task?_score=1"],
    "L45": ["/Task?_include=*", "/Task?_include:iterate=*", "/Patient?_revinclude=*", "/Task?_include=Task:*"],
    "L48": ["/Task?_sort=patient.name", "/Task?_sort=patient:Patient.name", "/Task?_sort=owner"],
}


@pytest.mark.parametrize("case", ASKED)
def test_L16_L17_L18_L21_L22_L23_L26_L28_L32_L41_L43_L44_L45_L47_searches_are_of_what_is_seen(
    worlds: dict[str, World], case: str
) -> None:
    answered = 0
    for role, answer in same_answers(worlds, *(("GET", path) for path in ASKED[case])):
        assert answer.status in (200, 400, 403), role
        answered += answer.status == 200
        assert b'"score"' not in answer.body
    assert answered, "nobody was answered"


@pytest.mark.parametrize("case", REFUSED)
def test_L19_L25_L30_L31_L37_L40_L45_L48_what_is_not_offered_is_refused_alike(
    worlds: dict[str, World], case: str
) -> None:
    for path in REFUSED[case]:
        told = {(answer.status, answer.body) for _, answer in same_answers(worlds, ("GET", path))}
        # A type closed to the role is closed whatever is asked of it.
        assert len({one for one in told if one[0] != 403}) <= 1
        assert {status for status, _ in told} <= {400, 403, 404, 405}


def test_L46_nothing_says_that_something_was_left_out(worlds: dict[str, World]) -> None:
    for _, answer in same_answers(
        worlds, ("GET", "/Condition"), ("GET", f"/Patient?_id=h,{ABSENT}&_revinclude=Task:patient")
    ):
        if answer.status == 200:
            found = loads(answer.body)
            assert {entry["search"]["mode"] for entry in found.get("entry", ())} <= {"match", "include"}
            assert "total" not in found


def test_L46_that_more_would_be_included_is_said_of_what_is_seen(
    worlds: dict[str, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/Patient?_id={NUMBER}&_revinclude=Condition:patient&_revinclude=Task:patient"
    whole = [len(loads(answer.body).get("entry", ())) for _, answer in same_answers(worlds, ("GET", path))]
    told = 0
    for most in range(3):
        monkeypatch.setattr(includes, "MOST", most)
        # What is hidden would be the next to be included: it is not counted.
        for found, (_, answer) in zip(whole, same_answers(worlds, ("GET", path)), strict=True):
            entries = loads(answer.body).get("entry", [])
            outcomes = [entry["resource"] for entry in entries if entry["search"]["mode"] == "outcome"]
            assert len(outcomes) == (found > most + 1)
            assert entries[:0:-1][: len(outcomes)] == [
                {"resource": dict(loads(CUT)), "search": {"mode": "outcome"}} for _ in outcomes
            ]
            told += len(outcomes)
    assert told > len(ROLES) / 2


def test_L49_L51_L52_a_page_is_its_callers_says_nothing_and_opens_nothing(worlds: dict[str, World]) -> None:
    tried = 0
    for actor in ROLES:
        for world in pair_of(worlds, actor):
            answer = world.ask(actor, "GET", "/Organization?_count=2&_sort=-name")
            if answer.status != 200:
                continue
            path = links_of(answer)["next"].partition("/fhir")[2]
            cursor = dict(parse_qsl(urlsplit(path).query))["_cursor"]
            for entry in loads(answer.body)["entry"]:
                assert entry["resource"]["id"] not in cursor
                assert entry["resource"]["name"] not in cursor
            strange = next(other for other in ROLES if other != actor)
            assert world.ask(strange, "GET", path).status in (400, 403)
            assert world.http.get(f"/fhir{path}").status_code == 401
            assert world.ask(actor, "GET", path).status == 200
            tried += 1
    assert tried > len(ROLES)


NUMBER = PERSON.partition("/")[2]
# Path of a door and what is asked there, of which nothing may stand in the link to the next page.
PAGED = [
    ("/Organization", f"_id=ccas,cmp,ssiad,{NUMBER}&name:missing=false&_sort=-name&_elements=name"),
    ("/Organization/_history", "_since=2026-01-01"),
    (f"/{PERSON}/$everything", "_type=Patient,CarePlan,CareTeam,Task"),
    ("/AuditEvent", f"patient={PERSON}&_sort=date"),
]


@pytest.mark.parametrize(("path", "asked"), PAGED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_L51_the_link_to_the_next_page_says_nothing_of_what_was_asked(
    worlds: dict[str, World], method: str, path: str, asked: str
) -> None:
    followed = 0
    for role, actor in ((role, (party, role)) for party, role in ROLES):
        posted = method == "POST" and path.count("/") == 1
        # What no form is posted to is asked in the URL by both.
        request = (f"{path}/_search", asked + "&_count=1") if posted else (f"{path}?{asked}&_count=1",)
        sent = {"Content_Type": "application/x-www-form-urlencoded"} if posted else {}
        for answer in _in_both(worlds, actor, "POST" if posted else "GET", *request, **sent):
            following = links_of(answer).get("next") if answer.status == 200 else None
            if following is None:
                continue
            address, _, query = following.partition("?")
            cursor = dict(parse_qsl(query))["_cursor"]
            assert (address.partition("/fhir")[2], query) == (path, f"_cursor={cursor}&_count=1"), role
            assert cursor.replace("-", "").replace("_", "").isalnum() and len(cursor) < 1000
            opened = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            assert not any(word.encode() in opened for word in (NUMBER, "ccas", "name", "patient", "_type", "2026"))
            for page in _in_both(worlds, actor, "GET", following.partition("/fhir")[2]):
                assert page.status == 200
                assert links_of(page)["self"] == following
                followed += 1
            assert _in_both(worlds, actor, "GET", f"{path}?{query}&{asked.partition('&')[0]}")[0].status == 400
    assert followed


def _in_both(worlds: dict[str, World], actor: tuple[str, str], *asked: str, **headers: str) -> tuple[Answer, Answer]:
    without, having = (world.ask(actor, *asked, **headers) for world in pair_of(worlds, actor))
    assert without == having, (actor, asked)
    return without, having


@pytest.mark.parametrize("role", sorted({role for _, role in ROLES}))
def test_L50_a_page_after_revocation_is_under_the_new_rules(store: Store, role: str) -> None:
    here = settle_territory(store)
    here.join_circle("ssiad", "psy_cmp", "medecin_traitant", "ccas", "saad", "ems_apa")
    here.pass_time()
    here.write(*(condition(f"c{number}") for number in range(4)), by=PARTY_OF[role])
    record, asked = here.open(role), [("_count", "1")]
    try:
        first = record.search("Condition", asked)
    except (Refused, Invalid):
        return
    if first.next is None:
        return
    shown = {one.name for one in first.slices}
    hidden = [f"Condition/c{number}" for number in range(4) if f"Condition/c{number}" not in shown]
    with store.write() as connection:
        kept = {"party": PARTY_OF[role], "role": "", "since": store.now(), "until": EVER, "why": "opposition"}
        person = get_reference_rid(PERSON)
        connection.execute(insert(withheld), [kept | {"rid": get_reference_rid(n), "person": person} for n in hidden])
    rest = here.open(role).search("Condition", asked, cursor=first.next)
    assert (rest.slices, rest.next) == ([], None)


def test_L53_nobody_is_given_anothers_answer(worlds: dict[str, World]) -> None:
    for actor in ROLES:
        for world in pair_of(worlds, actor):
            alone = world.ask(actor, "GET", "/Patient")
            for other in ROLES[:3]:
                world.ask(other, "GET", "/Patient")
            again = world.ask(actor, "GET", "/Patient")
            assert again == alone
            assert "no-store" in again.headers["Cache-Control"]


def test_L55_entries_say_their_own_address_and_no_more(worlds: dict[str, World]) -> None:
    for _, answer in same_answers(worlds, ("GET", "/Task?_include=Task:focus&_sort=_lastUpdated")):
        if answer.status == 200:
            for entry in loads(answer.body).get("entry", ()):
                assert set(entry) == {"fullUrl", "resource", "search"}
                assert entry["fullUrl"].endswith(f"/{entry['resource']['resourceType']}/{entry['resource']['id']}")
                assert set(entry["search"]) == {"mode"}


def test_L16_L47_ac09_a_parameter_is_refused_by_role_and_never_by_data(worlds: dict[str, World]) -> None:
    """Every declared parameter, sort and include, asked by every role: the same status in every world."""
    for kind in sorted(set(PARAMETERS) - JOURNAL_TYPES):
        for actor in ROLES[::7]:
            pair = pair_of(worlds, actor)
            for name, parameter in PARAMETERS[kind].items():
                value = "x$x" if parameter.components else "2026" if parameter.kind == "date" else "5"
                asked = [f"/{kind}?{name}:missing=true"] if not parameter.components else [f"/{kind}?{name}={value}"]
                asked += [f"/{kind}?_include={kind}:{name}"] if parameter.of_reference else []
                for path in asked:
                    one, other = (world.ask(actor, "GET", f"{path}&_count=1&_total=accurate") for world in pair)
                    assert one == other, (actor, path)
