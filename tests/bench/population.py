"""A fictitious territory of any size: organisations, persons, their circles and their Tasks. Pure.

Everything follows from a number, so two runs have the same rows. Each person has a circle of three organisations and five
Tasks; each organisation owns as many Tasks as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_profiles import codes

ORGANISATIONS, CIRCLE, TASKS_EACH = 200, 3, 5
# One person has a long record, for those who ask for the whole of it.
LONG, GOALS = 0, 290
# One role an organisation, in turn: some see their Tasks by grant, others because they own them.
ROLES = ("ssiad", "saad", "medecin_traitant", "ccas")
_STATUSES = ("accepted", "in-progress", "accepted", "completed", "in-progress")
_FAMILIES = ("Essai", "Exemple", "Modèle", "Fictif", "Maquette", "Témoin", "Figurant")
_GIVENS = ("Alix", "Camille", "Claude", "Dominique", "Maxence", "Sacha", "Yaël")


def role_of(organisation: int) -> str:
    """The role of an organisation's client."""
    return ROLES[organisation % len(ROLES)]


def name_of(organisation: int) -> str:
    """The reference of an organisation."""
    return f"Organization/org-{organisation:04d}"


def directory() -> Iterator[dict[str, Any]]:
    """The organisations."""
    for number in range(ORGANISATIONS):
        yield {
            "resourceType": "Organization",
            "id": name_of(number).partition("/")[2],
            "active": True,
            "identifier": [{"system": codes.FINESS, "value": f"99{number:07d}"}],
            "name": f"Structure fictive {number}",
        }


def circle_of(person: int) -> list[int]:
    """The organisations around a person: three different ones, evenly spread."""
    return [(person + turn * 67) % ORGANISATIONS for turn in range(CIRCLE)]


def patient(person: int) -> dict[str, Any]:
    """One person."""
    family, given = _FAMILIES[person % len(_FAMILIES)], _GIVENS[person // 7 % len(_GIVENS)]
    return {
        "resourceType": "Patient",
        "id": f"pat-{person:06d}",
        "identifier": [{"system": "https://maillage.example/registre", "value": f"R{person:08d}"}],
        "name": [{"use": "usual", "family": f"{family}-{person}", "given": [given]}],
        "telecom": [{"system": "phone", "value": f"+3363998{person % 10_000:04d}"}],
        "gender": ("female", "male")[person % 2],
        "birthDate": f"{1930 + person % 40}-{1 + person % 12:02d}-{1 + person % 28:02d}",
        "address": [{"line": [f"{person % 90} rue des Essais"], "city": "Villefictive", "postalCode": "99999"}],
    }


def team(person: int) -> dict[str, Any]:
    """The person's circle."""
    members = [
        {"member": {"reference": name_of(number)}, "period": {"start": "2026-01-05T08:00:00+00:00"}}
        for number in circle_of(person)
    ]
    subject = {"reference": f"Patient/{patient(person)['id']}"}
    return {
        "resourceType": "CareTeam",
        "id": f"team-{person:06d}",
        "status": "active",
        "subject": subject,
        "participant": members,
    }


def tasks(person: int) -> Iterator[dict[str, Any]]:
    """The person's Tasks: those of the circle ask each other."""
    circle = circle_of(person)
    for turn in range(TASKS_EACH):
        number = person * TASKS_EACH + turn
        owner, requester = circle[number % CIRCLE], circle[(number + 1) % CIRCLE]
        day = f"2026-{1 + number // 28 % 10:02d}-{1 + number % 28:02d}"
        yield {
            "resourceType": "Task",
            "id": f"task-{number:07d}",
            "identifier": [{"system": "https://maillage.example/actions", "value": f"A{number:08d}"}],
            "status": _STATUSES[turn],
            "intent": "order",
            "priority": ("routine", "urgent")[number % 2],
            "code": {"coding": [{"system": codes.TASK_CODE, "code": "fulfill"}]},
            "description": f"Passage à domicile, action fictive numéro {number}",
            "for": {"reference": f"Patient/pat-{person:06d}"},
            "authoredOn": f"{day}T{8 + number % 9:02d}:{number % 60:02d}:00+01:00",
            "lastModified": f"{day}T{8 + number % 9:02d}:{number % 60:02d}:00+01:00",
            "requester": {"reference": name_of(requester)},
            "owner": {"reference": name_of(owner)},
            "restriction": {"period": {"end": f"{day}T20:00:00+01:00"}},
            "note": [{"text": "Sonner deux fois ; la voisine a un double des clés. Texte fictif."}],
        }


def goals(person: int) -> Iterator[dict[str, Any]]:
    """What makes a record long; of most persons nothing."""
    for number in range(GOALS if person == LONG else 0):
        yield {
            "resourceType": "Goal",
            "id": f"goal-{person:06d}-{number:03d}",
            "lifecycleStatus": "active",
            "description": {"text": f"Objectif fictif numéro {number}"},
            "subject": {"reference": f"Patient/pat-{person:06d}"},
            "startDate": f"2026-{1 + number % 10:02d}-{1 + number % 28:02d}",
        }


def daily_notes(person: int, count: int) -> Iterator[dict[str, Any]]:
    """The notes of `count` days about a person."""
    for number in range(count):
        yield {
            "resourceType": "Communication",
            "id": f"note-{person:06d}-{number:05d}",
            "status": "completed",
            "subject": {"reference": f"Patient/pat-{person:06d}"},
            "payload": [{"contentString": f"Passage fictif du jour {number}, rien à signaler."}],
        }


def demand(person: int, requester: int, owner: int) -> dict[str, Any]:
    """A transaction in which `requester` asks `owner` for something about a person: a ServiceRequest and its Task."""
    about, request = {"reference": f"Patient/pat-{person:06d}"}, "urn:uuid:00000000-0000-4000-8000-000000000001"
    parties = {"requester": {"reference": name_of(requester)}}
    resources = {
        request: {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "code": {"text": "Passage à domicile"},
            "subject": about,
        },
        f"{request[:-1]}2": {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [{"system": codes.TASK_CODE, "code": "fulfill"}]},
            "focus": {"reference": request},
            "for": about,
            "owner": {"reference": name_of(owner)},
        },
    }
    entries = [
        {
            "fullUrl": url,
            "resource": resource | parties,
            "request": {"method": "POST", "url": resource["resourceType"]},
        }
        for url, resource in resources.items()
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def notes(person: int, count: int) -> dict[str, Any]:
    """A transaction that writes `count` notes about a person."""
    about = {"reference": f"Patient/pat-{person:06d}"}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
                "resource": {
                    "resourceType": "Communication",
                    "status": "completed",
                    "subject": about,
                    "payload": [{"contentString": f"Passage fictif numéro {number}, rien à signaler."}],
                },
                "request": {"method": "POST", "url": "Communication"},
            }
            for number in range(count)
        ],
    }
