import pytest

from fhir_profiles import codes
from hub.delegation import delegate
from hub.task_machine import check_create
from tests.hub.delegation.plans import (
    HUB,
    INTAKE,
    NOW,
    NURSES,
    PERSON,
    REQUEST,
    activity,
    assert_r4,
    counter,
    domain,
    plan,
)


def asked(given, request=REQUEST, intake=INTAKE):
    """The request and the Task made of one activity for one partner."""
    made = delegate(plan(given), intake, request, now=NOW, new_id=counter(), hub=HUB).resources
    assert_r4(*made)
    order, task = made
    return order, task


def test_the_order_is_the_hub_s_own():
    order, _ = asked(activity(NURSES))
    assert order == {
        "resourceType": "ServiceRequest",
        "id": "servicerequest-1",
        "basedOn": [{"reference": "ServiceRequest/a"}],
        "status": "active",
        "intent": "filler-order",
        "category": [{"coding": [{"system": codes.REQUEST_CATEGORY, "code": "delegation"}]}],
        "priority": "urgent",
        "code": {"text": "Aide à la toilette"},
        "subject": PERSON,
        "authoredOn": NOW,
        "requester": {"reference": HUB},
        "performer": [{"reference": NURSES}],
    }


def test_the_task_is_one_that_the_hub_may_create():
    _, task = asked(activity(NURSES))
    check_create(task, party=HUB, desk=False, guide="bser")
    assert task["partOf"] == [{"reference": "Task/a"}]
    assert task["basedOn"] == [{"reference": "CarePlan/c"}]
    assert (task["authoredOn"], task["lastModified"], task["priority"]) == (NOW, NOW, "urgent")
    assert task["businessStatus"]["coding"] == [{"system": codes.BUSINESS_STATUS, "code": codes.CREATED}]
    assert "restriction" not in task


def test_what_the_detail_said_is_in_the_order():
    period = {"start": "2026-12-01", "end": "2026-12-31"}
    reason, goal = [{"text": "Chutes"}], [{"reference": "Goal/g"}]
    order, task = asked(
        activity(
            NURSES,
            instantiatesCanonical=["https://maillage.example/fhir/ActivityDefinition/toilette"],
            description="Le matin, avec sa fille.",
            scheduledPeriod=period,
            location={"reference": "Location/l"},
            reasonCode=reason,
            reasonReference=[{"reference": "Condition/k"}],
            goal=goal,
            quantity={"value": 3},
        )
    )
    assert task["restriction"] == {"period": {"end": "2026-12-31"}}
    assert order["occurrencePeriod"] == period
    assert order["note"] == [{"text": "Le matin, avec sa fille."}]
    assert order["locationReference"] == [{"reference": "Location/l"}]
    assert (order["reasonCode"], order["supportingInfo"], order["quantityQuantity"]) == (reason, goal, {"value": 3})
    assert order["reasonReference"] == [{"reference": "Condition/k"}]
    assert order["instantiatesCanonical"] == ["https://maillage.example/fhir/ActivityDefinition/toilette"]


def test_a_rhythm_is_kept_coded_or_in_words():
    timing = {"repeat": {"frequency": 3, "period": 1, "periodUnit": "wk"}}
    assert asked(activity(NURSES, scheduledTiming=timing))[0]["occurrenceTiming"] == timing
    said = activity(NURSES, description="Avec sa fille", scheduledString="Trois matins par semaine")
    assert asked(said)[0]["note"] == [{"text": "Avec sa fille"}, {"text": "Trois matins par semaine"}]


@pytest.mark.parametrize(
    ("request_says", "intake_says", "priority"),
    [("stat", "asap", "stat"), (None, "asap", "asap"), (None, None, "routine")],
)
def test_the_source_s_priority_is_kept(request_says, intake_says, priority):
    made = asked(activity(NURSES), {**REQUEST, "priority": request_says}, {**INTAKE, "priority": intake_says})
    assert [resource["priority"] for resource in made] == [priority, priority]


@pytest.mark.parametrize(
    "given",
    [
        {"extension": [domain("psy")], **activity(NURSES)},
        activity(NURSES, extension=[domain("psy")]),
        activity(NURSES, code={"coding": [{"system": codes.ACTIVITY_DOMAIN, "code": "psy"}]}),
        {
            "extension": [{"url": "https://autre.example", "valueCode": "x"}, domain("psy")],
            **activity(NURSES, code={"coding": [{"system": codes.ACTIVITY_DOMAIN, "code": "sante"}]}),
        },
    ],
    ids=["activity", "detail", "code", "first the activity"],
)
def test_the_domain_labels_both(given):
    assert [made["extension"] for made in asked(given)] == [[domain("psy")], [domain("psy")]]


def test_the_source_s_words_and_codes_stay_with_the_desk():
    secret = "Ce que l'hôpital en dit"
    request = {
        **REQUEST,
        "reasonCode": [{"text": secret}],
        "note": [{"text": secret}],
        "orderDetail": [
            {"text": secret, "coding": [{"system": "https://consignes.example", "code": "c", "display": secret}]}
        ],
    }
    for detail in ({}, {"code": None}, {"code": None, "description": "Passer le matin"}):
        assert secret not in str(asked(activity(NURSES, **detail), request))


def test_coded_instructions_go_with_every_order():
    coding = {"system": "https://consignes.example", "code": "do-not-contact"}
    request = {**REQUEST, "orderDetail": [{"coding": [{**coding, "display": "x"}, {"display": "y"}]}, {"text": "z"}]}
    for code in ({"text": "Aide"}, None):
        assert asked(activity(NURSES, code=code), request)[0]["orderDetail"] == [{"coding": [coding]}]


def test_an_activity_without_code_is_named_by_what_it_says():
    assert asked(activity(NURSES, code=None, description="Passer"))[0]["code"] == {"text": "Passer"}
    assert asked(activity(NURSES, code=None))[0]["code"]["text"]
