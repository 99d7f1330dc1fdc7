"""Search by GET, by POST and in a compartment (`docs/leaks.md` L15, L33–L36, L42, L49, L51, L52, L54)."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.hub.api.conftest import ABSENT, NOT_FOUND, told

BASE = "http://127.0.0.1:8000/fhir"
FORM = "application/x-www-form-urlencoded"


def names(answer):
    assert answer.status_code == 200, answer.text
    return [entry["fullUrl"].removeprefix(f"{BASE}/") for entry in answer.json.get("entry", [])]


def link(answer, relation):
    return next((found["url"] for found in answer.json["link"] if found["relation"] == relation), None)


@pytest.fixture
def many(world, clock):
    """Seven requests about the person, of one second each."""
    made = []
    for day in range(1, 8):
        clock.tick(1000)
        made.append(
            world.gp.create(
                {
                    "resourceType": "ServiceRequest",
                    "status": "active",
                    "intent": "plan",
                    "subject": {"reference": world.patient},
                    "requester": {"reference": world.gp.party},
                    "authoredOn": f"2026-11-0{day}",
                }
            )
        )
    return made


def test_what_is_found_is_what_a_read_shows(world):
    answer = world.soc.get("/Task")
    assert answer.json["type"] == "searchset"
    assert answer.json["entry"] == [
        {
            "fullUrl": f"{BASE}/{world.task}",
            "resource": world.soc.get(f"/{world.task}").json,
            "search": {"mode": "match"},
        }
    ]


def test_nothing_found_is_a_bundle_without_entries(world):
    answer = world.out.get("/Task?status=requested")
    assert answer.json == {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "self", "url": f"{BASE}/Task?status=requested"}],
    }


def test_l54_self_says_what_was_asked_and_nothing_else(world):
    asked = f"status=requested,received&patient={world.patient}&_sort=-authored-on&code:not=x%7Cé"
    answer = world.soc.get(f"/Task?{asked}&_format=json&_pretty=true")
    shown = urlsplit(link(answer, "self"))
    assert f"{shown.scheme}://{shown.netloc}{shown.path}" == f"{BASE}/Task"
    assert parse_qsl(shown.query) == parse_qsl(asked)
    assert shown.query.isascii()
    assert '"' not in shown.query


def test_addresses_come_from_the_settings_not_from_the_request(world):
    answer = world.soc.get("/Task", host="evil.example", x_forwarded_host="evil.example", x_forwarded_proto="https")
    assert "evil" not in answer.text
    assert names(answer) == [world.task]


def test_l42_each_page_but_the_last_is_full_and_the_total_only_when_asked(world, many):
    path, seen, sizes = f"/ServiceRequest?patient={world.patient}&intent=plan&_count=3", [], []
    while path:
        answer = world.gp.get(path)
        assert "total" not in answer.json
        page = names(answer)
        seen, sizes = seen + page, [*sizes, len(page)]
        after = link(answer, "next")
        path = after and after.removeprefix(BASE)
    assert sizes == [3, 3, 1]
    assert sorted(seen) == sorted(many)
    assert world.gp.get("/ServiceRequest?intent=plan&_total=accurate&_count=2").json["total"] == 7
    counted = world.gp.get("/ServiceRequest?intent=plan&_summary=count").json
    assert (counted["total"], "entry" in counted) == (7, False)


def test_l49_l51_l52_a_page_link_opens_nothing_by_itself(world, many, http):
    after = link(world.gp.get("/ServiceRequest?intent=plan&_count=2"), "next").removeprefix(BASE)
    assert http.get(f"/fhir{after}").status_code == 401
    strange = world.soc.get(after)
    assert (strange.status_code, strange.json["issue"][0]["expression"]) == (400, ["http._cursor"])
    cursor = dict(parse_qsl(urlsplit(after).query))["_cursor"]
    assert not any(name.partition("/")[2] in cursor for name in many)
    assert parse_qsl(urlsplit(after).query) == [("_cursor", cursor), ("_count", "2")]
    for beside in ("intent=order", "intent=plan", "_sort=_id", "_total=accurate", "nonsense=1"):
        for prefer in ("", "handling=lenient"):
            refused = world.gp.get(f"/ServiceRequest?{beside}&_cursor={cursor}", prefer=prefer)
            assert (refused.status_code, refused.json["issue"][0]["expression"]) == (
                400,
                [f"http.{beside.partition('=')[0]}"],
            )
    assert world.gp.get(f"/ServiceRequest?_cursor={cursor}&_cursor={cursor}").status_code == 400
    assert world.gp.get("/ServiceRequest?_cursor=x").status_code == 400


def test_l51_a_page_goes_on_as_it_was_asked_and_says_what_was_sent(world, many):
    asked = f"patient={world.patient}&intent=plan&_elements=intent&_total=accurate&_sort=-_id"
    whole = world.gp.get(f"/ServiceRequest?{asked}").json
    for first in (
        world.gp.get(f"/ServiceRequest?{asked}&_count=3"),
        world.gp.ask("POST", "/ServiceRequest/_search", body=f"{asked}&_count=3", content_type=FORM),
    ):
        after = link(first, "next").removeprefix(BASE)
        cursor = dict(parse_qsl(urlsplit(after).query))["_cursor"]
        for path, size in ((after, 3), (f"/ServiceRequest?_cursor={cursor}&_format=json&_pretty=true", 4)):
            page = world.gp.get(path)
            assert (page.status_code, page.json["total"]) == (200, 7)
            assert page.json["entry"] == whole["entry"][3 : 3 + size]
            assert link(page, "self") == f"{BASE}/ServiceRequest?_cursor={cursor}{'&_count=3' if size == 3 else ''}"
        posted = world.gp.ask("POST", "/ServiceRequest/_search", body=f"_cursor={cursor}&_count=2", content_type=FORM)
        assert posted.json["entry"] == whole["entry"][3:5]
        assert parse_qsl(urlsplit(link(posted, "next")).query)[1:] == [("_count", "2")]


@pytest.mark.parametrize(("lists", "status"), [(1, 200), (2, 422)])
def test_a_question_that_no_page_link_could_hold_is_too_costly(world, lists, status):
    ids = ",".join(f"{number:064}" for number in range(50))
    answer = world.gp.ask("POST", "/ServiceRequest/_search", body="&".join([f"_id={ids}"] * lists), content_type=FORM)
    assert answer.status_code == status
    if status != 200:
        assert answer.json["issue"][0]["code"] == "too-costly"


def test_an_include_is_marked_and_only_of_what_is_seen(world):
    answer = world.soc.get("/Task?_include=Task:focus&_include=Task:requester")
    modes = {entry["fullUrl"].removeprefix(f"{BASE}/"): entry["search"]["mode"] for entry in answer.json["entry"]}
    assert modes == {world.task: "match", world.request: "include", world.desk.party: "include"}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("ownerr=Organization/soc", "ownerr"),
        ("_explain=1", "_explain"),
        ("_filter=note co 'psy'", "_filter"),
        ("_content=psy", "_content"),
        ("status[$ne]=x", "statusne"),
        ("_contained=both", "_contained"),
        ("status:above=x", "status"),
        ("_count=-1", "_count"),
        ("_sort=patient.name", "_sort"),
        ("authored-on=yesterday", "authored-on"),
    ],
)
def test_l33_what_is_not_declared_is_refused_by_name(world, query, name):
    answers = [caller.get(f"/Task?{query}") for caller in (world.soc, world.desk, world.out)]
    assert {answer.status_code for answer in answers} == {400}
    assert answers[0].json["issue"][0]["expression"] == [f"http.{name}"]
    assert all(told(answer) == told(answers[0]) for answer in answers)


def test_lenient_lets_fall_what_is_unknown_and_says_so(world):
    answer = world.soc.get("/Task?ownerr:exact=x&_count=5&_source=y&status=requested", prefer="handling=lenient")
    assert names(answer) == [world.task]
    assert link(answer, "self") == f"{BASE}/Task?_count=5&status=requested"
    assert world.soc.get("/Task?authored-on=yesterday", prefer="handling=lenient").status_code == 400
    assert world.soc.get("/Task?ownerr=x", prefer="handling=strict").status_code == 400


@pytest.mark.parametrize("query", ["status=%ff", "status=%00", "&".join(["status=x"] * 101)])
def test_what_cannot_be_a_query_is_400(world, query):
    assert world.soc.get(f"/Task?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "patient={patient}&owner={gp}",
        "owner=http://127.0.0.1:8000/fhir/{gp}",
        "_id={hidden}",
        "patient={hidden_patient}",
        "_id={hidden},a,x",
    ],
)
def test_l34_l35_no_parameter_widens_the_slice(world, query):
    known = {
        "patient": world.patient,
        "gp": world.gp.party,
        "hidden": world.hidden_task.partition("/")[2],
        "hidden_patient": world.hidden_patient,
    }
    assert names(world.soc.get(f"/Task?{query.format(**known)}")) == []
    assert names(world.soc.get(f"/Task?owner={world.soc.party},{world.gp.party}")) == [world.task]


def test_l36_post_holds_body_and_url_together(world):
    def found(url, body):
        return names(world.soc.ask("POST", f"/Task/_search{url}", body=body, content_type=FORM))

    assert found("", "status=requested") == [world.task]
    assert found(f"?owner={world.soc.party}", "status=requested") == [world.task]
    assert found(f"?owner={world.gp.party}", f"owner={world.soc.party}") == []
    assert world.soc.ask("POST", "/Task/_search", body="{}").status_code == 415
    assert world.soc.ask("POST", "/Task/_search", body="ownerr=x", content_type=FORM).status_code == 400


def test_l15_a_compartment_is_a_search_whoever_the_person_is(world):
    assert names(world.soc.get(f"/{world.patient}/Task?status=requested")) == [world.task]
    nobody = (world.hidden_patient, f"Patient/{ABSENT}")
    empty = [world.soc.get(f"/{name}/Task") for name in nobody]
    assert [names(answer) for answer in empty] == [[], []]
    shown = [answer.text.replace(name, "x") for answer, name in zip(empty, nobody, strict=True)]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("path", ["/Organization", "/Nothing", "/Binary"])
def test_l15_a_type_outside_the_compartment_is_absent(world, path):
    for name in (world.patient, world.hidden_patient, f"Patient/{ABSENT}"):
        assert world.soc.get(f"/{name}{path}").data == NOT_FOUND
    assert world.soc.get(f"/{world.task}/Task").data == NOT_FOUND


def test_an_unknown_type_is_absent(world):
    for path in ("/Medication", "/task", "/%00", "/Bundle"):
        answer = world.soc.get(path)
        assert (answer.status_code, answer.data) == (404, NOT_FOUND)


@pytest.mark.parametrize("parameter", ["email", "telecom"])
@pytest.mark.parametrize("written", ["Zoe.Fictive@Example.ORG", "zoe.fictive@example.org", "ZOE.FICTIVE@EXAMPLE.ORG"])
def test_c8_an_address_is_found_in_any_case(world, parameter, written):
    """R4 search.html#token: how ContactPoints are compared is the server's choice; people type them in any case."""
    telecom = [{"system": "email", "value": "Zoe.Fictive@example.org"}]
    name = world.desk.create({"resourceType": "Patient", "name": [{"family": "Fictive"}], "telecom": telecom})
    for query in (f"{parameter}={written}", f"{parameter}=|{written}", f"{parameter}=x,{written}"):
        answer = world.desk.get(f"/Patient?{query}").json
        assert [f"Patient/{entry['resource']['id']}" for entry in answer.get("entry", ())] == [name]
    assert name not in str(world.desk.get(f"/Patient?{parameter}:not={written}").json["entry"])
