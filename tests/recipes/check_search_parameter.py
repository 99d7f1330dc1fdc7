"""A form is found by the definition of a question, before and after `hub reindex`, and the parameter is declared."""

from __future__ import annotations

from hub.record.maintenance.reindex import reindex_all
from tests.recipes.patched_hub import PatchedHub, open_patched_hub

DEFINITION = "https://forms.example/question-1"
FORM = {
    "resourceType": "Questionnaire",
    "status": "draft",
    "item": [{"linkId": "1", "type": "string", "text": "Exemple", "definition": DEFINITION}],
}


def find(hub: PatchedHub, definition: str) -> list[str]:
    """The ids of the forms that the GP finds by `definition`."""
    entries = hub.get("medecin_traitant", f"/Questionnaire?definition={definition}").get("entry", [])
    return [entry["resource"]["id"] for entry in entries]


with open_patched_hub() as hub:
    id = hub.create("gestionnaire", FORM).partition("/")[2]
    assert find(hub, DEFINITION) == [id]
    assert find(hub, "https://forms.example/question-2") == []
    reindex_all(hub.store)
    assert find(hub, DEFINITION) == [id]
    declared = {parameter["name"]: parameter["type"] for parameter in hub.declare("Questionnaire")["searchParam"]}
    assert declared["definition"] == "uri"
    assert (
        hub.get("ssiad", "/SearchParameter/Questionnaire-definition")["expression"] == "Questionnaire.item.definition"
    )
