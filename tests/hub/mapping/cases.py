"""Referrals written by hand, each in the manner of one door. Everyone in them is invented."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from fhir_profiles import codes
from hub.domain.referral.clinical import Allergy, Attachment, Diagnosis, Measure, Procedure, Stay
from hub.domain.referral.datatypes import Address, Code, Identifier, Name, Telecom
from hub.domain.referral.message import Agreement, Cover, Header, Movement, Referral
from hub.domain.referral.people import Person, Professional, Relative
from hub.mapping import Document, MappingContext

RAW = b"MSH|^~\\&|a message as it came"
RPPS = Identifier("10001234567", "RPPS", codes.RPPS)
FINESS = Identifier("990001234", "FINESS", codes.FINESS)
_RELATION = codes.NOS + "TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode"
_HEALTH_PROFESSION = codes.NOS + "TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"


def counter() -> Callable[[str], str]:
    """Ids that say their type and rank: `task-1`."""
    given: dict[str, int] = {}

    def new_id(type_: str) -> str:
        given[type_] = given.get(type_, 0) + 1
        return f"{type_.lower()}-{given[type_]}"

    return new_id


def context(**changes: object) -> MappingContext:
    """The desk of a fictitious territory receiving from its hospital."""
    received = MappingContext(
        source="chu-hl7",
        requester="Organization/chu",
        desk="Organization/dac",
        desk_service="HealthcareService/guichet",
        received="2026-11-20T09:30:00+01:00",
        now="2026-11-20T09:30:01.250000+01:00",
        document=Document(RAW, "x-application/hl7-v2+er7", hashlib.sha256(RAW).hexdigest()),
        new_id=counter(),
        directory={f"{codes.FINESS}|990001234": "Organization/ssiad"},
    )
    return replace(received, **changes)


def kevin() -> Referral:
    """`docs/domain.md` §1.14: a young man referred by his institute."""
    return Referral(
        header=Header("ime-2026-1", "Bundle", "2026-11-20T08:00:00+01:00", "IME des Tilleuls"),
        person=Person(
            names=(Name("Moreau", ("Kevin",)),),
            birth_date="2003-05-14",
            gender="male",
            addresses=(Address(("3 rue Neuve",), "35000", "Rennes"),),
        ),
        reason="Douze stages en ESAT sans issue",
        notes=("Souhaite « travailler chez Mac Donald »",),
        relatives=(Relative((Name("Moreau", ("Claire",)),), Code("MTH", _RELATION), ("caregiver", "emergency")),),
        measures=(
            Measure(Code("social-situation", codes.OBSERVATION), "vit chez ses parents"),
            Measure(Code(text="Ponctualité"), "à travailler", at="2026-10"),
        ),
        agreements=(Agreement("permit", "referral", "2026-11-19", "Kevin Moreau", "d'accord à l'oral"),),
        tags=("handicap", "ESAT"),
    )


def ref_i12() -> Referral:
    """A hospital's REF^I12 for an older woman, identity qualified."""
    doctor = Professional(
        "referring",
        (Name("Martin", ("Anne",), prefix="Dr"),),
        (RPPS,),
        Code("10", _HEALTH_PROFESSION),
        "CHU fictif",
    )
    return Referral(
        header=Header("MSG00042", "REF^I12", "2026-11-20T09:29:58+01:00", "CHU-FICTIF"),
        person=Person(
            names=(Name("LEFEBVRE", ("JEANNE", "MARIE"), "official"), Name("DUPONT", ("Jeanne",), prefix="Mme")),
            identifiers=(
                Identifier("279035121518989", "INS", codes.OID_INS_TEST),
                Identifier("000897406", "PI", "", "CHU-FICTIF"),
            ),
            birth_date="1935-08-15",
            gender="female",
            addresses=(
                Address(("4 allée des Ormes", "Bât. B"), "35200", "Rennes", "FRA"),
                Address(city="Ambléon", insee="01006", use="birth"),
            ),
            telecoms=(Telecom("0299000000", use="home"), Telecom("x@patient.mssante.fr", "email")),
            identity_status="QUAL",
            marital_status=Code("W", "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"),
        ),
        status="pending",
        priority="asap",
        categories=(Code("I", "http://terminology.hl7.org/CodeSystem/v2-0284"),),
        reason="Retour à domicile fragile",
        reason_codes=(Code("R26.2", "http://hl7.org/fhir/sid/icd-10", "Marche difficile"),),
        placer=Identifier("RF-7710", "PLAC"),
        filler=Identifier("EXT-1", "FILL", "urn:oid:1.2.3.4"),
        authored="2026-11-20",
        start="2026-11-21",
        end="2026-12-21",
        relatives=(Relative((Name("Dupont", ("Paul",)),), None, ("trusted", "next-of-kin"), (Telecom("0600000000"),)),),
        professionals=(
            doctor,
            Professional("primary", (Name("Petit", ("Luc",)),), (Identifier("810009876543", "IDNPS"),)),
            Professional("referred-to", (Name("Guichet"),), organisation="DAC"),
        ),
        diagnoses=(
            Diagnosis(Code("F32.1", "http://hl7.org/fhir/sid/icd-10", "Épisode dépressif"), "provisional"),
            Diagnosis(Code("S72.0", "http://hl7.org/fhir/sid/icd-10", "Fracture du col"), "confirmed", "2026-10-30"),
        ),
        allergies=(Allergy(Code(text="Pénicilline"), "DA", "SV", "Urticaire", "1990"),),
        procedures=(Procedure(Code("NEKA020", "", "Prothèse de hanche"), "2026-10-31"),),
        measures=(
            Measure(
                Code("29463-7", codes.LOINC),
                number="52.50",
                unit=Code("kg", codes.UCUM),
                at="2026-11-19T08:00:00+01:00",
            ),
            Measure(Code("MED-346", codes.MED), coded=Code("MED-341", codes.MED, "GIR 3")),
            Measure(Code(text="Chutes"), number="3 par mois", unit=Code(text="par mois")),
        ),
        covers=(Cover("CPAM 35", Code(text="Régime général"), "279035121518989", "G1", "2020-01-01"), Cover()),
        stay=Stay(
            "I",
            Identifier("VN-77", "VN"),
            Identifier("AN-12", "AN"),
            "Gériatrie, chambre 12",
            "2026-10-30T11:00:00+01:00",
            expected_end="2026-11-25",
            reason=Code(text="Chute"),
            professionals=(replace(doctor, function="attending"),),
        ),
        attachments=(
            Attachment(b"%PDF-1.4 fiction", "application/pdf", "Lettre de liaison", Code("11490-0", codes.LOINC)),
        ),
        services_in_place=(
            Professional("referent", organisation="SSIAD fictif", organisation_identifiers=(FINESS,)),
            Professional("referent", (), organisation="Portage de repas", telecoms=(Telecom("0211000000"),)),
        ),
    )


def csv_row() -> Referral:
    """The least that a municipal service's table gives."""
    return Referral(
        header=Header("42", "row"),
        person=Person(
            names=(Name("Bernard", ("Ali",)),),
            identifiers=(Identifier("1234567", "CAF"), Identifier("1850578006084", "NIR")),
        ),
    )


def withdrawn() -> Referral:
    """A demand that its sender gives as expired, and the person refuses to share."""
    return replace(csv_row(), status="expired", agreements=(Agreement("deny", "sharing"),))


def movement(event: str, **changes: object) -> Movement:
    """An ADT notice."""
    ended = "2026-11-20T09:00:00+01:00" if event == "discharge" else ""
    told = Movement(
        header=Header("ADT-9", "ADT^A01" if event == "admit" else "ADT^A03", "2026-11-20T09:29:00+01:00"),
        person=Person(names=(Name("LEFEBVRE", ("JEANNE",), "official"),)),
        event=event,
        stay=Stay("I", Identifier("VN-77", "VN"), start="2026-11-18T11:00:00+01:00", end=ended, location="Urgences"),
        professionals=(Professional("attending", (Name("Martin", ("Anne",)),), (RPPS,)),),
    )
    return replace(told, **changes)


def followed(**changes: object) -> MappingContext:
    """The context of a notice about someone who is followed."""
    known = {"patient": "Patient/jeanne", "care_manager": "PractitionerRole/cm", "care_plan": "CarePlan/p1"}
    return context(**{**known, **changes})


REFERRALS = {
    "kevin": (kevin, context),
    "ref-i12": (ref_i12, context),
    "ref-i12-known": (ref_i12, lambda: context(patient="Patient/jeanne", draft_plan=False)),
    "csv-row": (csv_row, lambda: context(source="ccas-csv", requester="Organization/ccas", desk_service="")),
    "withdrawn": (withdrawn, context),
}
MOVEMENTS = {
    "admission": (lambda: movement("admit"), followed),
    "discharge": (lambda: movement("discharge"), lambda: followed(encounter="Encounter/known")),
    "admission-cancelled": (lambda: movement("admit", cancelled=True), lambda: followed(encounter="Encounter/known")),
}
