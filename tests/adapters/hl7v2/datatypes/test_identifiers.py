from __future__ import annotations

import pytest

from adapters.hl7v2.datatypes.identifiers import read_cx, read_ei, read_pln, read_xcn_id, read_xon_id
from adapters.hl7v2.syntax.delimiters import Syntax
from adapters.hl7v2.syntax.er7 import Value
from hub.domain.referral.datatypes import Identifier

RPPS, PLACES = "ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO", "ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO"
MATRICULE = "141039935012345"


def value(written: str) -> Value:
    return Value(written, "PID-3", Syntax())


@pytest.mark.parametrize("leaf", [8, 9, 10, 11])
def test_an_ins_is_known_by_its_oid(leaf: int) -> None:
    oid = f"1.2.250.1.213.1.4.{leaf}"
    found = read_cx(value(f"{MATRICULE}^^^AUTHORITY&{oid}&ISO^INS"))
    assert found == Identifier(MATRICULE, "INS", f"urn:oid:{oid}", "AUTHORITY")


@pytest.mark.parametrize(
    ("written", "kind", "system"),
    [
        (f"{MATRICULE}^^^ASIP-SANTE-INS-NIR^INS", "INS", "urn:oid:1.2.250.1.213.1.4.8"),
        (f"{MATRICULE}^^^ELSEWHERE^INS", "NIR", ""),
        ("7^^^LOCAL^MR", "PI", ""),
        ("7^^^LOCAL&1.2.250.1.999&ISO^PI", "PI", "urn:oid:1.2.250.1.999"),
        ("7^^^LOCAL&750099999&N^PI", "PI", ""),
        ("7^^^L&0F0E0D0C-0000-0000-0000-000000000001&UUID^PI", "PI", "urn:uuid:0f0e0d0c-0000-0000-0000-000000000001"),
        ("7^^^L&https://example.org/ids&URI^XYZ", "XX", "https://example.org/ids"),
        ("7", "PI", ""),
    ],
)
def test_a_cx_has_the_kind_and_system_that_its_authority_and_type_give(written: str, kind: str, system: str) -> None:
    found = read_cx(value(written), default="PI")
    assert found
    assert (found.kind, found.system) == (kind, system)


@pytest.mark.parametrize("written", ["", "^^^LOCAL^PI", '""^^^LOCAL^PI'])
def test_an_authority_without_value_identifies_nobody(written: str) -> None:
    assert read_cx(value(written)) is None
    assert read_ei(value(written), "PLAC") is None
    assert read_pln(value(written)) is None
    assert read_xcn_id(value(written)) is None


@pytest.mark.parametrize(
    ("written", "kind", "system"),
    [
        (f"10009999999^A^B^^^^^^{RPPS}^D^^^RPPS", "RPPS", "https://rpps.esante.gouv.fr"),
        # Senders write RPPS where they send the longer national number.
        (f"810009999999^A^B^^^^^^{RPPS}^D^^^RPPS", "IDNPS", "urn:oid:1.2.250.1.71.4.2.1"),
        ("12345^A^B", "XX", ""),
    ],
)
def test_a_professional_is_known_by_the_form_of_the_number(written: str, kind: str, system: str) -> None:
    found = read_xcn_id(value(written))
    assert found
    assert (found.kind, found.system) == (kind, system)


@pytest.mark.parametrize(
    ("number", "value_", "kind"),
    [
        ("750099999", "750099999", "FINESS"),
        ("1750099999", "750099999", "FINESS"),
        ("399999999900001", "99999999900001", "SIRET"),
        ("99999999900001", "99999999900001", "SIRET"),
    ],
)
def test_a_structure_loses_the_national_prefix(number: str, value_: str, kind: str) -> None:
    found = read_xon_id(value(f"NAME^^^^^{PLACES}^FINEG^^^{number}"))
    assert found
    assert (found.value, found.kind) == (value_, kind)


def test_a_pln_says_its_type_in_its_second_component() -> None:
    assert read_pln(value("10009999999^RPPS")) == Identifier("10009999999", "RPPS", "https://rpps.esante.gouv.fr")
    assert read_pln(value("750099999^FINEG")) == Identifier("750099999", "FINESS", "https://finess.esante.gouv.fr")
    assert read_pln(value("QF1^SL^Somewhere")) == Identifier("QF1", "XX", "", "Somewhere")
