import pytest

from fhir_profiles import codes
from hub.domain.referral.datatypes import Identifier
from hub.mapping.identifiers import (
    build_local_identifier,
    build_person_identifiers,
    format_professional_token,
    format_structure_token,
)
from tests.hub.mapping.cases import context

MATRICULE = Identifier("279035121518989", "INS", codes.OID_INS_NIR)


def test_only_a_qualified_identity_circulates_the_matricule():
    [qualified] = build_person_identifiers([MATRICULE], "QUAL", context())
    assert (qualified["system"], qualified["use"]) == (codes.OID_INS_NIR, "official")
    assert qualified["type"]["coding"] == [{"system": codes.FR_IDENTIFIER_TYPE, "code": "INS-NIR"}]
    assert "assigner" not in qualified


@pytest.mark.parametrize("status", ["", "PROV", "VALI", "RECUP"])
def test_otherwise_it_is_a_number_that_its_sender_holds(status):
    [held] = build_person_identifiers([MATRICULE], status, context())
    assert (held["system"], held["use"], held["value"]) == (codes.UNQUALIFIED_NIR, "temp", MATRICULE.value)
    assert held["assigner"] == {"reference": "Organization/chu"}


@pytest.mark.parametrize("number", [Identifier("1", "NIR", codes.OID_INS_NIR), Identifier("1", "INS", "urn:oid:1.2")])
def test_a_nir_or_an_unknown_authority_is_no_ins_even_when_qualified(number):
    [held] = build_person_identifiers([number], "QUAL", context())
    assert held["system"] == codes.UNQUALIFIED_NIR


def test_a_local_number_without_system_gets_the_sources_own_and_names_its_holder():
    one = build_local_identifier(Identifier("7", assigner="CHU"), "PI", context())
    other = build_local_identifier(Identifier("7"), "PI", context(source="ccas-csv"))
    assert one["system"] != other["system"]
    assert one["assigner"] == {"reference": "Organization/chu", "display": "CHU"}


def test_an_empty_number_is_none():
    assert build_person_identifiers([Identifier(" ", "PI"), Identifier("", "INS")], "QUAL", context()) == []


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (Identifier("810001234567", "IDNPS"), (codes.RPPS, "10001234567")),
        (Identifier("0351234567", "IDNPS"), (codes.ADELI, "351234567")),
        (Identifier("399", "IDNPS"), (codes.OID_IDNPS, "399")),
        (Identifier("10001234567", "RPPS"), (codes.RPPS, "10001234567")),
        (Identifier("351234567", "ADELI"), (codes.ADELI, "351234567")),
        (Identifier("9", "PI"), None),
        (Identifier("", "RPPS"), None),
    ],
)
def test_the_national_number_of_a_professional(number, found):
    assert format_professional_token([number]) == found


def test_a_structure_is_known_by_finess_or_siret_only():
    assert format_structure_token([Identifier("x", "PI"), Identifier("1", "SIRET")]) == (codes.SIRET, "1")
    assert format_structure_token([Identifier("x", "PI")]) is None
