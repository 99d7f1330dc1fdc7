"""/metadata is the same for all, and R4 (`docs/leaks.md` L90; `docs/security.md` DI-7). That it says what is true is tried in
tests/contracts/test_capability.py."""

from hub.conformance import check
from hub.task_machine import TRANSITIONS
from tests import r4
from tests.hub.api.conftest import told

NEVER_CREATED = {"AuditEvent", "Provenance"}


def test_it_is_open_and_the_same_for_all(world, http):
    answers = [http.get("/fhir/metadata"), *(caller.get("/metadata") for caller in (world.desk, world.soc, world.out))]
    assert {answer.status_code for answer in answers} == {200}
    assert all(told(answer) == told(answers[0]) for answer in answers)
    assert answers[0].headers["Access-Control-Allow-Origin"] == "*"
    assert "public" in answers[0].headers["Cache-Control"]
    assert http.get("/fhir/metadata", headers={"Accept": "text/html"}).status_code == 406


def test_it_is_valid_r4(http):
    statement = http.get("/fhir/metadata").json
    # The models take for codes of `format` what R4 leaves to BCP 13, of which `json` is in both.
    check({**statement, "format": ["json"]}, known=frozenset({"CapabilityStatement"}))
    assert statement["implementation"]["url"] == "http://127.0.0.1:8000/fhir"
    assert statement["fhirVersion"] == "4.0.1"
    assert [found["code"] for found in statement["rest"][0]["interaction"]] == ["transaction", "batch"]


@r4.needs_data
def test_it_keeps_the_invariants_of_r4(http):
    assert list(r4.violations(http.get("/fhir/metadata").json)) == []


def test_what_the_hub_writes_itself_nobody_else_does(world):
    for name in NEVER_CREATED:
        body = {"resourceType": name, "id": "a"}
        assert world.desk.ask("POST", f"/{name}", body=body).status_code == 403
        assert world.desk.ask("PUT", f"/{name}/a", body=body, if_match='W/"1"').status_code == 403


def test_c16_c17_the_statement_says_what_a_task_needs_and_how_it_moves(world):
    """R4 capabilitystatement.html#CapabilityStatement.rest.resource.documentation: what the resource's use is here."""
    statement = world.soc.get("/metadata").json
    [task] = [declared for declared in statement["rest"][0]["resource"] if declared["type"] == "Task"]
    profile = "https://maillage.example/fhir/StructureDefinition/task"
    assert profile in task["documentation"]
    assert profile in task["supportedProfile"]
    for line in TRANSITIONS:
        if line.guide is None:
            assert f"{line.start or '(new)'} → {line.end}: " in task["documentation"]


def test_e4_an_extension_is_whole_or_absent(world):
    """SMART App Launch, oauth-uris: `authorize` and `token` are 1..1. The hub has no endpoint to authorize, so it has none of
    the extension; where tokens are had is in the SMART configuration."""
    [rest] = world.soc.get("/metadata").json["rest"]
    assert "extension" not in rest["security"]
    assert rest["security"]["service"][0]["coding"][0]["code"] == "SMART-on-FHIR"
    configuration = world.soc.get("/.well-known/smart-configuration").json
    assert configuration["token_endpoint"].endswith("/oauth/token")
    assert "authorization_endpoint" not in configuration
