"""What the demo does once the hub answers: it sends a referral through each adapter, the desk accepts, and each role looks.

All of it over HTTP, with the partners' own keys: nothing here reaches into the record.
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

# Who looks, and how to call it aloud.
READERS = {
    "demo-dac": "gestionnaire de cas",
    "demo-guichet": "guichet",
    "demo-ssiad": "SSIAD",
    "demo-saad": "aide à domicile",
    "demo-cmp": "CMP",
    "demo-departement": "équipe APA",
}
_TYPES = ("Condition", "Observation", "AllergyIntolerance", "CarePlan", "Task", "ServiceRequest", "DocumentReference")


class Story:
    """The partners of the territory, and what they do."""

    def __init__(self, base: str, var: Path) -> None:
        self.partners = {
            one["id"]: DemoPartner(
                base,
                one["id"],
                json.loads(get_key_path(var, one["id"]).read_text(encoding="utf-8")),
                " ".join(one["scopes"]),
            )
            for one in load_territory()["client"]
        }

    def tell(self) -> Iterator[str]:
        """The lines of the story, as it happens."""
        for message in load_messages():
            yield f"\n── {message.source} : {message.path.name}"
            task, line = self._send(message)
            yield f"   reçu et accusé : {line}"
            if task is None:
                continue
            yield from self._accept(task)
            yield from self._look(task, message.client)

    def _send(self, message: DemoMessage) -> tuple[dict[str, Any] | None, str]:
        sender = self.partners[message.client]
        answer = sender.call(
            "POST",
            f"/intake/{message.source}",
            content=message.path.read_bytes(),
            headers={"Content-Type": message.media_type},
        )
        line = _find_status_line(answer.text) if message.media_type != "text/csv" else _count_rows(answer.json())
        return self._newest(answer.text), f"HTTP {answer.status_code} {line}"

    def _newest(self, answer: str) -> dict[str, Any] | None:
        """The intake Task that the answer names, as the desk sees it."""
        for task in self.partners["demo-dac"].search("Task?owner=Organization/demo-dac&_count=200"):
            if task["id"] in answer:
                return task
        return None

    def _accept(self, task: dict[str, Any]) -> Iterator[str]:
        """The desk writes its activities into the draft plan and accepts: each becomes a partner's Task."""
        desk = self.partners["demo-dac"]
        if task["status"] != "requested":
            yield f"   déjà orientée (Task {task['status']})"
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
        for one in ("demo-ssiad", "demo-saad", "demo-cmp", "demo-departement"):
            for asked in self.partners[one].search(f"Task?owner=Organization/{one}&status=requested"):
                if asked.get("for") == task["for"]:
                    self.partners[one].put(asked | {"status": "accepted"}).raise_for_status()
        yield "   la personne permet à la gestionnaire de voir le volet santé mentale, pour travailler avec le CMP"
        yield "   le guichet accepte : le plan devient actif, quatre partenaires reçoivent chacun une action et l'acceptent"

    def _look(self, task: dict[str, Any], sender: str) -> Iterator[str]:
        """What the sender and each partner see of the person: elements of the identity, and what there is of each kind."""
        patient = task["for"]["reference"]
        for client, title in {sender: f"adresseur ({sender})", **READERS}.items():
            partner = self.partners[client]
            person = partner.call("GET", f"/fhir/{patient}")
            if person.status_code != 200:
                identity = "—" if person.status_code == 404 else f"HTTP {person.status_code}"
            else:
                identity = ", ".join(sorted(set(person.json()) - {"resourceType", "id", "meta"}))
            counted = Counter({kind: len(partner.search(f"{kind}?patient={patient}")) for kind in _TYPES})
            seen = ", ".join(f"{count} {kind}" for kind, count in counted.items() if count) or "rien d'autre"
            yield f"   {title:<24} Patient : {identity}\n   {'':<24} {seen}"


def build_consent(person: dict[str, str]) -> dict[str, Any]:
    """The person agrees that the hub's organisation sees the psychiatric section (CSP L1110-4 III)."""
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


def build_activity(entry: dict[str, Any]) -> dict[str, Any]:
    """One line of the draft plan: what, in which domain, by whom."""
    coding = {"system": ACTIVITY_DOMAIN, "code": entry["domain"]}
    return {
        "extension": [{"url": ACTIVITY_DOMAIN_EXTENSION, "valueCoding": coding}],
        "detail": {
            "status": "not-started",
            "code": {"coding": [coding], "text": entry["words"]},
            "performer": [{"reference": f"Organization/{entry['partner']}"}],
        },
    }


def _find_status_line(text: str) -> str:
    """The part of an answer that says yes or no: MSA of an HL7 answer, the outcome of a FHIR one."""
    for segment in text.replace("\r", "\n").split("\n"):
        if segment.startswith("MSA"):
            return segment
    return text[:140].replace("\n", " ")


def _count_rows(answer: dict[str, Any]) -> str:
    counts = Counter(row["status"] for row in answer["rows"])
    return ", ".join(f"{count} {status}" for status, count in counts.items())
