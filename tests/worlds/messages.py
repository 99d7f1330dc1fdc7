"""Messages that a party may send, drawn at random: about few persons, numbers and message ids, so that they meet."""

from __future__ import annotations

import json
from random import Random

from fhir_profiles import codes
from tests.hub.intake import letters

# Source → media type. In the worlds every party may send by each of them.
SOURCES = {
    "chu-hl7": "application/hl7-v2",
    "cabinet-fhir": "application/fhir+json",
    "ccas-csv": "text/csv",
}
_JEANNE_INS = ("000000000000097", codes.OID_INS_DEMO.removeprefix("urn:oid:"))
_INS = (("", ""), _JEANNE_INS, (letters.INS, letters.INS_SYSTEM), ("242039935012404", letters.INS_SYSTEM))
# Of Jeanne of the scenes, whose words are the first ones; of two others who contradict her and each other.
_TRAITS = (
    {"name": "zq0000z^zq0001z^zq0001z zq0002z^^^^L", "birth": "19380203"},
    {"name": "EXEMPLE^ALIX^ALIX^^^^L", "birth": "19420315"},
    {"name": "INCONNU^ZOE^ZOE^^^^L", "birth": "19500101"},
)
_OWN_NUMBERS = ("0001", "0001", "0002")
_STAYS = ("", "V-9", "V-9", "V-7")
_DEMANDS = ("", "D-1", "D-2")
_EVENTS = ("A01", "A01", "A03", "A11", "A08")


def draw_message(draw: Random) -> tuple[str, str]:
    """(source, text) of a message."""
    source = draw.choice(("chu-hl7", "chu-hl7", "chu-hl7", "cabinet-fhir", "ccas-csv"))
    traits, message_id = draw.choice(_TRAITS), f"M-{draw.randrange(4)}"
    number, system = draw.choice(_INS)
    if source == "cabinet-fhir":
        return source, _write_bundle(draw, traits, message_id, (number, system))
    if source == "ccas-csv":
        family, given = traits["name"].split("^")[:2]
        born = "/".join((traits["birth"][6:], traits["birth"][4:6], traits["birth"][:4]))
        dossier = draw.choice(_OWN_NUMBERS)
        return source, letters.table((dossier, family, given, born, draw.choice(("motif", "autre")))).decode()
    who = {**traits, "ins": number, "ins_system": system, "ipp": draw.choice(_OWN_NUMBERS), "stay": draw.choice(_STAYS)}
    if draw.random() < 0.5:
        return source, letters.ref(message_id, **who, demand=draw.choice(_DEMANDS)).decode()
    event = draw.choice(_EVENTS)
    end = "20261120091500" if event == "A03" else ""
    return source, letters.adt(message_id, event, **who, end=end).decode()


def _write_bundle(draw: Random, traits: dict[str, str], identifier: str, ins: tuple[str, str]) -> str:
    family, given = traits["name"].split("^")[:2]
    bundle = json.loads(letters.bundle(identifier, family=family, reason=draw.choice(("motif", "autre"))))
    patient = bundle["entry"][0]["resource"]
    patient["name"][0]["given"] = [given]
    patient["birthDate"] = "-".join((traits["birth"][:4], traits["birth"][4:6], traits["birth"][6:]))
    if ins[0]:
        patient["identifier"] = [{"use": "official", "system": f"urn:oid:{ins[1]}", "value": ins[0]}]
    return json.dumps(bundle)
