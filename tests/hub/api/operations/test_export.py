"""Bulk export over HTTP, as a bulk client goes about it."""

import json

import pytest

from tests.hub.api.conftest import ABSENT, NOT_FOUND

ASYNC = {"prefer": "respond-async", "accept": "application/fhir+json"}


def begun(caller, path="/$export", **headers):
    answer = caller.get(path, **{**ASYNC, **headers})
    assert (answer.status_code, answer.data) == (202, b""), answer.text
    return answer.headers["Content-Location"].partition("/fhir")[2]


def manifest(caller, path):
    answer = caller.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return answer.json


def lines(caller, url):
    answer = caller.get(url.partition("/fhir")[2])
    assert (answer.status_code, answer.content_type) == (200, "application/fhir+ndjson")
    return [json.loads(line) for line in answer.data.splitlines()]


def exported(caller, path="/$export", **headers):
    """Type → names of what the export gives."""
    found = manifest(caller, begun(caller, path, **headers))
    return {
        one["type"]: {f"{one['type']}/{resource['id']}" for resource in lines(caller, one["url"])}
        for one in found["output"]
    }


def test_the_slice_of_the_client_and_nothing_else(world):
    found = exported(world.soc)
    assert found["Patient"] == {world.patient}
    assert found["Task"] == {world.task}
    assert found["ServiceRequest"] == {world.request}
    assert world.soc.party in found["Organization"]
    assert "Condition" not in found or not found["Condition"]
    assert exported(world.gp)["Condition"] == {world.condition}
    assert not any(found for kind, found in exported(world.out, "/Patient/$export").items())


def test_each_line_is_as_a_read_gives_it(world):
    job = manifest(world.gp, begun(world.gp))
    for one in job["output"]:
        for resource in lines(world.gp, one["url"]):
            assert world.gp.get(f"/{one['type']}/{resource['id']}").json == resource


def test_the_manifest_says_what_was_asked(world):
    found = manifest(world.soc, begun(world.soc, "/Patient/$export?_type=Task,Patient&_since=2026-01-01T00:00:00Z"))
    assert found["request"].endswith("/fhir/Patient/$export?_type=Task,Patient&_since=2026-01-01T00:00:00Z")
    assert [one["type"] for one in found["output"]] == ["Patient", "Task"]
    assert (found["requiresAccessToken"], found["error"]) == (True, [])
    assert found["transactionTime"].startswith("2026-11-")


def test_the_patient_level_speaks_of_persons_alone(world):
    found = exported(world.soc, "/Patient/$export")
    assert found["Patient"] == {world.patient}
    assert not {"Organization", "Questionnaire", "Binary"} & set(found)
    assert found["Task"] == {world.task}


def test_since_gives_what_moved_from_then_on(world, clock):
    time = manifest(world.gp, begun(world.gp))["transactionTime"]
    assert exported(world.gp, f"/$export?_type=Condition,Task&_since={time}") == {"Condition": set(), "Task": set()}
    clock.tick(1000)
    condition = world.gp.get(f"/{world.condition}")
    body = condition.json | {"note": [{"text": "Une suite"}]}
    assert world.gp.ask("PUT", f"/{world.condition}", body=body, if_match=condition.headers["ETag"]).status_code == 200
    assert exported(world.gp, f"/$export?_type=Condition,Task&_since={time}")["Condition"] == {world.condition}
    assert exported(world.soc, f"/$export?_type=Task&_since={time}") == {"Task": set()}


def test_by_post(world):
    parameters = [{"name": "_type", "valueString": "Task"}, {"name": "_type", "valueString": "Patient"}]
    body = {"resourceType": "Parameters", "parameter": parameters}
    answer = world.soc.ask("POST", "/$export", body=body, **ASYNC)
    assert answer.status_code == 202
    found = manifest(world.soc, answer.headers["Content-Location"].partition("/fhir")[2])
    assert [one["type"] for one in found["output"]] == ["Patient", "Task"]


def test_a_file_is_judged_when_it_is_fetched(world, clock):
    url = manifest(world.soc, begun(world.soc, "/$export?_type=Task"))["output"][0]["url"]
    assert len(lines(world.soc, url)) == 1
    task = world.desk.get(f"/{world.task}")
    body = task.json | {"status": "cancelled", "statusReason": {"text": "Fin"}, "owner": {"reference": world.soc.party}}
    assert world.desk.ask("PUT", f"/{world.task}", body=body, if_match=task.headers["ETag"]).status_code == 200
    clock.tick(1000)
    assert [one["status"] for one in lines(world.soc, url)] == ["cancelled"]


def test_many_resources_come_page_by_page(world, monkeypatch):
    monkeypatch.setattr("hub.api.operations.export_files._PAGE", 2)
    made = {world.condition}
    for _ in range(4):
        made.add(world.gp.create(world.gp.get(f"/{world.condition}").json))
    assert exported(world.gp, "/$export?_type=Condition")["Condition"] == made


def test_a_job_is_its_clients_own_and_ends(world):
    status = begun(world.soc, "/$export?_type=Task")
    file = manifest(world.soc, status)["output"][0]["url"].partition("/fhir")[2]
    for path in (status, file, f"/$export-status/{ABSENT}", f"/$export-file/{ABSENT}/Task"):
        answer = world.gp.get(path)
        assert (answer.status_code, answer.data) == (404, NOT_FOUND)
    assert world.soc.get(file.replace("Task", "Patient")).data == NOT_FOUND
    assert world.gp.ask("DELETE", status).data == NOT_FOUND
    assert world.soc.ask("DELETE", status).status_code == 202
    assert world.soc.get(status).data == world.soc.get(file).data == NOT_FOUND


@pytest.mark.parametrize(
    ("path", "headers", "status", "place"),
    [
        ("/$export", {"prefer": ""}, 400, "http.Prefer"),
        ("/$export", {"prefer": "return=minimal"}, 400, "http.Prefer"),
        ("/$export?_type=Nothing", {}, 400, "http._type"),
        ("/$export?_type=", {}, 400, "http._type"),
        ("/Patient/$export?_type=Organization", {}, 400, "http._type"),
        ("/$export?_since=hier", {}, 400, "http._since"),
        ("/$export?_outputFormat=text/csv", {}, 400, "http._outputFormat"),
        ("/$export?_typeFilter=Task%3Fstatus=x", {}, 400, "http._typeFilter"),
    ],
)
def test_what_is_not_offered_is_refused(world, path, headers, status, place):
    answer = world.soc.get(path, **{**ASYNC, **headers})
    assert (answer.status_code, answer.json["issue"][0]["expression"]) == (status, [place])


def test_a_lenient_client_is_let_through_without_what_is_not_offered(world):
    path = begun(world.soc, "/$export?_type=Task&_elements=id", prefer="respond-async, handling=lenient")
    assert manifest(world.soc, path)["request"].endswith("$export?_type=Task")
    for name in ("application/fhir%2Bndjson", "application/fhir+ndjson", "ndjson", "application/ndjson"):
        assert begun(world.soc, f"/$export?_outputFormat={name}")


def test_scopes_narrow_and_no_other_level_is_offered(join, world):
    narrow = join("medecin_traitant", world.gp.party, "system/Condition.rs", "system/Task.r")
    assert exported(narrow) == {"Condition": {world.condition}}
    assert narrow.get("/$export?_type=Task", **ASYNC).status_code == 403
    nothing = join("medecin_traitant", world.gp.party, "system/Bundle.c", "system/Task.c", "system/Goal.c")
    assert nothing.get("/$export", **ASYNC).status_code == 403
    for group in ("g", ABSENT):
        for method in ("GET", "POST"):
            assert world.gp.ask(method, f"/Group/{group}/$export", **ASYNC).status_code == 403


def test_f_9_an_eleventh_export_is_429_and_ends_none(world):
    addresses = [begun(world.gp) for _ in range(10)]
    refusal = world.gp.get("/$export", **ASYNC)
    assert (refusal.status_code, refusal.json["resourceType"]) == (429, "OperationOutcome")
    assert 3590 <= int(refusal.headers["Retry-After"]) <= 3600
    assert all(manifest(world.gp, address) for address in addresses)
