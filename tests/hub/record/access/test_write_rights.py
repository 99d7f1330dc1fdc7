"""Where an actor may write (`docs/parts.md` 12, 13)."""

from __future__ import annotations

import pytest

from hub.domain.policy import ALL_DOMAINS
from hub.domain.sections import ALONE, load_sections
from hub.record.access.write_rights import (
    WriteRights,
    build_registration_rights,
    find_stakes,
    is_desk,
    load_write_rights,
)
from hub.slices import Place, get_reference_rid
from tests.territory import PERSON, Territory, request

PLACES = load_sections()
MEDICAL, PSYCHIATRIC, TITLES = PLACES.place("medical"), PLACES.place("psychiatric.safety"), PLACES.place("tasks.titles")


def pen(*lines: tuple[int, int, int, int]) -> WriteRights:
    return WriteRights(lines, "Organization/x")


def at(own: int, *more: int, domain: int = 0) -> Place:
    """A place of its own, and what its targets and labels add."""
    needs = own
    for one in more:
        needs |= one
    return Place(needs, own, domain, own=own)


def test_without_a_grant_nothing_is_written() -> None:
    assert not pen().may_write(at(MEDICAL), staked=False)
    assert not pen().may_write(at(MEDICAL), staked=True)


def test_ones_place_is_written_and_what_is_added_to_it_seen() -> None:
    writes_medical = pen((ALL_DOMAINS, MEDICAL | PSYCHIATRIC, MEDICAL, 0))
    assert writes_medical.may_write(at(MEDICAL), staked=False)
    assert writes_medical.may_write(at(MEDICAL, PSYCHIATRIC), staked=False)
    assert not writes_medical.may_write(at(PSYCHIATRIC), staked=False)
    blind = pen((ALL_DOMAINS, MEDICAL, MEDICAL, 0))
    assert not blind.may_write(at(MEDICAL, PSYCHIATRIC), staked=False)
    assert not blind.may_write(at(MEDICAL, ALONE), staked=False)


def test_one_line_must_do_it_alone() -> None:
    two = pen((ALL_DOMAINS, MEDICAL, MEDICAL, 0), (ALL_DOMAINS, PSYCHIATRIC, 0, 0))
    assert not two.may_write(at(MEDICAL, PSYCHIATRIC), staked=False)


def test_a_domain_limits() -> None:
    limited = pen((0b01, MEDICAL, MEDICAL, 0))
    assert limited.may_write(at(MEDICAL), staked=False)
    assert limited.may_write(at(MEDICAL, domain=0b01), staked=False)
    assert not limited.may_write(at(MEDICAL, domain=0b11), staked=False)


def test_a_stake_writes_ones_own_and_nothing_without_it() -> None:
    own = pen((ALL_DOMAINS, 0, 0, TITLES))
    assert own.may_write(at(TITLES, PSYCHIATRIC), staked=True)
    assert not own.may_write(at(TITLES), staked=False)
    assert not own.may_write(at(MEDICAL), staked=True)


def test_a_place_that_does_not_say_its_own_asks_for_all() -> None:
    stored = Place(MEDICAL | PSYCHIATRIC, MEDICAL)
    assert not pen((ALL_DOMAINS, MEDICAL | PSYCHIATRIC, MEDICAL, 0)).may_write(stored, staked=False)
    assert pen((ALL_DOMAINS, MEDICAL | PSYCHIATRIC, MEDICAL | PSYCHIATRIC, 0)).may_write(stored, staked=False)


def test_the_spine_is_written_by_who_writes_what_the_type_is_seen_by() -> None:
    titles, detail = PLACES.place("goals.titles"), PLACES.place("goals")
    writer = pen((ALL_DOMAINS, titles | detail, detail, 0))
    assert not writer.may_write_core("Goal", [at(titles), at(detail)], staked=False)
    assert writer.may_write_core("Goal", [at(detail)], staked=False)
    whole = pen((ALL_DOMAINS, titles | detail, titles | detail, 0))
    assert whole.may_write_core("Goal", [at(titles), at(detail)], staked=False)
    assert whole.may_write_core("Coverage", [at(detail)], staked=False)
    assert not pen().may_write_core("Goal", [], staked=True)


@pytest.mark.parametrize(("role", "writes"), [("medecin_traitant", True), ("ssiad", False)])
def test_the_pen_of_a_role_is_its_grants(here: Territory, role: str, writes: bool) -> None:
    person = get_reference_rid(PERSON)
    with here.store.write() as connection:
        assert load_write_rights(here.session(role, connection), [person])[person].lines == ()
    here.join_circle(role)
    with here.store.write() as connection:
        other = get_reference_rid("Patient/paul")
        found = load_write_rights(here.session(role, connection), [person, other])
        assert found[person].may_write(at(MEDICAL), staked=False) is writes
        assert found[other].lines == ()


def test_who_registers_writes_ahead_of_the_tie_to_come(here: Territory) -> None:
    assert build_registration_rights(here.access("guichet")).may_write(at(PLACES.place("identity")), staked=False)
    assert not build_registration_rights(here.access("guichet")).may_write(at(MEDICAL), staked=False)
    assert not build_registration_rights(here.access("ccas")).may_write(at(PLACES.place("social")), staked=False)


def test_a_stake_is_the_partys(here: Territory) -> None:
    here.write(request("r"), by="Organization/chu")
    with here.store.write() as connection:
        rid, none = get_reference_rid("ServiceRequest/r"), get_reference_rid("ServiceRequest/none")
        assert find_stakes(here.session("m2m_orienteur", connection), [rid, none]) == {rid: True, none: False}
        assert find_stakes(here.session("hosp_ass", connection), [rid])[rid]
        assert not find_stakes(here.session("ccas", connection), [rid])[rid]


def test_the_desks_are_the_roles_that_register(here: Territory) -> None:
    desks = {
        role for role in ("guichet", "gestionnaire", "ccas", "hosp_ass", "m2m_orienteur") if is_desk(here.access(role))
    }
    assert desks == {"guichet", "gestionnaire"}
