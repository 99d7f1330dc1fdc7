"""`Patient/<id>/$open-tasks` answers by GET and by POST, shows to each what the search shows, and is declared everywhere."""

from __future__ import annotations

from tests.recipes.patched_hub import PatchedHub, open_patched_hub
from tests.territory import PERSON

PATH = f"/{PERSON}/$open-tasks"


def list_tasks(hub: PatchedHub, role: str) -> list[str]:
    """The ids of the Tasks that `role` is shown."""
    return [entry["resource"]["id"] for entry in hub.get(role, PATH).get("entry", [])]


with open_patched_hub() as hub:
    assert list_tasks(hub, "gestionnaire") == ["v"]
    assert list_tasks(hub, "ccas") == ["v"]
    assert list_tasks(hub, "saad") == []
    posted = hub.ask("gestionnaire", "POST", f"/fhir{PATH}")
    assert [entry["resource"]["id"] for entry in posted.json["entry"]] == ["v"]
    assert hub.get_status("gestionnaire", f"{PATH}?other=1") == 400
    assert hub.get_status("", PATH) == 401
    [definition] = [
        operation["definition"]
        for operation in hub.declare("Patient")["operation"]
        if operation["name"] == "open-tasks"
    ]
    assert hub.get("ccas", f"/OperationDefinition/{definition.rpartition('/')[2]}")["url"] == definition
    assert {"get", "post"} <= hub.get("", "/openapi.json")["paths"]["/Patient/{id}/$open-tasks"].keys()
