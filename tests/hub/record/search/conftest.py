from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from hub.record.db.store import Store
from tests.territory import (
    PERSON,
    Territory,
    condition,
    consent,
    observation,
    of_domain,
    request,
    settle_territory,
    stay,
    task,
)


@pytest.fixture
def town(store: Store) -> Territory:
    """A person of whom the record says something of every kind, and partners who see different things of it."""
    here = settle_territory(store)
    here.join_circle("saad", "ssiad", "psy_cmp", "ccas", "ems_apa", "medecin_traitant", "gestionnaire")
    here.pass_time()
    here.write(*_resources())
    here.write(request("sent", identifier=[{"system": "urn:oid:1.2.7", "value": "D-1"}]), by="Organization/chu")
    here.write(
        {"resourceType": "Patient", "id": "paul", "name": [{"use": "usual", "family": "Exemple", "given": ["Paul"]}]},
        condition("autre") | {"subject": {"reference": "Patient/paul"}},
    )
    here.pass_time()
    here.change("Condition/c", onsetString="hier")
    return here


def _resources() -> list[dict[str, Any]]:
    about = {"reference": PERSON}
    return [
        condition("c", recordedDate="2026-01-05", onsetDateTime="2025-12"),
        condition("p", "F20.0", category=[{"text": "x"}]),
        observation("o", "ald"),
        observation("g", "financial-difficulty", effectiveDateTime="2026-11-19T10:00:00+01:00"),
        observation("u", "x") | {"code": {"coding": [{"system": "urn:x", "code": "unknown"}]}},
        request("r", requester="Organization/dac", intent="filler-order", performer=[{"reference": "Organization/ccas"}],
                occurrencePeriod={"start": "2026-12-01", "end": "2026-12-15"}),
        request("q", requester="Organization/dac", intent="filler-order", extension=[of_domain("psy")],
                reasonReference=[{"reference": "Condition/p"}]),
        task("t", owner="Organization/ccas", focus="ServiceRequest/r", priority="urgent"),
        task("a", owner="Organization/ssiad", focus="ServiceRequest/r", status="accepted",
             authoredOn="2026-11-18T09:00:00+01:00", output=[
                 {"type": {"text": "x"}, "valueReference": {"reference": "Condition/c"}}]),
        task("b", owner="Organization/ssiad", focus="ServiceRequest/r", status="completed",
             authoredOn="2026-11-19T09:00:00+01:00", businessStatus={"text": "fini"}),
        task("s", owner="Organization/cmp", focus="ServiceRequest/q"),
        task("offer", focus="ServiceRequest/r", extension=[of_domain("aide-domicile")]),
        {"resourceType": "CarePlan", "id": "plan", "status": "active", "intent": "plan", "subject": about,
         "addresses": [{"reference": "Condition/c"}, {"reference": "Condition/p"}], "period": {"start": "2026-11-01"},
         "category": [{"coding": [{"system": codes.PLAN_CATEGORY, "code": "ppcs"}]}],
         "activity": [{"reference": {"reference": "Task/t"}}, {"reference": {"reference": "Task/s"}}]},
        {"resourceType": "Goal", "id": "but", "lifecycleStatus": "active", "description": {"text": "Marcher"},
         "subject": about, "startDate": "2026-11", "extension": [of_domain("sante")]},
        stay("e", "2026-10-01T10:00:00+02:00", "2026-10-09"),
        consent("permit", "Organization/ems", "psychiatric", id="k", dateTime="2026-11-20"),
        {"resourceType": "Coverage", "id": "cov", "status": "active", "beneficiary": about,
         "payor": [{"reference": "Organization/dac"}], "type": {"text": "AMO"}},
        {"resourceType": "AllergyIntolerance", "id": "al", "patient": about,
         "clinicalStatus": {"coding": [{"system": codes.ALLERGY_CLINICAL, "code": "active"}]}},
        {"resourceType": "MedicationStatement", "id": "m", "status": "active", "subject": about,
         "medicationCodeableConcept": {"text": "Un traitement fictif"}, "effectivePeriod": {"start": "2026-01-01"}},
        {"resourceType": "Communication", "id": "n", "status": "completed", "subject": about,
         "sender": {"reference": "Organization/ssiad"}, "recipient": [{"reference": "Organization/dac"}],
         "sent": "2026-11-20T10:00:00.5Z"},
        {"resourceType": "EpisodeOfCare", "id": "ep", "status": "active", "patient": about,
         "managingOrganization": {"reference": "Organization/dac"}},
        {"resourceType": "QuestionnaireResponse", "id": "qr", "status": "completed", "subject": about,
         "authored": "2026-11-20", "questionnaire": "urn:x:form", "extension": [of_domain("psy")]},
    ]  # fmt: skip
