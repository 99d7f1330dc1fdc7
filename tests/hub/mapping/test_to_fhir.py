"""What a demand becomes, rule by rule (`docs/loop.md` D3, D6; `docs/parts.md` 12–14, 24)."""

import base64
import hashlib
from dataclasses import replace

import pytest

from fhir_profiles import codes
from hub.domain.referral.clinical import Diagnosis, Measure, Stay
from hub.domain.referral.datatypes import Code, Identifier
from hub.domain.referral.message import Agreement, Cover
from hub.domain.referral.people import Professional
from hub.mapping import to_fhir
from tests.hub.mapping.cases import RAW, RPPS, context, csv_row, kevin, ref_i12, withdrawn


def made(demand, **changes):
    resources = to_fhir(demand, context(**changes)).resources
    return lambda type_: [found for found in resources if found["resourceType"] == type_]


def test_the_demand_and_the_desks_action_close_the_loop():
    demand = to_fhir(ref_i12(), context())
    resources = {f"{r['resourceType']}/{r['id']}": r for r in demand.resources}
    task, request = resources[demand.task], resources[demand.request]
    assert (task["status"], task["intent"], request["status"], request["intent"]) == (
        *("requested", "order"),
        *("active", "order"),
    )
    assert {c["code"] for c in task["code"]["coding"]} == {"fulfill", "intake"}
    assert task["focus"]["reference"] == demand.request
    assert task["for"]["reference"] == request["subject"]["reference"] == demand.patient
    assert task["requester"] == request["requester"] == {"reference": "Organization/chu"}
    assert task["owner"] == {"reference": "Organization/dac"}
    assert task["businessStatus"]["coding"][0] == {"system": codes.BUSINESS_STATUS, "code": "2.0"}
    assert task["lastModified"] >= task["authoredOn"]
    assert [i["type"]["coding"][0]["code"] for i in task["identifier"]] == ["PLAC", "FILL"]


@pytest.mark.parametrize(
    ("priority", "due"), [("routine", "2026-11-30"), ("urgent", "2026-11-21"), ("asap", "2026-11-23")]
)
def test_each_priority_has_its_due_time(priority, due):
    [task] = made(replace(csv_row(), priority=priority))("Task")
    assert task["restriction"]["period"]["end"].startswith(due)


def test_a_territory_sets_its_own_due_times():
    [task] = made(csv_row(), due_hours={"routine": 1})("Task")
    assert task["restriction"]["period"]["end"] == "2026-11-20T10:30:00+01:00"


def test_a_demand_that_its_sender_calls_expired_waits_for_nobody():
    found = made(withdrawn())
    assert found("ServiceRequest")[0]["status"] == "revoked"
    assert found("Task")[0]["status"] == "cancelled"
    assert found("Task")[0]["statusReason"]["text"]


def test_what_a_sender_calls_accepted_the_desk_still_decides():
    assert made(replace(csv_row(), status="accepted"))("Task")[0]["status"] == "requested"


def test_a_matched_persons_identity_is_not_touched():
    found = made(ref_i12(), patient="Patient/jeanne", draft_plan=False)
    assert found("Patient") == found("CarePlan") == found("CareTeam") == []
    assert found("RelatedPerson")[0]["patient"] == {"reference": "Patient/jeanne"}


def test_the_requesters_own_words_stand_in_reason_and_notes_only():
    [request] = made(kevin())("ServiceRequest")
    assert request["reasonCode"] == [{"text": "Douze stages en ESAT sans issue"}]
    notes = [note["text"] for note in request["note"]]
    assert notes[0].startswith("Souhaite") and "Étiquette : ESAT" in notes
    assert "meta" not in request


def test_a_message_adds_nobody_to_the_directory():
    """Everyone sees the directory: an entry would tell of a demand that few may see."""
    found = made(ref_i12(), directory={})
    assert found("Practitioner") == found("PractitionerRole") == found("Organization") == []
    doctor = found("Patient")[0]["generalPractitioner"][0]
    assert doctor["identifier"] == {"system": codes.RPPS, "value": "10009876543"}
    assert "reference" not in doctor
    agents = [agent["who"]["reference"] for agent in found("Provenance")[0]["agent"]]
    assert agents == ["Organization/chu", "Organization/dac"]


def test_one_whom_the_directory_knows_is_pointed_to():
    found = made(ref_i12(), directory={f"{codes.RPPS}|10001234567": "Practitioner/anne"})
    assert found("Encounter")[0]["participant"][0]["individual"]["reference"] == "Practitioner/anne"


def test_what_is_said_of_someone_unknown_stands_in_the_demands_words():
    unknown = Professional("referred-to", organisation="Centre fictif")
    known = Professional("referred-to", identifiers=(RPPS,))
    directory = {f"{codes.RPPS}|10001234567": "Practitioner/anne"}
    [request] = made(replace(csv_row(), professionals=(unknown, known)), directory=directory)("ServiceRequest")
    assert [p["reference"] for p in request["performer"]][2:] == ["Practitioner/anne"]
    assert request["note"] == [{"text": "Adressé à : Centre fictif"}]


def test_the_message_is_kept_as_it_came_with_both_digests():
    found = made(csv_row())
    document, binary = found("DocumentReference")[0], found("Binary")[0]
    attachment = document["content"][0]["attachment"]
    assert base64.b64decode(binary["data"]) == RAW
    assert attachment["url"] == f"Binary/{binary['id']}"
    assert binary["securityContext"]["reference"] == f"DocumentReference/{document['id']}"
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(RAW).digest()
    named = document["identifier"][0]["value"].removeprefix("ni:///sha-256;")
    assert base64.urlsafe_b64decode(named + "=") == hashlib.sha256(RAW).digest()
    assert found("Task")[0]["input"][0]["valueReference"]["reference"] == f"DocumentReference/{document['id']}"


@pytest.mark.parametrize(("decision", "policy"), [("permit", "OPTIN"), ("deny", "OPTOUT")])
def test_an_agreement_has_a_policy_and_no_type_on_its_root(decision, policy):
    [consent] = made(replace(csv_row(), agreements=(Agreement(decision, date="2026-11-01"),)))("Consent")
    assert consent["policyRule"]["coding"][0]["code"] == policy
    assert "type" not in consent["provision"]


def test_a_proposed_circle_has_only_known_organisations_and_no_period():
    [team] = made(ref_i12())("CareTeam")
    assert team["status"] == "proposed"
    assert team["participant"] == [{"member": {"reference": "Organization/ssiad"}}]
    [plan] = made(ref_i12())("CarePlan")
    assert (plan["status"], plan["intent"]) == ("draft", "plan")


@pytest.mark.parametrize(
    ("code", "psychiatric"), [("F32.1", True), ("F10", True), ("F00.1", False), ("G30", False), ("F", False)]
)
def test_psychiatric_diagnoses_say_so_whatever_their_system_is_called(code, psychiatric):
    [condition] = made(replace(csv_row(), diagnoses=(Diagnosis(Code(code, "urn:x")),)))("Condition")
    said = [c["code"] for category in condition["category"] for c in category["coding"]]
    assert ("psychiatric" in said) is psychiatric


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (Measure(Code("a"), number="72.50", unit=Code("kg", codes.UCUM)), "valueQuantity"),
        (Measure(Code("a"), coded=Code("b"), value="b"), "valueCodeableConcept"),
        (Measure(Code("a"), value="oui"), "valueString"),
        (Measure(Code("a"), number=">5"), "valueString"),
        (Measure(Code("a")), "dataAbsentReason"),
    ],
)
def test_a_measure_has_one_value_or_says_that_it_has_none(measure, value):
    [observation] = made(replace(csv_row(), measures=(measure,)))("Observation")
    assert [key for key in observation if key.startswith(("value", "dataAbsent"))] == [value]


def test_digits_are_kept_and_a_unit_without_system_is_words():
    weighed = Measure(Code("a"), number="72.50", unit=Code("kg"))
    [observation] = made(replace(csv_row(), measures=(weighed,)))("Observation")
    assert str(observation["valueQuantity"]["value"]) == "72.50"
    assert observation["valueQuantity"] | {"value": 0} == {"value": 0, "unit": "kg"}


@pytest.mark.parametrize(
    ("sent", "class_"),
    [("I", "IMP"), ("O", "AMB"), ("E", "EMER"), ("R", "AMB"), ("P", "PRENC"), ("HH", "HH"), ("?", "UNK")],
)
def test_the_class_of_a_stay(sent, class_):
    [stay] = made(replace(csv_row(), stay=Stay(sent)))("Encounter")
    assert stay["class"]["code"] == class_


@pytest.mark.parametrize(
    ("stay", "status"),
    [
        (Stay("I", start="2026-11-01"), "in-progress"),
        (Stay("I", start="2026-11-01", end="2026-11-02"), "finished"),
        (Stay("I", start="2026-12-01"), "planned"),
        (Stay("P", start="2026-11-01"), "planned"),
        (Stay("I"), "unknown"),
    ],
)
def test_the_status_of_a_stay(stay, status):
    assert made(replace(csv_row(), stay=stay))("Encounter")[0]["status"] == status


def test_only_a_stay_with_a_number_is_the_senders_own():
    assert "serviceProvider" not in made(replace(csv_row(), stay=Stay("I")))("Encounter")[0]
    own = Stay("I", Identifier("1", "VN"))
    assert made(replace(csv_row(), stay=own))("Encounter")[0]["serviceProvider"] == {"reference": "Organization/chu"}


def test_a_payor_who_is_not_named_is_unknown():
    [cover] = made(replace(csv_row(), covers=(Cover(),)))("Coverage")
    assert cover["payor"][0]["extension"][0]["valueCode"] == "unknown"


def test_the_provenance_points_to_all_the_rest():
    *rest, provenance = to_fhir(ref_i12(), context()).resources
    assert [t["reference"] for t in provenance["target"]] == [f"{r['resourceType']}/{r['id']}" for r in rest]
    assert provenance["entity"][0]["role"] == "source"


def test_the_same_in_gives_the_same_out():
    assert to_fhir(ref_i12(), context()) == to_fhir(ref_i12(), context())
