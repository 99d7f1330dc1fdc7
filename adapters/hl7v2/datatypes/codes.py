"""CE, CWE, IS and ID → Code.

Source: HL7 v2.5 §2.A.13 (CWE), table 0396 (names of coding systems), HL7 v2-to-FHIR `CWE[CodeableConcept]`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from adapters.hl7v2.datatypes.identifiers import make_uri
from adapters.hl7v2.datatypes.tables import load_tables
from adapters.hl7v2.syntax.er7 import Segment, Value
from hub.domain.referral.datatypes import Code

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
_TABLES = "http://terminology.hl7.org/CodeSystem/v2-"
_HL7_TABLE = re.compile(r"HL7-?(\d{4})")


def get_table_uri(number: str) -> str:
    """Return the URI of an HL7 table."""
    return f"{_TABLES}{number}"


def read_code(value: Value, own_table: str = "") -> Code | None:
    """Read CWE as Code: 1 code, 2 text, 3 system, 9 original text, then the same in 4 to 6 and 10 to 12; None when empty.

    `own_table`: the HL7 table that the standard binds to this field, for senders who leave component 3 out. A first component
    that has a space and is alone is a text, not a code. A code that its HL7 table does not have is the sender's own: it goes
    out without that system."""
    code_value, text, name = value.part(1), value.part(9) or value.part(2), value.part(3)
    others = tuple(other for first in (4, 10) if (other := _read_alternate(value, first)))
    if not code_value and not text:
        return replace(others[0], others=others[1:]) if others else None
    if not text and not name and " " in code_value:
        return Code(text=code_value, others=others)
    system = _get_system(name) or make_uri(value.part(14), "ISO")
    if code_value and not name and own_table:
        system = get_table_uri(own_table)
    return Code(code_value, keep_system(system, code_value) if code_value else "", text, others)


def _read_alternate(value: Value, first: int) -> Code | None:
    """Return the code of components `first` to `first` + 2."""
    code_value, text = value.part(first), value.part(first + 1)
    if not code_value:
        return Code(text=text) if text else None
    return Code(code_value, keep_system(_get_system(value.part(first + 2)), code_value), text)


def keep_system(system: str, code: str) -> str:
    """Return `system`, but "" for an HL7 table that has no such code."""
    if not system.startswith(_TABLES):
        return system
    return system if code in load_tables().get(system.removeprefix(_TABLES), ()) else ""


def read_codes(segment: Segment, number: int, own_table: str = "") -> tuple[Code, ...]:
    """Read each repetition of a field, CWE, as Code."""
    return tuple(code for value in segment.values(number) if (code := read_code(value, own_table)))


def _get_system(name: str) -> str:
    hl7_table = _HL7_TABLE.fullmatch(name)
    if hl7_table:
        return get_table_uri(hl7_table[1])
    return SYSTEMS.get(name.upper()) or (name if "://" in name else make_uri(name, "ISO"))
