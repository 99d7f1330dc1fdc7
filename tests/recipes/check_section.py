"""A body weight is in the section `nutrition`: read and written by the roles that have it, absent for another."""

from __future__ import annotations

from hub.domain.sections import load_sections
from hub.slices import load_labels
from tests.recipes.patched_hub import open_patched_hub
from tests.territory import PERSON

WEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "category": [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
    ],
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": PERSON},
    "valueQuantity": {"value": 48, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}

assert load_labels().find_place(WEIGHT) == "nutrition"
assert load_sections().place("nutrition") == max(load_sections().bits.values())
with open_patched_hub() as hub:
    name = hub.create("medecin_traitant", WEIGHT)
    assert hub.get("ssiad", f"/{name}")["valueQuantity"]["value"] == 48
    # It has the section `medical`, in which the weight would be without the new rule.
    assert hub.get_status("psy_cmp", f"/{name}") == 404
