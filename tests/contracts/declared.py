"""The types that `/fhir/metadata` declares, each with someone who has it open and something to work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from tests.hub.api.conftest import Caller, World
from tests.hub.api.sample_resources import least

Json = dict[str, Any]
COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"


@dataclass
class Declared:
    """A type of the statement. `caller`: one who has it open; `name`: a resource of it that the caller sees, if any is
    to be had; `body`: what was sent to make it; `trouble`: why that failed."""

    type: str
    said: Json
    caller: Caller
    name: str = ""
    body: Json = field(default_factory=dict)
    trouble: str = ""
    needed: str = ""

    def search(self, query: str = "", caller: Caller | None = None, **headers: str) -> TestResponse:
        """Ask for some of the type, with what the statement says that each search of it says."""
        return (caller or self.caller).get(f"/{self.type}?{'&'.join(filter(None, (self.needed, query)))}", **headers)

    @property
    def codes(self) -> set[str]:
        return {found["code"] for found in self.said.get("interaction", ())}

    def read(self, **headers: str) -> TestResponse:
        return self.caller.get(f"/{self.name}", **headers)

    def named(self, kind: str) -> list[str]:
        return [found["name"] for found in self.said.get(kind, ())]


def what_is_declared(world: World, callers: list[Caller], statement: Json) -> list[Declared]:
    """Every type, with someone who has it open and, where the statement lets anyone create it, something to work on."""
    [rest] = statement["rest"]
    found = []
    document = ""
    # A Binary belongs to a document.
    for said in sorted(rest["resource"], key=lambda said: (said["type"] == "Binary", said["type"])):
        name = said["type"]
        one = Declared(name, said, callers[0], needed=_needed(said, world))
        open_to = [caller for caller in callers if one.search(caller=caller).status_code == 200]
        if not open_to:
            continue  # told by the test of the types
        one.caller = open_to[0]
        if "create" in one.codes:
            _make(one, open_to, world, document)
            document = one.name if name == "DocumentReference" else document
        elif met := [entry for caller in open_to for entry in one.search(caller=caller).json.get("entry", ())]:
            one.name = f"{name}/{met[0]['resource']['id']}"
            one.caller = next(caller for caller in open_to if caller.get(f"/{one.name}").status_code == 200)
        found.append(one)
    return found


def _needed(said: Json, world: World) -> str:
    """The parameter that a search of this type must say, if any: the first of those of which one is required."""
    combinations = [found for found in said.get("extension", ()) if found["url"] == COMBINATION]
    required = [
        part["valueString"] for found in combinations[:1] for part in found["extension"] if part["url"] == "required"
    ]
    return "&".join(f"{name}={world.patient}" for name in required)


def _make(one: Declared, callers: list[Caller], world: World, document: str) -> None:
    for caller in callers:
        body = least(world.patient, caller.party, world.request)[one.type]
        if one.type == "Binary":
            body["securityContext"] = {"reference": document}
        made = caller.ask("POST", f"/{one.type}", body=body)
        if made.status_code == 201:
            one.caller, one.body, one.name = caller, body, f"{one.type}/{made.json['id']}"
            return
    one.trouble = made.text
