"""`$validate` judges what is sent by itself, and what is named as its reader sees it."""

import pytest

from fhir_profiles import codes
from hub.domain.resource_types import TYPES
from tests.fhir_profiles.corpus import EXAMPLES
from tests.hub.api.conftest import ABSENT, NOT_FOUND, told
from tests.hub.api.sample_resources import least

OURS = f"{codes.BASE}StructureDefinition/"
GOAL = EXAMPLES["goal"]
NOTHING = [{"severity": "information", "code": "informational", "diagnostics": "No problem found"}]


def issues(answer):
    assert answer.status_code == 200, answer.text
    assert answer.json["resourceType"] == "OperationOutcome"
    assert "ETag" not in answer.headers
    return answer.json["issue"]


def parameters(**given):
    named = [
        {"name": name, "resource": value} if name == "resource" else {"name": name, f"value{kind}": value}
        for name, value, kind in ((n, v, {"mode": "Code", "profile": "Uri"}.get(n, "")) for n, v in given.items())
    ]
    return {"resourceType": "Parameters", "parameter": named}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_no_fault(world, name):
    resource = EXAMPLES[name]
    assert issues(world.soc.ask("POST", f"/{resource['resourceType']}/$validate", body=resource)) == NOTHING


def test_faults_are_said_with_their_place_and_no_value(world):
    wrong = {"resourceType": "Goal", "lifecycleStatus": "zqcanari", "description": {"text": 1}, "zqcanari": "zqcanari"}
    answer = world.soc.ask("POST", "/Goal/$validate", body=wrong)
    assert {(one["code"], *one["expression"]) for one in issues(answer)} == {
        ("code-invalid", "Goal.lifecycleStatus"),
        ("structure", "Goal.description.text"),
        ("structure", "Goal"),
        ("required", "Goal.subject"),
    }
    assert b"zqcanari" not in answer.data


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (f"?profile={OURS}goal", lambda goal: goal),
        ("", lambda goal: parameters(resource=goal, profile=f"{OURS}goal")),
        (f"?profile={OURS}goal|0.1.0", lambda goal: parameters(resource=goal)),
        ("", lambda goal: {**goal, "meta": {"profile": [f"{OURS}goal"]}}),
        ("?mode=profile", lambda goal: parameters(resource=goal, profile=f"{OURS}goal")),
    ],
)
def test_a_profile_is_named_in_the_url_in_parameters_or_by_the_resource(world, query, body):
    goal = {name: value for name, value in GOAL.items() if name not in ("expressedBy", "meta")}
    assert issues(world.soc.ask("POST", "/Goal/$validate", body=goal)) == NOTHING
    found = issues(world.soc.ask("POST", f"/Goal/$validate{query}", body=body(goal)))
    assert [(one["code"], one["expression"]) for one in found] == [("required", ["Goal.expressedBy"])]


def test_a_rule_of_a_profile_says_what_it_asks(world):
    task = {name: value for name, value in EXAMPLES["partner-task"].items() if name != "output"}
    [issue] = issues(world.soc.ask("POST", "/Task/$validate", body=task))
    assert (issue["severity"], issue["code"], issue["expression"]) == ("error", "invariant", ["Task"])
    assert issue["details"]["text"] == "A completed action has an output"


def test_before_a_write_what_the_hub_does_not_keep_is_an_error(world):
    goal = {**GOAL, "extension": [{"url": "urn:x", "valueString": "x"}]}
    for mode, severity in (("", "warning"), ("?mode=create", "error"), ("?mode=update", "error")):
        [issue] = issues(world.soc.ask("POST", f"/Goal/$validate{mode}", body=goal))
        assert (issue["severity"], issue["expression"]) == (severity, ["Goal.extension[0]"])


def test_before_a_task_is_created_its_machine_is_asked(world):
    task = {"resourceType": "Task", "status": "completed", "intent": "order", "requester": {"display": "x"}}
    assert issues(world.soc.ask("POST", "/Task/$validate", body=task)) == NOTHING
    found = issues(world.soc.ask("POST", "/Task/$validate?mode=create", body=task))
    assert {one["code"] for one in found} == {"business-rule"}
    assert {"Task.status", "Task.requester", "Task.focus", "Task.for"} <= {
        place for one in found for place in one["expression"]
    }
    assert world.soc.ask("POST", "/Task", body=task).status_code == 422


def test_what_validates_for_a_create_is_taken(world):
    request = world.desk.get(f"/{world.task}").json["focus"]["reference"]
    for name, resource in least(world.patient, world.desk.party, request).items():
        if name in ("Binary", "Subscription"):
            continue
        assert issues(world.desk.ask("POST", f"/{name}/$validate?mode=create", body=resource)) == NOTHING, name


def test_an_instance_is_judged_as_its_reader_sees_it(world):
    seen = world.soc.get(f"/{world.task}").json
    by_name = issues(world.soc.get(f"/{world.task}/$validate?profile={OURS}partner-task"))
    as_sent = issues(world.soc.ask("POST", f"/Task/$validate?profile={OURS}partner-task", body=seen))
    assert by_name == as_sent
    assert issues(world.soc.ask("POST", f"/{world.task}/$validate")) == issues(
        world.soc.get(f"/{world.task}/$validate")
    )


def test_an_instance_that_is_hidden_is_not_found(world):
    for method in ("GET", "POST"):
        for query in ("", "?mode=delete", f"?profile={OURS}task"):
            hidden = world.soc.ask(method, f"/{world.hidden_task}/$validate{query}")
            absent = world.soc.ask(method, f"/Task/{ABSENT}/$validate{query}")
            assert told(hidden) == told(absent)
            assert hidden.data == NOT_FOUND


def test_a_body_under_a_name_is_judged_by_itself(world):
    goal = {**GOAL, "id": ABSENT}
    assert issues(world.soc.ask("POST", f"/Goal/{ABSENT}/$validate?mode=update", body=goal)) == NOTHING
    assert world.soc.ask("POST", "/Goal/other/$validate", body=goal).status_code == 400
    assert world.soc.ask("POST", "/Task/$validate", body=goal).status_code == 400


def test_delete_is_for_ones_own_subscription_alone(world):
    [issue] = issues(world.soc.get(f"/{world.task}/$validate?mode=delete"))
    assert (issue["severity"], issue["code"]) == ("error", "not-supported")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/Goal/$validate", None, 400),
        ("/Goal/$validate?mode=nonsense", GOAL, 400),
        ("/Goal/$validate?mode=profile", GOAL, 400),
        ("/Goal/$validate?mode=delete", GOAL, 400),
        ("/Goal/goal/$validate?mode=create", GOAL, 400),
        ("/Goal/goal/$validate?mode=update", None, 400),
        ("/Goal/$validate?nonsense=1", GOAL, 400),
        ("/Goal/$validate?mode=create&mode=create", GOAL, 400),
        ("/Goal/$validate?mode=create", parameters(resource=GOAL, mode="create"), 400),
        ("/Goal/$validate", parameters(mode="create"), 400),
        ("/Goal/$validate", {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": 1}]}, 400),
        ("/Goal/$validate", parameters(resource=GOAL, nonsense="x"), 400),
        ("/Goal/$validate", b"{", 400),
        ("/Group/$validate", GOAL, 404),
        ("/$validate", GOAL, 404),
    ],
)
def test_what_cannot_be_asked(world, path, body, status):
    assert world.soc.ask("POST", path, body=body).status_code == status


def test_it_needs_a_token_and_nothing_more(join, http):
    narrow = join("ccas", "Organization/narrow", "system/Task.r")
    assert issues(narrow.ask("POST", "/Goal/$validate", body=GOAL)) == NOTHING
    assert narrow.get(f"/Goal/{ABSENT}/$validate").status_code == 403
    assert http.post("/fhir/Goal/$validate", json=GOAL).status_code == 401


def test_nothing_is_stored(world):
    before = world.desk.get("/Goal?_total=accurate").json["total"]
    for mode in ("create", "update"):
        goal = {**GOAL, "subject": {"reference": world.patient}}
        world.desk.ask("POST", f"/Goal/$validate?mode={mode}", body=goal)
    assert world.desk.get("/Goal?_total=accurate").json["total"] == before


def test_every_kept_type_is_validated_and_declares_it(world):
    (rest,) = world.desk.get("/metadata").json["rest"]
    declared = {one["type"]: {op["name"] for op in one.get("operation", ())} for one in rest["resource"]}
    for name in TYPES:
        assert "validate" in declared[name]
        answer = world.soc.ask("POST", f"/{name}/$validate", body={"resourceType": name})
        assert issues(answer)


def test_in_a_batch_it_answers_as_alone(world):
    goal = {**GOAL, "lifecycleStatus": "nearly"}
    steps = [
        ("POST", "Goal/$validate?mode=create", goal),
        ("POST", "Goal/$validate", parameters(resource=GOAL, mode="update")),
        ("POST", "Goal/goal/$validate", goal),
        ("POST", "Goal/other/$validate", goal),
        ("POST", f"{world.task}/$validate", {"resourceType": "Parameters"}),
        ("GET", f"{world.task}/$validate?profile={OURS}task", None),
        ("GET", f"{world.hidden_task}/$validate", None),
        ("GET", f"Task/{ABSENT}/$validate?mode=nonsense", None),
    ]
    entries = [
        {"request": {"method": method, "url": url}} | ({"resource": body} if body else {})
        for method, url, body in steps
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    answers = world.soc.ask("POST", "", body=bundle).json["entry"]
    for (method, url, body), answer in zip(steps, answers, strict=True):
        alone = world.soc.ask(method, f"/{url}", body=body)
        assert answer["response"]["status"] == str(alone.status_code), url
        assert (answer.get("resource") or answer["response"]["outcome"]) == alone.json


def test_a_body_and_an_answer_may_be_xml(world):
    said = '<lifecycleStatus value="nearly"/><description><text value="x"/></description><subject><display value="x"/></subject>'
    body = f'<Goal xmlns="http://hl7.org/fhir">{said}</Goal>'
    xml = "application/fhir+xml"
    answer = world.soc.ask("POST", "/Goal/$validate", body=body, content_type=xml, accept=xml)
    assert (answer.status_code, answer.mimetype) == (200, xml)
    assert '<expression value="Goal.lifecycleStatus"/>' in answer.text
