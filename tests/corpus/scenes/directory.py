"""The directory, forms and documents: what is of no person, and the Binary of a document."""

from __future__ import annotations

from base64 import b64encode

from tests.corpus import bodies
from tests.corpus.cast import Cast

_VARIABLES = [
    "coherence",
    "orientation",
    "toilette",
    "habillage",
    "alimentation",
    "elimination",
    "transferts",
    "interieur",
]


def play(cast: Cast) -> None:
    desk = cast.gestionnaire
    for client in (desk, cast.ccas, cast.guichet):
        for resource in (
            {"resourceType": "Organization", "name": "Structure fictive", "partOf": {"reference": desk.party}},
            {"resourceType": "Location", "name": "Lieu fictif", "managingOrganization": {"reference": client.party}},
            {"resourceType": "Questionnaire", "status": "draft", "title": "Questions d’exemple"},
        ):
            made = client.create(resource)
            client.put(made.name, language="fr")
            client.get(f"{made.name}/_history")
    doctor, document = cast.medecin_traitant, cast.made.get("DocumentReference", "DocumentReference/absent")
    binary = {
        "resourceType": "Binary",
        "contentType": "text/plain",
        "securityContext": {"reference": document},
        "data": b64encode("Un texte fictif, écrit à la main.".encode()).decode(),
    }
    made = doctor.create(binary)
    for client in (doctor, cast.gestionnaire, cast.saad, cast.personne):
        client.get(made.name)
        client.get(made.name, accept="text/plain")
        client.get(made.name, accept="application/fhir+xml")
        client.get(document)
    doctor.create({key: value for key, value in binary.items() if key != "securityContext"})
    doctor.create(binary | {"data": "not base64"})
    answers = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": f"{bodies.OURS}/Questionnaire/aggir",
        "subject": {"reference": cast.jeanne},
        "authored": "2026-11-20T10:00:00+01:00",
    }
    for letters in ("ABCABCAB", "AAAAAAAA", "CCCCCCCC", "CABBCABD"):
        items = [
            {"linkId": variable, "answer": [{"valueString": letter}]}
            for variable, letter in zip(_VARIABLES, letters, strict=True)
        ]
        for client in (cast.ems_apa, doctor):
            client.create(answers | {"item": items, "author": {"reference": client.party}})
    cast.ems_apa.get(f"Observation?patient={cast.jeanne}&_sort=-_lastUpdated&_count=5")
