"""An Immunization is created, read back, found and declared; who does not see the section does not see it."""

from __future__ import annotations

from tests.recipes.patched_hub import open_patched_hub
from tests.territory import PERSON

TETANUS = {"system": "http://hl7.org/fhir/sid/cvx", "code": "115"}
VACCINATION = {
    "resourceType": "Immunization",
    "status": "completed",
    "vaccineCode": {"coding": [TETANUS]},
    "patient": {"reference": PERSON},
    "occurrenceDateTime": "2026-11-20",
}

with open_patched_hub() as hub:
    name = hub.create("medecin_traitant", VACCINATION)
    assert hub.get("ssiad", f"/{name}")["vaccineCode"] == VACCINATION["vaccineCode"]
    [entry] = hub.get("ssiad", f"/Immunization?patient={PERSON}&vaccine-code=115")["entry"]
    assert entry["fullUrl"].endswith(name)
    assert hub.get_status("saad", f"/{name}") == 404
    assert hub.get_status("ccas", f"/{name}") == 403
    assert "create" in {interaction["code"] for interaction in hub.declare("Immunization")["interaction"]}
    paths = hub.get("", "/openapi.json")["paths"]
    assert {"get", "put", "patch"} <= paths["/Immunization/{id}"].keys()
