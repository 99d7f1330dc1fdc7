"""The closed loop: a demand from each source of the demo, its acceptance by the desk, the partners' answers, the end."""

from __future__ import annotations

import tomllib
from typing import Any

from tests.corpus.bodies import DOMAIN, condition, consent
from tests.corpus.cast import ROOT, Cast
from tests.corpus.client import Client

_DEMO = ROOT / "config" / "demo"
_DOMAIN_EXTENSION = "https://maillage.example/fhir/StructureDefinition/activity-domain"
_PARTNERS = (("soins-perso", "ssiad"), ("aide-domicile", "saad"), ("psy", "cmp"), ("social-droits", "departement"))
_SENDERS = {"demo-chu": "hosp_clinicien", "demo-cabinet": "medecin_traitant", "demo-ccas": "ccas"}
_DONE = [{"type": {"text": "compte rendu"}, "valueString": "mise en place faite"}]
_REASON = {"text": "plus de place"}
_BUSINESS = "http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS"
# What each partner does with its actions, in the order of the demands: the first goes to all four, the second and the
# third to one partner alone, whose answer ends the demand.
_WAYS: dict[str, tuple[tuple[dict[str, Any], ...], ...]] = {
    "ssiad": (
        (
            {"status": "received"},
            {"status": "accepted"},
            {"status": "in-progress"},
            {"status": "on-hold", "statusReason": _REASON},
        ),
        ({"status": "accepted"}, {"status": "completed", "output": _DONE}),
    ),
    "saad": (
        ({"status": "accepted"}, {"status": "completed", "output": _DONE}),
        ({"status": "rejected", "statusReason": _REASON},),
    ),
    "psy_cmp": (({"status": "accepted"}, {"status": "in-progress"}),),
    "ems_apa": (({"status": "rejected"}, {"status": "rejected", "statusReason": _REASON}),),
}
_LOOKERS = ("gestionnaire", "guichet", "ssiad", "saad", "psy_cmp", "ems_apa")
_TYPES = ("Condition", "CarePlan", "Task", "ServiceRequest", "DocumentReference")


def play(cast: Cast) -> None:
    territory = tomllib.loads((_DEMO / "territory.toml").read_text("utf-8"))
    desk = cast.gestionnaire
    for message in territory["message"]:
        sender = cast.by[_SENDERS[message["client"]]]
        body = (_DEMO / message["file"]).read_bytes()
        sender.get(f"/intake/{message['source']}")
        sender.ask("POST", f"/intake/{message['source']}", body, **{"content-type": message["media_type"]})
        sender.get(f"Task?requester={sender.party}&_sort=-authored-on")
    opened = desk.get(f"Task?owner={desk.party}&status=requested&_sort=authored-on").resources
    for intake, partners in zip(opened, (_PARTNERS, _PARTNERS[:1], _PARTNERS[1:2]), strict=False):
        _accept(cast, desk, intake, partners)
    _answer(cast)
    for name in cast.by:
        cast.by[name].get("Task?_count=50")


def _accept(cast: Cast, desk: Client, intake: dict[str, Any], partners: tuple[tuple[str, str], ...]) -> None:
    person = intake.get("for", {}).get("reference", "Patient/absent")
    desk.create(consent(person, "OPTIN", desk.party, "psychiatric"))
    plan = desk.get(f"CarePlan?patient={person}&status=draft").first()
    if plan.get("resourceType") == "CarePlan":
        desk.put(f"CarePlan/{plan['id']}", activity=[_activity(cast, *pair) for pair in partners])
    desk.put(f"Task/{intake['id']}", status="accepted")
    for role in _LOOKERS:
        for kind in _TYPES:
            cast.by[role].get(f"{kind}?patient={person}")
        cast.by[role].get(person)


def _activity(cast: Cast, domain: str, partner: str) -> dict[str, Any]:
    coding = {"system": DOMAIN, "code": domain}
    return {
        "extension": [{"url": _DOMAIN_EXTENSION, "valueCoding": coding}],
        "detail": {
            "status": "not-started",
            "code": {"coding": [coding], "text": f"Une action fictive de {domain}"},
            "performer": [{"reference": cast.party[partner]}],
        },
    }


def _answer(cast: Cast) -> None:
    """Each partner answers its actions in its own way; the hospital asks for the end of its demand."""
    for role, ways in _WAYS.items():
        partner = cast.by[role]
        asked = partner.get(f"Task?owner={partner.party}&status=requested&_sort=authored-on").resources
        for task, way in zip(asked, ways, strict=False):
            for changes in way:
                partner.put(f"Task/{task['id']}", **changes)
                if role == "psy_cmp" and changes["status"] == "accepted":
                    cast.psychiatric = partner.create(condition(task["for"]["reference"], "F20.0")).name
            partner.get(f"Task/{task['id']}/_history")
            partner.get(task["for"]["reference"])
    hospital = cast.hosp_clinicien
    for sent in hospital.get(f"Task?requester={cast.party['chu']}").resources:
        hospital.put(f"Task/{sent['id']}", statusReason={"text": "n’est plus utile"})
        wish = {"coding": [{"system": _BUSINESS, "code": "5.2"}]}
        hospital.put(f"Task/{sent['id']}", statusReason={"text": "n’est plus utile"}, businessStatus=wish)
        hospital.get(f"Task/{sent['id']}/_history")
    for role in _WAYS:
        cast.by[role].get(f"Task?owner={cast.by[role].party}&_sort=authored-on")
    partner = cast.psy_cmp
    for task in partner.get(f"Task?owner={partner.party}&status=in-progress").resources:
        partner.put(f"Task/{task['id']}", status="cancelled", statusReason=_REASON)
    for task in cast.gestionnaire.get(f"Task?owner={cast.gestionnaire.party}&_count=50").resources:
        cast.gestionnaire.get(f"Task/{task['id']}/_history")
