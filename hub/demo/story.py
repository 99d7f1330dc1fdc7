"""What the demo does once the hub answers: a referral goes through each adapter, the desk accepts it, and each role reads it.

Everything goes over HTTP with the partners' own keys; nothing here uses the record directly.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fhir_profiles.codes import (
    ACT_CODE,
    ACTIVITY_DOMAIN,
    ACTIVITY_DOMAIN_EXTENSION,
    CONSENT_SCOPE,
    DOC_CONSENT,
    LOINC,
    PARTICIPATION,
    SECTION,
)
from hub.demo.partner import DemoPartner
from hub.demo.territory import DemoMessage, get_key_path, load_messages, load_territory
from hub.domain.messages import get_text

# The client of each role that reads the record → the code of its name.
READERS = {
    "demo-dac": "demo-reader-dac",
    "demo-guichet": "demo-reader-guichet",
    "demo-ssiad": "demo-reader-ssiad",
    "demo-saad": "demo-reader-saad",
    "demo-cmp": "demo-reader-cmp",
    "demo-departement": "demo-reader-departement",
}
_TABLE = "text/csv"
_DESK = "demo-dac"
_AGENT = "demo-guichet"
_PERFORMERS = ("demo-ssiad", "demo-saad", "demo-cmp", "demo-departement")
_TYPES = ("Condition", "Observation", "AllergyIntolerance", "CarePlan", "Task", "ServiceRequest", "DocumentReference")


class DemoStory:
    """The partners of the territory at the hub `base`, with their keys under `var`. Lines are written in `language`."""

    def __init__(self, base: str, var: Path, language: str = "fr") -> None:
        self._language = language
        self._partners = {
            entry["id"]: DemoPartner(
                base,
                entry["id"],
                json.loads(get_key_path(var, entry["id"]).read_text(encoding="utf-8")),
                " ".join(entry["scopes"]),
            )
            for entry in load_territory()["client"]
        }

    def play(self) -> Iterator[str]:
        """Send each message and do what follows from it. Yields lines for people while it happens."""
        for message in load_messages():
            yield f"\n── {message.source} : {message.path.name}"
            task, answer = self._send(message)
            yield f"   {self._translate('demo-acknowledged')} : {answer}"
            if task is None:
                continue
            if task["status"] == "requested":
                yield from self._read_statements(task)
                yield from self._file(task)
            if message.media_type == _TABLE:
                # So the same table again is the same demand (`docs/parts.md` 24), and the desk has one to decide.
                yield f"   {self._translate('demo-left-open')}"
            else:
                yield from self._accept(task)
            yield from self._read_slices(task, message.client)

    def _translate(self, code: str) -> str:
        return get_text(code, self._language)

    def _send(self, message: DemoMessage) -> tuple[dict[str, Any] | None, str]:
        """The intake Task of a message that is posted to its source, None if it was refused; and the answer in one line."""
        sender = self._partners[message.client]
        answer = sender.call(
            "POST",
            f"/intake/{message.source}",
            content=message.path.read_bytes(),
            headers={"Content-Type": message.media_type},
        )
        line = _find_status_line(answer.text) if message.media_type != _TABLE else _count_rows(answer.json())
        return self._find_task(answer.text), f"HTTP {answer.status_code} {line}"

    def _find_task(self, answer: str) -> dict[str, Any] | None:
        """The intake Task that `answer` names, as the desk sees it."""
        for task in self._partners[_DESK].search("Task?owner=Organization/demo-dac&_count=200"):
            if task["id"] in answer:
                return task
        return None

    def _read_statements(self, task: dict[str, Any]) -> Iterator[str]:
        """What the agent of the desk reads of a message before anything is decided: results and stays, as its Task hands them."""
        agent = self._partners[_AGENT]
        for entry in task.get("input", ()):
            reference = entry.get("valueReference", {}).get("reference", "")
            if reference.partition("/")[0] in ("Observation", "Encounter"):
                answer = agent.call("GET", f"/fhir/{reference}")
                if answer.status_code == 200:
                    yield f"   {self._translate('demo-desk-reads')} : {_format_statement(answer.json())}"

    def _file(self, task: dict[str, Any]) -> Iterator[str]:
        """Let the agent of the desk file what came without a known code, each into the section that the hub proposes."""
        agent, path = self._partners[_AGENT], f"/fhir/Task/{task['id']}/$file"
        answer = agent.call("GET", path)
        for parameter in answer.json().get("parameter", ()) if answer.status_code == 200 else ():
            values = {part["name"]: part for part in parameter["part"]}
            if parameter["name"] == "unfiled":
                row, section = values["row"]["valueReference"]["reference"], values["section"]["valueCode"]
                words = agent.call("GET", f"/fhir/{row}").json().get("code", {}).get("text", row)
                agent.call(
                    "POST",
                    path,
                    content=json.dumps(build_filing(row, section)),
                    headers={"Content-Type": "application/fhir+json"},
                ).raise_for_status()
                yield f"   {self._translate('demo-desk-files')} : {words} → {section} ({values['reason']['valueString']})"

    def _accept(self, task: dict[str, Any]) -> Iterator[str]:
        """Let the desk fill the draft plan and accept. Each activity becomes a Task of a partner, who accepts it."""
        desk = self._partners[_DESK]
        if task["status"] != "requested":
            yield f"   {self._translate('demo-already-accepted')} (Task {task['status']})"
            return
        desk.post(build_consent(task["for"])).raise_for_status()
        plan = next(
            (p for p in desk.search(f"CarePlan?patient={task['for']['reference']}") if p["status"] == "draft"), None
        )
        if plan is not None:
            plan["activity"] = [build_activity(entry) for entry in load_territory()["activity"]]
            desk.put(plan).raise_for_status()
            task = desk.call("GET", f"/fhir/Task/{task['id']}").json()
        desk.put(task | {"status": "accepted"}).raise_for_status()
        for client in _PERFORMERS:
            partner = self._partners[client]
            for action in partner.search(f"Task?owner=Organization/{client}&status=requested"):
                if action.get("for") == task["for"]:
                    partner.put(action | {"status": "accepted"}).raise_for_status()
        yield f"   {self._translate('demo-agreement')}"
        yield f"   {self._translate('demo-accepted')}"

    def _read_slices(self, task: dict[str, Any], sender: str) -> Iterator[str]:
        """What the sender and each reader see of the person: elements of the Patient, and how many resources of each type."""
        patient = task["for"]["reference"]
        titles = {sender: f"{self._translate('demo-sender')} ({sender})"}
        titles |= {client: self._translate(code) for client, code in READERS.items()}
        for client, title in titles.items():
            partner = self._partners[client]
            person = partner.call("GET", f"/fhir/{patient}")
            if person.status_code != 200:
                identity = "—" if person.status_code == 404 else f"HTTP {person.status_code}"
            else:
                identity = ", ".join(sorted(set(person.json()) - {"resourceType", "id", "meta"}))
            counts = {kind: len(partner.search(f"{kind}?patient={patient}")) for kind in _TYPES}
            resources = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
            yield f"   {title:<24} Patient : {identity}\n   {'':<24} {resources or self._translate('demo-nothing-else')}"


def build_consent(person: dict[str, str]) -> dict[str, Any]:
    """A Consent of the person that opens the psychiatric section to the hub's organisation (CSP L1110-4 III)."""
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": CONSENT_SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": LOINC, "code": DOC_CONSENT}]}],
        "patient": person,
        "policyRule": {"coding": [{"system": ACT_CODE, "code": "OPTIN"}]},
        "provision": {
            "actor": [
                {
                    "role": {"coding": [{"system": PARTICIPATION, "code": "IRCP"}]},
                    "reference": {"reference": "Organization/demo-dac"},
                }
            ],
            "class": [{"system": SECTION, "code": "psychiatric"}],
        },
    }


def build_filing(row: str, section: str) -> dict[str, Any]:
    """The parameters of `$file`: the reference of what is filed, and its section."""
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "row", "valueString": row},
            {"name": "section", "valueCode": section},
        ],
    }


def build_activity(entry: dict[str, Any]) -> dict[str, Any]:
    """The CarePlan.activity of an `[[activity]]` of the territory: what is done, in which domain, by whom."""
    coding = {"system": ACTIVITY_DOMAIN, "code": entry["domain"]}
    return {
        "extension": [{"url": ACTIVITY_DOMAIN_EXTENSION, "valueCoding": coding}],
        "detail": {
            "status": "not-started",
            "code": {"coding": [coding], "text": entry["words"]},
            "performer": [{"reference": f"Organization/{entry['partner']}"}],
        },
    }


def _format_statement(resource: dict[str, Any]) -> str:
    """An observation as name, value, unit and usual range; a stay as its numbers and its beginning."""
    if resource["resourceType"] == "Encounter":
        numbers = " ".join(identifier["value"] for identifier in resource.get("identifier", ()))
        return f"Encounter {numbers} {resource.get('period', {}).get('start', '')}".strip()
    quantity = resource.get("valueQuantity", {})
    ranges = ", ".join(limits["text"] for limits in resource.get("referenceRange", ()) if "text" in limits)
    words = (
        resource["code"].get("text", ""),
        quantity.get("value", ""),
        quantity.get("unit", ""),
        ranges and f"({ranges})",
    )
    return " ".join(str(word) for word in words if word != "")


def _find_status_line(answer: str) -> str:
    """The part of an answer that says yes or no: the MSA segment in HL7 v2, the first 140 characters in FHIR."""
    for segment in answer.replace("\r", "\n").split("\n"):
        if segment.startswith("MSA"):
            return segment
    return answer[:140].replace("\n", " ")


def _count_rows(answer: dict[str, Any]) -> str:
    """The answer to a table in one line: how many rows have each status."""
    counts = Counter(row["status"] for row in answer["rows"])
    return ", ".join(f"{count} {status}" for status, count in counts.items())
