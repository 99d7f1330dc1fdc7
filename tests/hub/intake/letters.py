"""Messages of the three formats, written by hand. Everyone in them is invented."""

from __future__ import annotations

import json

INS_SYSTEM = "1.2.250.1.213.1.4.8"
NAME, BIRTH, INS = "EXEMPLE^ALIX^ALIX^^^^L", "19420315", "242039935012303"


def ref(
    message_id: str = "R-1",
    *,
    name: str = NAME,
    birth: str = BIRTH,
    ipp: str = "0001",
    ins: str = "",
    status: str = "QUAL",
    demand: str = "",
    application: str = "DPI",
    nte: str = "Vit seule.",
    ins_system: str = INS_SYSTEM,
    stay: str = "",
) -> bytes:
    """A hospital's demand, REF^I12. `demand`: the hospital's number of the demand; one for each message if it is left out.
    `stay`: its number of the stay during which it asks."""
    numbers = f"{ipp}^^^CHU-FICTIF^PI" + (f"~{ins}^^^ASIP-SANTE-INS-NIR&{ins_system}&ISO^INS" if ins else "")
    return _er7(
        f"MSH|^~\\&|{application}|CHU-FICTIF|MAILLAGE|DAC|20261120093000||REF^I12^REF_I12|{message_id}"
        "|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8",
        f"RF1||S|||I|{demand or f'D-{message_id}'}^CHU-FICTIF||||O^Maintien à domicile fragile",
        "PRD|RP|Lefictif^Églantine^^^Dr|||||10009999999^RPPS",
        f"PID|1||{numbers}||{name}||{birth}|F|||3 rue du Modèle^^VALOMBRE^^99123^FRA^H||^PRN^PH^^^^^^^^^0199000001"
        f"{'|' * 19}{status if ins else ''}",
        "DG1|1||R29.6^Chutes à répétition^CIM10|||F",
        *([f"PV1|1|I|CHIR^204{'|' * 16}{stay}^^^CHU-FICTIF^VN{'|' * 25}20261120081500"] if stay else []),
        f"NTE|1||{nte}",
    )


def adt(
    message_id: str = "A-1",
    event: str = "A01",
    *,
    name: str = NAME,
    birth: str = BIRTH,
    ipp: str = "0001",
    end: str = "",
    ins: str = "",
    ins_system: str = INS_SYSTEM,
    stay: str = "V-9",
) -> bytes:
    """A hospital's notice about a stay, by its own number of the person, and the INS if it is given."""
    numbers = f"{ipp}^^^CHU-FICTIF^PI" + (f"~{ins}^^^ASIP-SANTE-INS-NIR&{ins_system}&ISO^INS" if ins else "")
    return _er7(
        f"MSH|^~\\&|GAM|CHU-FICTIF|MAILLAGE|DAC|20261120083000||ADT^{event}|{message_id}|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8",
        "EVN||20261120083000||||20261120081500",
        f"PID|1||{numbers}||{name}||{birth}|F{'|' * 24 + 'QUAL' if ins else ''}",
        f"PV1|1|I|CHIR^204||||||||||||||||{stay}^^^CHU-FICTIF^VN|||||||||||||||||||||||||20261120081500|{end}",
    )


def _er7(*segments: str) -> bytes:
    return ("\r".join(segments) + "\r").encode()


def bundle(identifier: str = "B-1", *, family: str = "Exemple", reason: str = "Ne sort plus") -> bytes:
    """A practice's demand, a transaction Bundle."""
    patient = {"resourceType": "Patient", "id": "p", "name": [{"use": "usual", "family": family, "given": ["Alix"]}]}
    patient |= {"birthDate": "1942-03-15", "gender": "female"}
    request = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order"}
    request |= {"subject": {"reference": "Patient/p"}, "reasonCode": [{"text": reason}]}
    entries = [
        {"fullUrl": f"https://cabinet.example/{one['resourceType']}/{one['id']}", "resource": one}
        | {"request": {"method": "POST", "url": one["resourceType"]}}
        for one in (patient, request)
    ]
    whole = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return json.dumps(
        whole | {"identifier": {"system": "https://cabinet.example/demande", "value": identifier}}
    ).encode()


def table(*rows: tuple[str, str, str, str, str]) -> bytes:
    """A social service's table: number, family name, given name, birth date, reason."""
    lines = [("Numéro de dossier", "Nom", "Prénom", "Date de naissance", "Motif"), *rows]
    return "".join(";".join(line) + "\r\n" for line in lines).encode()


ROW = ("D-1", "Exemple", "Alix", "15/03/1942", "Ne sort plus")
