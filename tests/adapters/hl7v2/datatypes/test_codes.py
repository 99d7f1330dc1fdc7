from __future__ import annotations

import pytest

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.syntax.delimiters import Syntax
from adapters.hl7v2.syntax.er7 import Value
from hub.domain.referral.datatypes import Code

V2 = "http://terminology.hl7.org/CodeSystem/v2-"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", None),
        ("^^LN", None),
        ("R54^Debility^I10", Code("R54", "http://hl7.org/fhir/sid/icd-10", "Debility")),
        (
            "8867-4^Heart rate^LN^x^y^L^^^As written",
            Code("8867-4", "http://loinc.org", "As written", (Code("x", "", "y"),)),
        ),
        ("C^Emergency^HL70131", Code("C", f"{V2}0131", "Emergency")),
        ("K^Trusted^HL70131", Code("K", "", "Trusted")),
        (
            "F32^Episode^I10^35489007^Depression^SCT^^^^X1^Local^L",
            Code(
                "F32",
                "http://hl7.org/fhir/sid/icd-10",
                "Episode",
                (Code("35489007", "http://snomed.info/sct", "Depression"), Code("X1", "", "Local")),
            ),
        ),
        ("^^^35489007^Depression^SCT", Code("35489007", "http://snomed.info/sct", "Depression")),
        ("x^y^1.2.250.1.999", Code("x", "urn:oid:1.2.250.1.999", "y")),
        ("x^y^https://example.org/cs", Code("x", "https://example.org/cs", "y")),
        ("x^y^LOCAL", Code("x", "", "y")),
        ("x^y^LOCAL^^^^^^^^^^^1.2.250.1.999", Code("x", "urn:oid:1.2.250.1.999", "y")),
        ("SPO", Code("SPO", f"{V2}0063")),
        ("SON", Code("SON")),
        ("Son of the neighbour", Code(text="Son of the neighbour")),
        ("^Son", Code(text="Son")),
    ],
)
def test_a_code_has_the_system_that_its_sender_or_the_field_names(written: str, said: Code | None) -> None:
    assert read_code(Value(written, "NK1-3", Syntax()), own_table="0063") == said
