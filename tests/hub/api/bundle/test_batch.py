"""Batches: each entry is answered as it would be alone (`docs/leaks.md` L74)."""

import pytest

from tests.hub.api.bundle.test_transaction import BASE, bundle, post, put, request_about
from tests.hub.api.conftest import ABSENT, NOT_FOUND

QUESTIONS = [
    "{task}",
    "{condition}",
    f"Condition/{ABSENT}",
    "Condition/%00",
    "Medication/a",
    "Task",
    "Task?status=requested&_include=Task:focus",
    "Condition?_has:Task:focus:status=requested",
    "Task?ownerr=x",
    "Task?name=%ff",
    "Task?_format=ttl",
    "Task?_summary=count",
    "Task?_sort=-authored-on&_count=1",
    "MedicationStatement",
    "{patient}/Task",
    "{hidden_patient}/Task",
    f"Patient/{ABSENT}/Task",
    "{patient}/Organization",
    "{patient}/*",
    "{task}/_history",
    "{condition}/_history",
    "{task}/_history/{version}",
    "{task}/_history/1",
    "{task}?_elements=status",
    "Task/_history",
    "_history",
    "",
    "metadata",
    "$diff",
    "Task/_history?_count=1",
    "{task}/_history?_since=2026-11-21",
    "Task/a/b/c/d",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_l74_an_entry_is_answered_as_alone(world, question):
    version = world.soc.get(f"/{world.task}").json["meta"]["versionId"]
    url = question.format(**vars(world), version=version)
    alone = world.soc.get(f"/{url}")
    answer = world.soc.ask("POST", "", body=bundle({"request": {"method": "GET", "url": url}}, kind="batch"))
    assert (answer.status_code, answer.json["type"]) == (200, "batch-response")
    [entry] = answer.json["entry"]
    response = entry["response"]
    assert response["status"] == str(alone.status_code)
    assert (entry.get("resource") or response["outcome"]) == alone.json
    assert response.get("etag") == alone.headers.get("ETag")


def test_a_known_version_is_not_sent_again(world):
    held = world.soc.get(f"/{world.task}").headers["ETag"]
    asked = bundle({"request": {"method": "GET", "url": world.task, "ifNoneMatch": held}}, kind="batch")
    [entry] = world.soc.ask("POST", "", body=asked).json["entry"]
    assert (entry["response"]["status"], "resource" in entry) == ("304", False)


def test_entries_do_not_hinder_one_another(world, clock):
    held = world.soc.get(f"/{world.task}")
    hidden = world.gp.get(f"/{world.condition}").json
    clock.tick(1000)
    asked = bundle(
        post(request_about(world.patient, world.soc.party)),
        post(request_about(world.hidden_patient, world.soc.party)),
        put({**held.json, "status": "received"}, ifMatch=held.headers["ETag"]),
        put({**held.json, "status": "accepted"}, ifMatch=held.headers["ETag"]),
        put(hidden, ifMatch='W/"1"'),
        {"request": {"method": "DELETE", "url": world.task}},
        {"request": {"method": "PATCH", "url": f"{world.task}/x"}, "resource": {"resourceType": "Parameters"}},
        post({"resourceType": "Medication"}),
        post(bundle(kind="batch")),
        post(request_about("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", world.soc.party)),
        kind="batch",
    )
    entries = world.soc.ask("POST", "", body=asked).json["entry"]
    assert [entry["response"]["status"] for entry in entries] == [
        "201", "422", "200", "412", "404", "405", "405", "404", "404", "422",
    ]  # fmt: skip
    assert entries[4]["response"]["outcome"] == world.soc.get(f"/Condition/{ABSENT}").json
    assert entries[0]["response"]["location"].startswith("http://127.0.0.1:8000/fhir/ServiceRequest/")
    assert world.soc.get(f"/{world.task}").json["status"] == "received"


def test_preferences_hold_for_the_entries(world):
    asked = bundle(
        {"request": {"method": "GET", "url": "Task?ownerr=x"}},
        post(request_about(world.patient, world.soc.party)),
        kind="batch",
    )
    found, made = world.soc.ask("POST", "", body=asked, prefer="handling=lenient, return=representation").json["entry"]
    assert found["resource"]["type"] == "searchset"
    assert made["resource"]["resourceType"] == "ServiceRequest"


def test_the_answer_to_the_absent_is_the_constant_one(world):
    asked = bundle({"request": {"method": "GET", "url": world.condition}}, kind="batch")
    assert NOT_FOUND in world.soc.ask("POST", "", body=asked).data


@pytest.mark.parametrize(
    "spelling",
    ["/{}", "/fhir/{}", BASE + "/{}", "{}/", "/{}/?", "{}/?_summary=false", BASE + "/{}?_format=json"],
)
@pytest.mark.parametrize("name", ["patient", "hidden_patient"])
def test_c5_an_entry_url_may_begin_with_a_slash_or_the_base(world, spelling, name):
    """Bundle.entry.request.url is a uri (R4 bundle.html#Bundle.entry.request.url), which RFC 3986 §5.2.2 resolves against the
    base: each spelling is the same request, and tells of a hidden resource no more than the plain one."""
    url = getattr(world, name)
    spellings = [{"request": {"method": "GET", "url": text}} for text in (url, spelling.format(url))]
    plain, spelled = world.soc.ask("POST", "", body=bundle(*spellings, kind="batch")).json["entry"]
    assert plain["response"]["status"] == ("200" if name == "patient" else "404")
    assert spelled.get("resource") == plain.get("resource")
    assert spelled["response"] == plain["response"]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
@pytest.mark.parametrize(
    "url",
    ["//evil.example/Task", "https://evil.example/fhir/Task", f"{BASE}2/Task", f"{BASE[:-5]}/other/Task", "urn:x:y"],
)
def test_c5_an_entry_url_of_another_server_is_400_at_its_place(world, url, kind):
    """Not 404, which would say that something is gone."""
    asked = bundle({"request": {"method": "GET", "url": url}}, kind=kind)
    answer = world.soc.ask("POST", "", body=asked)
    if kind == "batch":
        [entry] = answer.json["entry"]
        assert entry["response"]["status"] == "400"
        outcome = entry["response"]["outcome"]
    else:
        assert answer.status_code == 400
        outcome = answer.json
    assert outcome["issue"][0]["expression"] == ["Bundle.entry[0].request.url"]


@pytest.mark.parametrize("root", ["/", "/fhir/", f"{BASE}/"])
def test_c5_a_write_of_a_transaction_may_begin_with_a_slash_or_the_base(world, clock, root):
    held = world.soc.get(f"/{world.task}")
    clock.tick(1000)
    made, changed = post(request_about(world.patient, world.soc.party)), put({**held.json, "status": "received"})
    for entry in (made, changed):
        entry["request"]["url"] = root + entry["request"]["url"]
    changed["request"]["ifMatch"] = held.headers["ETag"]
    answer = world.soc.ask("POST", "", body=bundle(made, changed))
    assert [entry["response"]["status"] for entry in answer.json["entry"]] == ["201", "200"], answer.text


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_e3_an_entry_with_a_resource_has_a_full_url(world, kind):
    """R4 Bundle.entry.fullUrl: of each entry with a resource; bdl-7: one and the same of no two versions alike."""
    urls = (world.task, "Task?status=requested", "Task?status=requested", "metadata", world.task, "CodeSystem/gap")
    asked = bundle(*({"request": {"method": "GET", "url": url}} for url in urls), kind=kind)
    entries = world.soc.ask("POST", "", body=asked).json["entry"]
    names = [entry.get("fullUrl") for entry in entries]
    assert names[0] == f"{BASE}/{world.task}"
    assert names[4] is None
    assert names[5] == f"{BASE}/CodeSystem/gap"
    assert all(name.startswith("urn:uuid:") for name in names[1:4])
    assert len(set(names)) == len(names)
    again = [entry.get("fullUrl") for entry in world.soc.ask("POST", "", body=asked).json["entry"]]
    assert again == names


def test_e3_what_is_shown_of_a_write_has_a_full_url(world):
    asked = bundle(post(request_about(world.patient, world.soc.party)), kind="transaction")
    [made] = world.soc.ask("POST", "", body=asked, prefer="return=representation").json["entry"]
    assert made["fullUrl"] == f"{BASE}/ServiceRequest/{made['resource']['id']}"
    assert "fullUrl" not in world.soc.ask("POST", "", body=asked).json["entry"][0]
