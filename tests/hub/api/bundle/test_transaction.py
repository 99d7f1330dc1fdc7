"""Transactions: all or nothing (`docs/leaks.md` L69, L75; `docs/security.md` AC20)."""

from dataclasses import replace

import pytest

from hub.app import create_app
from tests.hub.api.conftest import ABSENT, told

BASE = "http://127.0.0.1:8000/fhir"
PERSON, REQUEST = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:88f151c0-a954-468a-88bd-5ae15c08e059"


def bundle(*entries, kind="transaction"):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def post(resource, full_url=None):
    named = {"fullUrl": full_url} if full_url else {}
    return {**named, "resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}


def put(resource, **conditions):
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": url, **conditions}}


def request_about(person, party, **more):
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": person},
        "requester": {"reference": party},
        **more,
    }


def counted(caller, resource_type):
    return caller.get(f"/{resource_type}?_summary=count").json["total"]


def test_entries_point_to_one_another_whatever_their_order(world):
    person = {"resourceType": "Patient", "name": [{"family": "Fictif"}]}
    asked = bundle(
        post(request_about(PERSON, world.desk.party, basedOn=[{"reference": REQUEST}])),
        post(request_about(PERSON, f"{BASE}/{world.desk.party}"), REQUEST),
        post(person, PERSON),
    )
    answer = world.desk.ask("POST", "", body=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json["type"] == "transaction-response"
    responses = [entry["response"] for entry in answer.json["entry"]]
    assert [response["status"] for response in responses] == ["201", "201", "201"]
    made = [response["location"].removeprefix(f"{BASE}/").partition("/_history/")[0] for response in responses]
    first, second = (world.desk.get(f"/{name}") for name in made[:2])
    assert first.json["subject"] == second.json["subject"] == {"reference": made[2]}
    assert first.json["basedOn"] == [{"reference": made[1]}]
    assert second.json["requester"] == {"reference": world.desk.party}
    assert responses[0]["etag"] == first.headers["ETag"]
    assert responses[0]["lastModified"] == first.json["meta"]["lastUpdated"]


def test_what_was_made_is_shown_when_asked_for(world):
    asked = bundle(post(request_about(world.patient, world.gp.party)))
    assert "resource" not in world.gp.ask("POST", "/", body=asked).json["entry"][0]
    shown = world.gp.ask("POST", "/", body=asked, prefer="return=representation").json["entry"][0]["resource"]
    assert world.gp.get(f"/ServiceRequest/{shown['id']}").json == shown


def test_one_fault_and_nothing_is_written(world):
    before = counted(world.gp, "ServiceRequest")
    asked = bundle(
        post(request_about(world.patient, world.gp.party)),
        post(request_about(world.patient, world.gp.party, status="nonsense")),
    )
    assert world.gp.ask("POST", "", body=asked).status_code == 422
    assert counted(world.gp, "ServiceRequest") == before


def test_updates_are_against_ones_own_version(world, clock):
    held = world.soc.get(f"/{world.task}")
    clock.tick(1000)
    changed = {**held.json, "status": "received"}
    stale = world.soc.ask("POST", "", body=bundle(put(changed, ifMatch='W/"x"')))
    assert stale.status_code == 412
    answer = world.soc.ask("POST", "", body=bundle(put(changed, ifMatch=held.headers["ETag"])))
    assert [entry["response"]["status"] for entry in answer.json["entry"]] == ["200"]
    assert world.soc.get(f"/{world.task}").json["status"] == "received"


def test_l75_a_hidden_entry_fails_as_an_absent_one(world):
    hidden = world.gp.get(f"/{world.condition}").json
    answers = [
        world.soc.ask(
            "POST",
            "",
            body=bundle(post(request_about(world.patient, world.soc.party)), put(target, ifMatch='W/"1"')),
        )
        for target in (hidden, {**hidden, "id": ABSENT})
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert told(answers[0]) == told(answers[1])


@pytest.mark.parametrize("family", ["Cachée", "Nobody", "Fictive,Nobody&family=Other"])
def test_l69_a_reference_by_question_leads_nowhere_outside_the_slice(world, family):
    asked = bundle(post(request_about(f"Patient?family={family}", world.soc.party)))
    answer = world.soc.ask("POST", "", body=asked)
    other = bundle(post(request_about("Patient?family=Other", world.soc.party)))
    assert answer.status_code == 422
    assert answer.json["issue"][0]["expression"] == ["Bundle.entry[0].resource.subject"]
    assert told(answer) == told(world.soc.ask("POST", "", body=other))


@pytest.mark.parametrize("base", ["", f"{BASE}/"])
def test_a_reference_by_question_leads_to_the_one_that_is_seen(world, base):
    link = f"{base}Patient?family=Fictive&_id={world.patient.partition('/')[2]}"
    asked = bundle(post(request_about(link, world.gp.party)), post(request_about(link, world.gp.party)))
    answer = world.gp.ask("POST", "", body=asked, prefer="return=representation")
    assert {entry["resource"]["subject"]["reference"] for entry in answer.json["entry"]} == {world.patient}


def test_references_by_question_have_an_end(world):
    seen = world.condition.partition("/")[2]
    for count, status in ((50, 200), (51, 422)):
        about = [{"reference": f"Condition?_id={seen},x{rank}"} for rank in range(count)]
        answer = world.gp.ask(
            "POST", "", body=bundle(post(request_about(world.patient, world.gp.party, reasonReference=about)))
        )
        assert answer.status_code == status, answer.text


def test_what_is_there_already_stands_for_what_would_be_made(world):
    person = {"resourceType": "Patient", "name": [{"family": "Fictive"}]}
    asked = bundle(post(person, PERSON), post(request_about(PERSON, world.desk.party)))
    asked["entry"][0]["request"]["ifNoneExist"] = f"_id={world.patient.partition('/')[2]}"
    answer = world.desk.ask("POST", "", body=asked, prefer="return=representation")
    assert [entry["response"]["status"] for entry in answer.json["entry"]] == ["200", "201"], answer.text
    assert answer.json["entry"][1]["resource"]["subject"] == {"reference": world.patient}


def test_reads_come_after_writes_and_keep_their_place(world, clock):
    held = world.soc.get(f"/{world.task}")
    clock.tick(1000)
    asked = bundle(
        {"request": {"method": "GET", "url": world.task}},
        {"request": {"method": "GET", "url": "Task?status=received"}},
        put({**held.json, "status": "received"}, ifMatch=held.headers["ETag"]),
        {"request": {"method": "GET", "url": f"{world.task}/_history?_count=1"}},
    )
    found = world.soc.ask("POST", "", body=asked).json["entry"]
    assert [entry["response"]["status"] for entry in found] == ["200"] * 4
    assert found[0]["resource"]["status"] == "received"
    assert [entry["resource"]["id"] for entry in found[1]["resource"]["entry"]] == [held.json["id"]]
    assert found[3]["resource"]["total"] == 2
    assert world.soc.get(f"/{world.task}").json == found[0]["resource"]


def test_a_read_that_fails_undoes_what_was_written(world):
    before = counted(world.gp, "ServiceRequest")
    asked = bundle(
        post(request_about(world.patient, world.gp.party)), {"request": {"method": "GET", "url": f"Task/{ABSENT}"}}
    )
    assert world.gp.ask("POST", "", body=asked).status_code == 404
    assert counted(world.gp, "ServiceRequest") == before


def test_what_is_stored_is_told_as_an_outcome_when_asked_so(world):
    asked = bundle(post(request_about(world.patient, world.gp.party)))
    [entry] = world.gp.ask("POST", "", body=asked, prefer="return=OperationOutcome").json["entry"]
    assert "resource" not in entry
    assert entry["response"]["outcome"]["resourceType"] == "OperationOutcome"


def test_what_the_record_finds_wrong_is_told_by_its_entry(world):
    asked = bundle(
        post(request_about(world.patient, world.gp.party)),
        post(request_about(world.patient, world.gp.party, status="nonsense")),
    )
    assert world.gp.ask("POST", "", body=asked).json["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]


def test_types_that_the_hub_does_not_keep_are_named_all_at_once(world):
    before = counted(world.gp, "ServiceRequest")
    kinds = ("Claim", "Immunization", "Claim", "Zebulon")
    asked = bundle(
        post(request_about(world.patient, world.gp.party)), *(post({"resourceType": kind}) for kind in kinds)
    )
    answer = world.gp.ask("POST", "", body=asked)
    assert answer.status_code == 422
    assert [issue["expression"] for issue in answer.json["issue"]] == [
        ["Bundle.entry.request.url"],
        ["Claim"],
        ["Immunization"],
    ]
    assert counted(world.gp, "ServiceRequest") == before


@pytest.mark.parametrize(
    ("entries", "place", "status"),
    [
        ([{"request": {"method": "GET", "url": "Task?ownerr=x"}}], "Bundle.entry[0]", 400),
        ([{"request": {"method": "DELETE", "url": f"Task/{ABSENT}"}}], "Bundle.entry[0]", 422),
        ([{"request": {"method": "POST", "url": "Task"}}], "Bundle.entry[0].resource", 422),
        ([{"request": {"method": "POST"}, "resource": {"resourceType": "Task"}}], "Bundle.entry[0].request.url", 422),
        ([{"resource": {"resourceType": "Task"}}], "Bundle.entry[0].request", 422),
        (["Task"], "Bundle.entry[0]", 422),
        ([post({"resourceType": "Task"}) | {"fullUrl": 7}], "Bundle.entry[0].fullUrl", 422),
        ([post({"resourceType": "Task"}, PERSON)] * 2, "Bundle.entry[1].fullUrl", 422),
        ([put({"resourceType": "Task", "id": ABSENT})] * 2, "Bundle.entry[1]", 422),
        ([put({"resourceType": "Task", "id": ABSENT}, ifMatch="x")], "Bundle.entry[0]", 400),
        (
            [{"request": {"method": "POST", "url": "Task"}, "resource": {"resourceType": "Goal"}}],
            "Bundle.entry[0]",
            400,
        ),
        (
            [
                {
                    "request": {"method": "POST", "url": "Goal", "ifNoneExist": "_count=1"},
                    "resource": {"resourceType": "Goal"},
                }
            ],
            "Bundle.entry[0].request",
            400,
        ),
        (
            [post({"resourceType": "Goal", "subject": {"reference": PERSON}})],
            "Bundle.entry[0].resource.subject",
            422,
        ),
    ],
)
def test_an_entry_that_is_wrong_is_told_by_its_place(world, entries, place, status):
    answer = world.gp.ask("POST", "", body=bundle(*entries))
    assert answer.status_code == status, answer.text
    assert answer.json["issue"][0]["expression"] == [place]


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "Task"},
        {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "type": "message"},
        {"resourceType": "Bundle", "type": ["batch"]},
        {"resourceType": "Bundle", "type": "batch", "entry": {}},
    ],
)
def test_what_is_no_batch_nor_transaction_is_422(world, body):
    assert world.gp.ask("POST", "", body=body).status_code == 422


def test_ac20_more_entries_than_the_limit_are_413(settings, store, world):
    small = create_app(replace(settings, limits=replace(settings.limits, batch=2)), store).test_client()
    caller = replace(world.gp, http=small)
    entry = {"request": {"method": "GET", "url": "Task"}}
    assert caller.ask("POST", "", body=bundle(*[entry] * 2, kind="batch")).status_code == 200
    assert caller.ask("POST", "", body=bundle(*[entry] * 3, kind="batch")).status_code == 413


def test_an_empty_transaction_is_answered(world):
    answer = world.gp.ask("POST", "", body={"resourceType": "Bundle", "type": "transaction"})
    assert answer.json == {"resourceType": "Bundle", "type": "transaction-response"}


def test_each_write_needs_its_own_scope(world, join):
    narrow = join("medecin_traitant", world.gp.party, "system/ServiceRequest.c", "system/Bundle.c")
    asked = bundle(
        post(request_about(world.patient, world.gp.party)),
        post({"resourceType": "Goal", "lifecycleStatus": "active", "subject": {"reference": world.patient}}),
    )
    answer = narrow.ask("POST", "", body=asked)
    assert (answer.status_code, "insufficient_scope" in answer.headers["WWW-Authenticate"]) == (403, True)


OTHER = "https://other.example/fhir"


@pytest.mark.parametrize("version", ["", "/_history/1"])
def test_c7_relative_references_are_resolved_against_the_root_of_their_entry(world, version):
    """R4 bundle.html#references: a relative reference in an entry whose fullUrl is RESTful is appended to its base, and looked
    for among the entries."""
    person = {"resourceType": "Patient", "id": "p", "name": [{"family": "Fictif"}]}
    asked = bundle(
        post(request_about(f"Patient/p{version}", f"{BASE}/{world.desk.party}"), f"{OTHER}/ServiceRequest/s"),
        post(person, f"{OTHER}/Patient/p"),
    )
    answer = world.desk.ask("POST", "", body=asked, prefer="return=representation")
    assert answer.status_code == 200, answer.text
    first, second = (entry["resource"] for entry in answer.json["entry"])
    assert first["subject"] == {"reference": f"Patient/{second['id']}"}


@pytest.mark.parametrize("kind", ["batch", "transaction"])
@pytest.mark.parametrize("full_url", [f"{OTHER}/ServiceRequest/s", f"{BASE}2/ServiceRequest/s"])
def test_c7_a_reference_of_another_server_never_leads_to_our_resource_of_the_same_id(world, kind, full_url):
    """R4 bundle.html#references: not in the Bundle, so it is a resource of that server, which the hub does not follow."""
    asked = bundle(post(request_about(world.patient, f"{BASE}/{world.desk.party}"), full_url), kind=kind)
    answer = world.desk.ask("POST", "", body=asked, prefer="return=representation")
    root = full_url.removesuffix("ServiceRequest/s")
    assert answer.json["entry"][0]["resource"]["subject"] == {"reference": f"{root}{world.patient}"}


@pytest.mark.parametrize("full_url", [None, REQUEST, f"{BASE}/ServiceRequest/s"])
def test_c7_a_reference_of_an_entry_without_another_root_leads_here(world, full_url):
    asked = bundle(post(request_about(world.patient, world.desk.party), full_url))
    answer = world.desk.ask("POST", "", body=asked, prefer="return=representation")
    assert answer.json["entry"][0]["resource"]["subject"] == {"reference": world.patient}


@pytest.mark.parametrize("is_there", [False, True])
def test_c12_a_uri_of_an_entry_leads_to_what_the_entry_becomes(world, is_there):
    """R4 http.html#trules; with ifNoneExist it is the resource that was found."""
    person = post({"resourceType": "Patient", "name": [{"family": "Fictive"}]}, PERSON)
    if is_there:
        person["request"]["ifNoneExist"] = f"_id={world.patient.partition('/')[2]}"
    asked = bundle(person, post(request_about(PERSON, world.desk.party, instantiatesUri=[PERSON, "urn:x:other"])))
    answer = world.desk.ask("POST", "", body=asked, prefer="return=representation")
    assert answer.status_code == 200, answer.text
    made = answer.json["entry"][1]["resource"]
    assert made["instantiatesUri"] == [made["subject"]["reference"], "urn:x:other"]
    assert (made["subject"]["reference"] == world.patient) == is_there
