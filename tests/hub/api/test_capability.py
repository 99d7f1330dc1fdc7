"""/metadata is the same for all and says what is true (`leaks.md` L90; `loop.md` 56; `security.md` DI-7)."""

import pytest

from hub.api.definitions import SOURCES
from hub.conformance import check
from tests import r4
from tests.hub.api.conftest import told
from tests.hub.api.resources import least

# What the hub writes itself; nobody has any before somebody was judged or traced.
NEVER_CREATED = {"AuditEvent", "Provenance"}
# The journal is one person's.
WHOSE = {"AuditEvent": "&patient=Patient/x"}
VALUES = {"date": "2026-11-21", "token": "x", "string": "x", "reference": "Organization/x", "uri": "urn:x"}
VALUES |= {"quantity": "5", "composite": "x$x", "code-value-quantity": "x$5", "code-value-date": "x$2026"}


@pytest.fixture
def declared(http):
    """The declared resources that the record keeps, by type; definitions are tried in test_definitions."""
    [rest] = http.get("/fhir/metadata").json["rest"]
    return {found["type"]: found for found in rest["resource"] if found["type"] not in SOURCES}


def codes(found):
    return {interaction["code"] for interaction in found["interaction"]}


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


def test_each_declared_parameter_is_taken_and_no_other(world, declared):
    callers = (world.desk, world.hosp)
    for name, found in declared.items():
        # One of the two has the type open; what is closed is closed by the role, not by the door.
        whose = WHOSE.get(name, "")
        caller = next((one for one in callers if one.get(f"/{name}?_count=0{whose}").status_code == 200), None)
        assert caller, name
        for parameter in found["searchParam"]:
            value = VALUES.get(parameter["name"], VALUES[parameter["type"]])
            asked = f"/{name}?{parameter['name']}={value}{whose}"
            answers = [one.get(asked) for one in callers]
            assert 200 in {answer.status_code for answer in answers}, (name, parameter["name"])
        for include in found.get("searchInclude", ()):
            assert caller.get(f"/{name}?_include={include}{whose}").status_code == 200, include
        for include in found.get("searchRevInclude", ()):
            answers = [one.get(f"/{name}?_revinclude={include}") for one in callers]
            assert 200 in {answer.status_code for answer in answers}, (name, include)
        assert caller.get(f"/{name}?not-declared=x{whose}").status_code == 400


def test_each_declared_interaction_is_done(world, declared):
    request = world.desk.get(f"/{world.task}").json["focus"]["reference"]
    document = None
    for name in [*sorted(set(declared) - {"Binary"}), "Binary"]:
        if name in NEVER_CREATED:
            versions = {"vread", "history-instance", "history-type"} if name not in WHOSE else set()
            assert codes(declared[name]) == {"read", "search-type"} | versions
            continue
        for caller in (world.desk, world.gp, world.hosp):
            resource = least(world.patient, caller.party, request)[name]
            if name == "Binary":
                resource["securityContext"] = {"reference": document}
            made = caller.ask("POST", f"/{name}", body=resource)
            if made.status_code == 201:
                break
        assert made.status_code == 201, (name, made.text)
        one = f"/{name}/{made.json['id']}"
        document = one[1:] if name == "DocumentReference" else document
        done = {
            "create": made,
            "read": caller.get(one),
            "vread": caller.get(f"{one}/_history/{made.json['meta']['versionId']}"),
            "history-instance": caller.get(f"{one}/_history"),
            "history-type": caller.get(f"/{name}/_history?_count=1"),
            "search-type": caller.get(f"/{name}?_id={made.json['id']}"),
            "patch": caller.ask(
                "PATCH", one, body={}, if_match=made.headers["ETag"], **{"content-type": "application/merge-patch+json"}
            ),
            "update": caller.ask("PUT", one, body=made.json, if_match=made.headers["ETag"]),
        }
        told = dict.fromkeys(done, 200) | {"create": 201}
        if name == "Subscription":
            done["delete"], told["delete"] = caller.ask("DELETE", one), 204
        assert set(done) == codes(declared[name])
        assert {code: answer.status_code for code, answer in done.items()} == told
        assert len(done["search-type"].json["entry"]) == 1, name


def test_what_is_not_declared_is_refused(world, declared):
    for name in declared:
        assert world.desk.ask("DELETE", f"/{name}/a").status_code == (404 if name == "Subscription" else 405)
        assert (
            world.desk.ask("PATCH", f"/{name}/a", body="x", **{"content-type": "application/xml-patch+xml"}).status_code
            == 415
        )
        assert world.desk.ask("PUT", f"/{name}", body={"resourceType": name}).status_code == 400
    for name in NEVER_CREATED:
        assert world.desk.ask("POST", f"/{name}", body={"resourceType": name}).status_code == 403
        put = world.desk.ask("PUT", f"/{name}/a", body={"resourceType": name, "id": "a"}, if_match='W/"1"')
        assert put.status_code == 403


def test_what_is_declared_of_conditions_and_patches_is_so(world, declared, http):
    assert "application/json-patch+json" in http.get("/fhir/metadata").json["patchFormat"]
    for name, found in declared.items():
        writes = "create" in codes(found)
        assert found["conditionalCreate"] == found["conditionalUpdate"] == writes, name
        assert found["conditionalDelete"] == "not-supported"
        assert world.desk.ask("DELETE", f"/{name}?_id=a").status_code == 405
