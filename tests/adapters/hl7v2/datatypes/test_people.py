from __future__ import annotations

import pytest

from adapters.hl7v2.datatypes.people import read_xads, read_xpn, read_xtns
from adapters.hl7v2.syntax.delimiters import Syntax
from adapters.hl7v2.syntax.er7 import Segment, Value
from hub.domain.referral.datatypes import Address, Name, Telecom


def segment(written: str) -> Segment:
    return Segment("PID", ("PID", written), "PID", Syntax())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("EXEMPLE^JEANNE^JEANNE MARIE ODILE^^^^L", Name("EXEMPLE", ("JEANNE", "MARIE", "ODILE"), "official")),
        ("EXEMPLE^ANNE MARIE^ANNE MARIE ODILE^^^^L", Name("EXEMPLE", ("ANNE MARIE", "ODILE"), "official")),
        ("FICTIVE^JEANNE^^^MME^^D", Name("FICTIVE", ("JEANNE",), "usual", "MME")),
        ("Sample^Otis^B", Name("Sample", ("Otis", "B"), "usual")),
        ("Own&Prefix^", Name("Own", (), "usual")),
        ("^Only", Name("", ("Only",), "usual")),
        ("^^^^^^L", None),
    ],
)
def test_a_name_has_its_use_and_each_given_name_once(written: str, name: Name | None) -> None:
    assert read_xpn(Value(written, "PID-5", Syntax())) == name


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (
            "12 Rue A^Bat B^Villefictive^^99001^FRA^H",
            Address(("12 Rue A", "Bat B"), "99001", "Villefictive", "FRA"),
        ),
        ("12 Rue A&Rue A&12^^Villefictive", Address(("12 Rue A",), city="Villefictive")),
        ("1000&Sample Lane", Address(("1000 Sample Lane",))),
        ("&Musterstraße", Address(("Musterstraße",))),
        ("^^^^^^BDL^^99350", Address(insee="99350", use="birth")),
        ("x^^^^^^H^^99350", Address(("x",), use="home")),
        ("x^^^^^^BA", Address(("x",), use="old")),
    ],
)
def test_an_address_has_its_lines_and_use(written: str, address: Address) -> None:
    assert read_xads(segment(written), 1) == (address,)


@pytest.mark.parametrize(
    ("written", "telecom"),
    [
        ("^PRN^PH^^^^^^^^^0199000001", Telecom("0199000001", "phone", "home")),
        ("^PRN^CP^^^^^^^^^0699000001", Telecom("0699000001", "phone", "mobile")),
        ("^WPN^PH^^33^1^99000001", Telecom("+33 1 99000001", "phone", "work")),
        ("(555)010-0001", Telecom("(555)010-0001", "phone", "home")),
        ("^WPN^FX^^^^^^^^^0199000002", Telecom("0199000002", "fax", "work")),
        ("^WPN^X.400^a.b@exemple.mssante.fr", Telecom("a.b@exemple.mssante.fr", "email", "work")),
        ("a@example.org^NET^Internet", Telecom("a@example.org", "email", "home")),
        ("123^^BP", Telecom("123", "other", "home")),
    ],
)
def test_a_telecom_has_its_system_and_use(written: str, telecom: Telecom) -> None:
    assert read_xtns(segment(written), 1, "home") == (telecom,)


def test_a_telecom_without_number_is_none() -> None:
    assert read_xtns(segment("^PRN^PH"), 1) == ()
