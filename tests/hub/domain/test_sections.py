"""Places and their bits: fixed, few, and named once."""

from __future__ import annotations

import pytest

from fhir_profiles.codes import ACTIVITY_DOMAIN, SECTION
from fhir_profiles.definitions import load_codes
from hub.domain.config_pages import PageError
from hub.domain.sections import ALONE, load_sections, read_sections

ONE = """
[domains]
sante = "medical"
[[section]]
name = "medical"
column = "MED"
french = "Santé"
extracts = { flags = "x", titles = "y" }
[[section]]
name = "own"
french = "À soi"
extracts = {}
"""


def test_each_place_is_one_bit_in_the_order_of_the_file() -> None:
    found = read_sections(ONE)
    assert found.bits == {"medical": 1, "medical.flags": 2, "medical.titles": 4, "own": 8}
    assert found.whole("medical") == 7
    assert found.places(["medical.titles", "own"]) == 12
    assert found.names(12) == ["medical.titles", "own"]
    assert found.domains == {"sante": 1}
    assert found["own"].extracts == {}


def test_the_entry_is_the_first_extract_or_the_detail() -> None:
    found = read_sections(ONE)
    assert found.entry("medical") == found.place("medical.flags")
    assert found.entry("own") == found.place("own")


@pytest.mark.parametrize(
    "ask", [lambda s: s.place("x"), lambda s: s["x"], lambda s: s.whole("x"), lambda s: s.entry("x")]
)
def test_an_unknown_place_is_an_error(ask: object) -> None:
    with pytest.raises(KeyError):
        ask(read_sections(ONE))  # type: ignore[operator]


def _many(count: int) -> str:
    section = '[[section]]\nname = "s%d"\nfrench = "s"\nextracts = {}\n'
    return "".join(section % rank for rank in range(count)) + "[domains]\n"


def test_sixty_places_and_no_more() -> None:
    assert len(read_sections(_many(60)).bits) == 60
    with pytest.raises(ValueError, match="61 places are more than 60"):
        read_sections(_many(61))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (_many(1) + _many(1).replace("[domains]\n", ""), "section: named twice: s0"),
        (ONE.replace('name = "own"', 'name = "medical.flags"'), r"section: named twice: medical\.flags"),
        (ONE.replace('sante = "medical"', 'sante = "inconnu"'), r"domains\.sante: unknown section inconnu"),
        (ONE.replace('french = "Santé"', 'frensh = "Santé"'), r"section\.0\.frensh: unknown key"),
        (ONE.replace("extracts = {}", ""), r"section\.1\.extracts: Missing data"),
        ("", "domains: Missing data"),
    ],
)
def test_a_wrong_page_stops_start_up_and_names_the_place(text: str, fault: str) -> None:
    with pytest.raises(PageError, match=rf"^sections\.toml: .*{fault}"):
        read_sections(text)


def test_the_bits_of_the_territory_leave_room_for_the_one_that_nobody_has() -> None:
    found = load_sections()
    assert max(found.bits.values()) < ALONE < 1 << 62
    assert not found.limited & ~(found.whole("goals") | found.whole("activities") | found.whole("assessments"))
    assert all(bit.bit_count() == 1 for bit in found.bits.values())
    assert len(set(found.bits.values())) == len(found.bits)


def test_the_columns_of_the_default_policy_come_first_in_its_order() -> None:
    columns = [column for section in load_sections().all for column in (section.own_column, section.column) if column]
    order = "ID CT ADM SOC LOG FIN FUN MED PSY RX AID GOA ACT TOW TOT NOT EVA CON AUD"
    assert columns[: len(order.split())] == order.split()


def test_every_domain_of_the_code_system_has_its_bit() -> None:
    assert tuple(load_sections().domains) == load_codes()[ACTIVITY_DOMAIN]


def test_a_consent_can_name_every_section_of_the_policy() -> None:
    assert tuple(section.name for section in load_sections().all if section.column) == load_codes()[SECTION]
