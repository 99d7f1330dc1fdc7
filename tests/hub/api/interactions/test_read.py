"""GET of one resource (`docs/leaks.md` L01, L02, L04, L05, L11, L14)."""

import base64

import pytest

from tests.hub.api.conftest import ABSENT, NOT_FOUND, told


def test_a_slice_leaves_with_its_version_and_time(world):
    answer = world.soc.get(f"/{world.task}")
    assert answer.status_code == 200
    assert answer.headers["ETag"] == f'W/"{answer.json["meta"]["versionId"]}"'
    assert answer.headers["Last-Modified"] == "Sat, 21 Nov 2026 08:00:01 GMT"
    assert answer.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["owner"]["reference"] == world.soc.party


def test_l01_l02_l14_hidden_is_answered_as_absent(world):
    hidden = world.condition.partition("/")[2]
    answers = [
        world.soc.get(f"/{world.condition}"),
        world.soc.get(f"/Condition/{ABSENT}"),
        world.soc.get(f"/Observation/{hidden}"),
        world.soc.get(f"/{world.hidden_patient}"),
        world.out.get(f"/{world.patient}"),
    ]
    assert {answer.data for answer in answers} == {NOT_FOUND}
    assert all(told(answer) == told(answers[0]) for answer in answers)
    assert not {"ETag", "Last-Modified", "Location"} & set(answers[0].headers.keys())
    # The GP, to whom nothing of this is hidden, is the control.
    assert world.gp.get(f"/{world.condition}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/Condition/%00'",
        f"/Condition/{'a' * 65}",
        "/Condition/%C3%A9t%C3%A9",
        "/Condition/a%20b",
        "/Condition/_search",
        "/Medication/a",
        "/condition/a",
        "/%00/a",
        "/Task/$diff",
        f"/Task/{ABSENT}/$meta",
        "/Task/a/b/c/d",
    ],
)
def test_l04_l86_what_names_nothing_is_answered_as_absent(world, path):
    assert told(world.soc.get(path)) == told(world.soc.get(f"/Condition/{ABSENT}"))


def test_l05_head_is_get_without_a_body(world):
    for name in (world.task, world.condition, f"Condition/{ABSENT}"):
        with_body, without = world.soc.get(f"/{name}"), world.soc.ask("HEAD", f"/{name}")
        assert told(without)[:2] == told(with_body)[:2]
        assert without.data == b""


def test_l05_options_is_the_same_for_every_id(world):
    answers = [world.soc.ask("OPTIONS", f"/{name}") for name in (world.task, world.condition, f"Task/{ABSENT}")]
    assert {answer.status_code for answer in answers} == {405}
    assert all(told(answer) == told(answers[0]) for answer in answers)


def test_a_known_version_is_not_sent_again(world):
    version = world.soc.get(f"/{world.task}").headers["ETag"]
    for held in (version, version.removeprefix("W/"), f'W/"other", {version}', "*"):
        answer = world.soc.get(f"/{world.task}", if_none_match=held)
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", version)
    assert world.soc.get(f"/{world.task}", if_none_match='W/"other"').status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Sat, 21 Nov 2026 08:00:01 GMT", 304),
        ("Sat, 21 Nov 2026 08:00:00 GMT", 200),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 304),
        ("yesterday", 200),
        ("", 200),
    ],
)
def test_what_has_not_moved_is_not_sent_again(world, since, status):
    answer = world.soc.get(f"/{world.task}", if_modified_since=since)
    assert (answer.status_code, bool(answer.data)) == (status, status == 200)
    assert answer.headers["ETag"] == world.soc.get(f"/{world.task}").headers["ETag"]
    # An ETag goes before a date (RFC 9110 §13.1.3).
    assert world.soc.get(f"/{world.task}", if_modified_since=since, if_none_match='"x"').status_code == 200


@pytest.mark.parametrize(
    "condition",
    [{"if_none_match": 'W/"1"'}, {"if_none_match": "*"}, {"if_modified_since": "Sat, 21 Nov 2026 08:00:00 GMT"}],
)
def test_l11_a_condition_says_nothing_of_the_hidden(world, condition):
    assert told(world.soc.get(f"/{world.condition}", **condition)) == told(world.soc.get(f"/Condition/{ABSENT}"))


@pytest.mark.parametrize("asked", ["status=x", "_elements=secret", "_summary=count"])
def test_reads_take_no_parameters_but_those_of_form(world, asked):
    for name in (world.task, world.condition, f"Task/{ABSENT}"):
        answer = world.soc.get(f"/{name}?{asked}")
        assert (answer.status_code, answer.json["issue"][0]["expression"]) == (400, [f"http.{asked.partition('=')[0]}"])


@pytest.mark.parametrize("wanted", ["application/fhir+turtle", "text/csv", "text/html", "application/json;q=0"])
def test_l57_another_form_is_406_for_every_id(world, wanted):
    answers = [world.soc.get(f"/{name}", accept=wanted) for name in (world.task, world.condition)]
    assert {answer.status_code for answer in answers} == {406}
    assert told(answers[0]) == told(answers[1])
    assert world.soc.get(f"/{world.task}?_format=text/csv").status_code == 406


def test_nobody_reads_without_a_token(world, http):
    answers = [http.get(f"/fhir/{name}") for name in (world.task, world.condition, f"Task/{ABSENT}")]
    assert {(answer.status_code, answer.headers["WWW-Authenticate"]) for answer in answers} == {
        (401, 'Bearer realm="fhir"')
    }
    assert answers[0].json["issue"][0]["code"] == "login"
    wrong = http.get(f"/fhir/{world.task}", headers={"Authorization": f"Bearer {'A' * 43}"})
    assert wrong.headers["WWW-Authenticate"] == 'Bearer realm="fhir", error="invalid_token"'


def test_a_scope_that_does_not_cover_is_403_for_every_id(world, join):
    narrow = join("ccas", world.soc.party, "system/Patient.rs", "system/Task.s")
    answers = [narrow.get(f"/{name}") for name in (world.task, world.hidden_task, f"Task/{ABSENT}")]
    assert {answer.status_code for answer in answers} == {403}
    assert all(told(answer) == told(answers[0]) for answer in answers)
    assert answers[0].headers["WWW-Authenticate"] == 'Bearer realm="fhir", error="insufficient_scope"'
    assert narrow.get(f"/{world.patient}").status_code == 200


def test_l38_a_type_closed_to_the_role_is_403_for_every_id(world):
    statement = world.gp.create(
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "subject": {"reference": world.patient},
            "medicationCodeableConcept": {"text": "Fictif"},
        }
    )
    answers = [world.soc.get(f"/{name}") for name in (statement, f"MedicationStatement/{ABSENT}")]
    answers += [world.soc.get("/MedicationStatement"), world.soc.get(f"/MedicationStatement?patient={world.patient}")]
    assert {answer.status_code for answer in answers} == {403}
    assert all(told(answer) == told(answers[0]) for answer in answers)
    assert "WWW-Authenticate" not in answers[0].headers


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "text/plain"])
def test_i17_a_file_is_served_inside_binary_and_never_as_a_page(world, content_type):
    letter = world.gp.create(
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "subject": {"reference": world.patient},
            "content": [{"attachment": {"contentType": content_type, "title": "../../x.html"}}],
        }
    )
    page = base64.b64encode(b"<script>alert(1)</script>").decode()
    name = world.gp.create(
        {
            "resourceType": "Binary",
            "contentType": content_type,
            "securityContext": {"reference": letter},
            "data": page,
        }
    )
    answer = world.gp.get(f"/{name}")
    assert (answer.status_code, answer.json["data"]) == (200, page)
    assert answer.content_type.startswith("application/fhir+json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for wanted in ("text/html", content_type, "image/*"):
        other = world.gp.get(f"/{name}", accept=wanted)
        assert other.status_code == 406 or other.content_type.startswith("application/fhir+json")
        assert b"<script" not in other.data
