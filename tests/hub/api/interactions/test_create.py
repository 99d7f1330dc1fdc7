"""POST of one resource (`docs/leaks.md` L54, L68, L79)."""

import pytest

from tests.hub.api.conftest import ABSENT, NOT_FOUND, told

BASE = "http://127.0.0.1:8000/fhir"


def request_about(world, person=None, **more):
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": person or world.patient},
        "requester": {"reference": world.gp.party},
        **more,
    }


def test_what_is_made_is_shown_with_its_address(world):
    answer = world.gp.ask("POST", "/ServiceRequest", body=request_about(world))
    meta = answer.json["meta"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{BASE}/ServiceRequest/{answer.json['id']}/_history/{meta['versionId']}"
    assert answer.headers["ETag"] == f'W/"{meta["versionId"]}"'
    assert world.gp.get(f"/ServiceRequest/{answer.json['id']}").data == answer.data


def test_the_id_is_the_hubs_own(world):
    asked = request_about(world, id=ABSENT, meta={"versionId": "7"})
    answer = world.gp.ask("POST", "/ServiceRequest", body=asked)
    assert answer.json["id"] != ABSENT
    assert answer.json["meta"]["versionId"] != "7"


@pytest.mark.parametrize(
    ("preference", "shown"),
    [
        ("return=minimal", None),
        ("return=representation", "ServiceRequest"),
        ("return=OperationOutcome", "OperationOutcome"),
    ],
)
def test_the_caller_prefers_what_is_returned(world, preference, shown):
    answer = world.gp.ask("POST", "/ServiceRequest", body=request_about(world), prefer=preference)
    assert answer.status_code == 201
    assert (answer.json["resourceType"] if answer.data else None) == shown
    assert answer.headers["Location"].startswith(f"{BASE}/ServiceRequest/")
    if shown == "OperationOutcome":
        assert answer.json["issue"][0]["severity"] == "information"


def test_l68_a_hidden_target_is_answered_as_an_absent_one(world):
    answers = [
        world.soc.ask("POST", "/ServiceRequest", body=request_about(world, **{element: {"reference": name}}))
        for element, name in (("subject", world.hidden_patient), ("subject", f"Patient/{ABSENT}"))
    ]
    focused = [
        world.soc.ask("POST", "/ServiceRequest", body=request_about(world, reasonReference=[{"reference": name}]))
        for name in (world.condition, f"Condition/{ABSENT}", f"{BASE}/{world.condition}")
    ]
    for same in (answers, focused):
        assert {answer.status_code for answer in same} == {422}
        assert all(told(answer) == told(same[0]) for answer in same)
    assert focused[0].json["issue"][0]["expression"] == ["ServiceRequest.reasonReference"]


def test_a_link_to_the_hub_itself_is_kept_relative(world):
    made = world.gp.ask("POST", "/ServiceRequest", body=request_about(world, f"{BASE}/{world.patient}"))
    assert made.json["subject"]["reference"] == world.patient


def test_a_name_inside_a_bundle_means_nothing_alone(world):
    told_off = world.gp.ask(
        "POST", "/ServiceRequest", body=request_about(world, "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0")
    )
    assert (told_off.status_code, told_off.json["issue"][0]["expression"]) == (422, ["ServiceRequest.subject"])


def test_l79_what_is_wrong_is_told_by_place_without_values(world):
    answer = world.gp.ask("POST", "/ServiceRequest", body=request_about(world, status="Zebulon", intent=7))
    assert answer.status_code == 422
    assert {issue["expression"][0] for issue in answer.json["issue"]} == {
        "ServiceRequest.status",
        "ServiceRequest.intent",
    }
    assert "Zebulon" not in answer.text


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"a":1,"a":2}', {}, 400),
        (b"\xff", {}, 400),
        (b"{}", {}, 400),
        (b'{"resourceType":"Task"}', {}, 400),
        (b"<ServiceRequest/>", {"content_type": "application/fhir+xml"}, 400),
        (b"<ServiceRequest/>", {"content_type": "application/fhir+turtle"}, 415),
        (b"{}", {"content_type": "text/plain"}, 415),
        (b"{}", {"content_type": "application/fhir+json; charset=utf-16"}, 415),
        (b"{}", {"content_type": "application/fhir+json; fhirVersion=5.0"}, 415),
        (b"{}", {"content_encoding": "gzip"}, 400),
        (b"{}", {"content_encoding": "br"}, 415),
        (b"{}", {"accept": "text/html"}, 406),
        (b"{}", {"if_none_exist": "identifier=a|b"}, 400),
        (b"x" * 5_300_000, {}, 413),
    ],
)
def test_what_is_no_resource_is_refused_before_the_record_opens(world, body, headers, status):
    answer = world.gp.ask("POST", "/ServiceRequest", body=body, **headers)
    assert answer.status_code == status
    assert answer.json["resourceType"] == "OperationOutcome"


def test_a_type_that_the_hub_does_not_keep_is_absent(world):
    for path in ("/Medication", "/Bundle", "/metadata", "/nothing"):
        answer = world.gp.ask("POST", path, body={"resourceType": path[1:]})
        assert (answer.status_code, answer.data) == (404, NOT_FOUND)


def test_creates_take_no_parameters(world):
    assert world.gp.ask("POST", "/ServiceRequest?status=x", body=request_about(world)).status_code == 400
    assert world.gp.ask("POST", "/ServiceRequest?_format=json", body=request_about(world)).status_code == 201


@pytest.mark.parametrize("name", ["AuditEvent", "Provenance"])
def test_what_the_hub_itself_writes_is_closed(world, name):
    assert world.desk.ask("POST", f"/{name}", body={"resourceType": name}).status_code == 403


def bare_task(world, **more):
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "for": {"reference": world.patient},
        **more,
    }


def test_c16_a_bare_task_is_asked_by_its_sender_now(world, clock):
    """R4 task.html#resource: only status and intent are 1..1. What the hub can know it fills in."""
    answer = world.soc.ask("POST", "/Task", body=bare_task(world, focus={"reference": world.request}))
    assert answer.status_code == 201, answer.text
    assert answer.json["requester"] == {"reference": world.soc.party}
    assert answer.json["code"]["coding"] == [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]
    assert answer.json["authoredOn"] == answer.json["lastModified"] == answer.json["meta"]["lastUpdated"]


@pytest.mark.parametrize("path", ["/Task", "/Task/$validate?mode=create"])
def test_c16_what_it_still_lacks_is_said_with_the_profile(world, path):
    answer = world.soc.ask("POST", path, body=bare_task(world))
    [issue] = answer.json["issue"]
    assert issue["expression"] == ["Task.focus"]
    assert "StructureDefinition/task" in issue["diagnostics"]
