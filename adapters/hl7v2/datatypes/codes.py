"""CE, CWE, IS and ID → Code.

Source: HL7 v2.5 §2.A.13 (CWE), table 0396 (names of coding systems), HL7 v2-to-FHIR `CWE[CodeableConcept]`.
"""

from __future__ import annotations

import re

from adapters.hl7v2.datatypes.identifiers import make_uri
from adapters.hl7v2.syntax.er7 import Segment, Value
from hub.domain.referral import Code

SYSTEMS = {
    "LN": "http://loinc.org",
    "SCT": "http://snomed.info/sct",
    "SNOMED-CT": "http://snomed.info/sct",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "CIM10": "http://hl7.org/fhir/sid/icd-10",
    "CIM-10": "http://hl7.org/fhir/sid/icd-10",
    "I10C": "http://hl7.org/fhir/sid/icd-10-cm",
    "I9": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9C": "http://hl7.org/fhir/sid/icd-9-cm",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ISO639": "urn:ietf:bcp:47",
    "UCUM": "http://unitsofmeasure.org",
    "ATC": "http://www.whocc.no/atc",
    "WC": "http://www.whocc.no/atc",
}
_HL7_TABLE = re.compile(r"HL7-?(\d{4})")


def get_table_uri(number: str) -> str:
    """Return the URI of an HL7 table."""
    return f"http://terminology.hl7.org/CodeSystem/v2-{number}"


def read_code(value: Value, own_table: str = "") -> Code | None:
    """CWE[Code]: 1 code, 2 text, 3 system, 9 original text; None when empty.

    `own_table`: the HL7 table that the standard binds to this field, for senders who leave component 3 out. A first
    component that has a space and is alone is a text, not a code."""
    code_value, text, name = value.part(1), value.part(9) or value.part(2), value.part(3)
    if not code_value and not text:
        return None
    if not text and not name and " " in code_value:
        return Code(text=code_value)
    system = _get_system(name) or make_uri(value.part(14), "ISO")
    if code_value and not name and own_table:
        system = get_table_uri(own_table)
    return Code(code=code_value, system=system if code_value else "", text=text)


def read_codes(segment: Segment, number: int, own_table: str = "") -> tuple[Code, ...]:
    """CWE[Code] for each repetition of a field."""
    return tuple(code for value in segment.values(number) if (code := read_code(value, own_table)))


def _get_system(name: str) -> str:
    hl7_table = _HL7_TABLE.fullmatch(name)
    if hl7_table:
        return get_table_uri(hl7_table[1])
    return SYSTEMS.get(name.upper()) or (name if "://" in name else make_uri(name, "ISO"))
