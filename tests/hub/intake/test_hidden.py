"""A document that its sender hides is refused with the reason, never shown (ANS: MASQUE_PS, INVISIBLE_PATIENT)."""

import json

import pytest

from adapters.hl7v2 import adapter
from tests.hub.intake import letters
from tests.hub.intake.test_narrow import SENDER

LETTER = "OBX|1|FT|34133-9^Lettre^LN||Une lettre fictive||||||F"


def send(intake, *segments):
    more = "".join(f"{segment}\r" for segment in segments).encode()
    return intake.send(SENDER, letters.ref().replace(b"NTE|1", more + b"NTE|1")).body.decode()


@pytest.mark.parametrize(
    ("flag", "code"),
    [
        (
            "OBX|2|CWE|MASQUE_PS^Masqué aux professionnels de Santé^MetaDMPMSS||Y^^HL70136||||||F",
            "hidden-from-professionals",
        ),
        ("OBX|2|CE|INVISIBLE_PATIENT^Document Non Visible par le patient^MetaDMPMSS||Y||||||F", "hidden-from-person"),
        ("OBX|2|CE|X^X^L^INVISIBLE_PATIENT^^MetaDMPMSS||O||||||F", "hidden-from-person"),
        ("OBX|2|CE|INVISIBLE_REP_LEGAUX^^MetaDMPMSS||Y||||||F", "hidden-from-representatives"),
    ],
)
def test_a_14_a_hidden_document_is_refused_with_the_reason(intake, flag, code):
    answer = send(intake, LETTER, flag)
    assert "MSA|AE" in answer
    assert code in answer
    assert not intake.names("DocumentReference")


def test_a_14_flags_that_say_no_hide_nothing(intake):
    answer = send(intake, LETTER, "OBX|2|CWE|MASQUE_PS^Masqué^MetaDMPMSS||N^^HL70136||||||F")
    assert "MSA|AA" in answer


def test_a_14_put_back_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(adapter, "refuse_hidden", lambda message: None)
    with pytest.raises(AssertionError):
        test_a_14_a_hidden_document_is_refused_with_the_reason(
            intake, "OBX|2|CE|INVISIBLE_PATIENT^^MetaDMPMSS||Y||||||F", "hidden-from-person"
        )


@pytest.mark.parametrize(
    ("flag", "code"), [("MASQUE_PS", "hidden-from-professionals"), ("INVISIBLE_PATIENT", "hidden-from-person")]
)
def test_a_14_a_hidden_document_of_fhir_is_refused(intake, flag, code):
    bundle = json.loads(letters.bundle())
    document = {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "subject": {"reference": "Patient/p"},
        "securityLabel": [
            {"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_A07/FHIR/TRE-A07", "code": flag}]}
        ],
        "content": [{"attachment": {"contentType": "text/plain", "data": "RXhlbXBsZQ=="}}],
    }
    bundle["entry"].append(
        {
            "fullUrl": "https://cabinet.example/DocumentReference/d",
            "resource": document,
            "request": {"method": "POST", "url": "DocumentReference"},
        }
    )
    answer = intake.send("medecin_traitant", json.dumps(bundle).encode())
    assert answer.status == 422
    assert code in {problem.code for problem in answer.problems}
