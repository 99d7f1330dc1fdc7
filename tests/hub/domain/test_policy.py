"""The policy: the 342 cells as decided, the projections of docs/domain.md §3, and what each tie opens."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.policy import (
    ALL_DOMAINS,
    Rights,
    compute_directory_rights,
    compute_rights,
    get_reachable_places,
    get_writable_places,
)
from hub.domain.roles import LEVELS, TIES, load_roles
from hub.domain.sections import load_sections
from tests import r4

PLACES = load_sections()
LEVEL_OF = {"N": "none", "T": "own", "S": "summary", "R": "read", "W": "write"}
EVERYONE = sorted(load_roles())


def decided() -> Path | None:
    data = r4.shared_data()
    path = data.parent / "roles.csv" if data is not None else None
    return path if path is not None and path.is_file() else None


@pytest.mark.skipif(decided() is None, reason="no shared data: set HUB_SHARED_DATA")
def test_the_roles_are_the_342_cells_as_decided() -> None:
    path = decided()
    assert path is not None
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 342
    assert {row["role"] for row in rows} <= set(load_roles())
    column = {section.column: section.name for section in PLACES.all if section.column}
    for row in rows:
        role = load_roles()[row["role"]]
        cell = role.own_tasks if row["category"] == "TOW" else role.cells[column[row["category"]]]
        found = (cell.level, cell.if_consented, cell.by_domain)
        wanted = (LEVEL_OF[row["level"]], row["consent_required"] == "True", row["domain_limited"] == "True")
        assert found == wanted, (row["role"], row["category"])


def test_all_is_said_nothing_is_left_out() -> None:
    columns = {section.name for section in PLACES.all if section.column}
    assert all(set(role.cells) == columns for role in load_roles().values())
    assert all(role.title and role.describes for role in load_roles().values())


# --- The projections of docs/domain.md §3 --------------------------------------------------------------------------------


def seen(role: str, *ties: str, consented: tuple[str, ...] = ()) -> set[str]:
    found = compute_rights(load_roles()[role], frozenset(ties), frozenset(consented))
    return set(PLACES.names(found.sees))


def of(section: str, names: set[str]) -> set[str]:
    return {name for name in names if name.partition(".")[0] == section}


@pytest.mark.parametrize(
    ("role", "tie", "section", "shown"),
    [
        ("guichet", "desk", "medical", {"medical.flags"}),
        ("guichet", "desk", "financial", {"financial.flag"}),
        ("guichet", "desk", "caregiver", {"caregiver.band"}),
        ("guichet", "desk", "activities", {"activities.services"}),
        ("guichet", "desk", "psychiatric", set()),
        ("guichet", "desk", "medication", set()),
        ("medecin_traitant", "circle", "financial", {"financial.flag"}),
        ("hosp_clinicien", "stay", "caregiver", {"caregiver.band"}),
        ("ccas", "circle", "caregiver", {"caregiver.band"}),
        ("repr_legal", "close", "caregiver", {"caregiver.band"}),
        ("psy_cmp", "circle", "rights", {"rights.flags"}),
        ("ssiad", "circle", "rights", {"rights.flags"}),
        ("hosp_clinicien", "stay", "housing", {"housing.access"}),
        ("psy_cmp", "circle", "housing", {"housing.access"}),
        ("hosp_ass", "stay", "medical", {"medical.titles"}),
        ("ems_apa", "circle", "medical", {"medical.titles"}),
        ("repr_legal", "close", "medical", {"medical.titles"}),
        ("saad", "circle", "identity", {"identity.usual"}),
        ("saad", "circle", "autonomy", {"autonomy.needs"}),
        ("saad", "circle", "medical", set()),
        ("saad", "circle", "medication", set()),
        ("saad", "circle", "goals", set()),
        ("saad", "circle", "activities", set()),
        ("ccas", "circle", "autonomy", {"autonomy.gir"}),
        ("ccas", "circle", "medical", set()),
        ("saad", "circle", "consents", {"consents.sharing"}),
        ("pers_confiance", "close", "consents", {"consents.sharing"}),
        ("ssiad", "circle", "tasks", {"tasks.titles"}),
        ("saad", "circle", "tasks", set()),
        ("dpo_auditeur", "hub", "identity", {"identity.usual"}),
        ("dpo_auditeur", "hub", "access-log", {"access-log", "access-log.technical"}),
        ("personne", "self", "caregiver", set()),
        ("personne", "self", "psychiatric", {"psychiatric", "psychiatric.safety"}),
    ],
)
def test_a_summary_shows_its_extracts_and_no_more(role: str, tie: str, section: str, shown: set[str]) -> None:
    assert of(section, seen(role, tie)) == shown


@pytest.mark.parametrize(
    ("role", "tie", "section", "shown"),
    [
        ("hosp_ass", "stay", "psychiatric", {"psychiatric.safety"}),
        ("ssiad", "circle", "psychiatric", {"psychiatric.safety"}),
        ("gestionnaire", "circle", "psychiatric", {"psychiatric", "psychiatric.safety"}),
        ("hosp_clinicien", "stay", "psychiatric", {"psychiatric", "psychiatric.safety"}),
        ("ccas", "circle", "financial", {"financial", "financial.flag"}),
        ("aidant", "close", "autonomy", {"autonomy.needs"}),
        ("pers_confiance", "close", "medical", {"medical.titles"}),
    ],
)
def test_what_waits_for_consent_is_closed_until_then(role: str, tie: str, section: str, shown: set[str]) -> None:
    assert of(section, seen(role, tie)) == set()
    assert of(section, seen(role, tie, consented=(section,))) == shown
    assert of(section, seen(role, tie, consented=("rights",) if section != "rights" else ("social",))) == set()


@pytest.mark.parametrize("role", ["pilote", "admin_sys"])
def test_the_pilot_and_the_administrator_see_no_person(role: str) -> None:
    found = compute_rights(
        load_roles()[role], TIES | {"asked", "oriented", "stake"}, frozenset(load_roles()[role].cells)
    )
    assert not (found.sees or found.writes or found.own_writes)
    assert not get_reachable_places(load_roles()[role]) & PLACES.whole("identity")


def test_a_sender_sees_what_it_sent_and_nothing_by_a_grant() -> None:
    found = compute_rights(load_roles()["m2m_orienteur"], TIES)
    assert found.sees == found.writes == 0
    assert of("received", set(PLACES.names(found.own))) == {"received"}
    assert not found.own & (PLACES.whole("financial") | PLACES.whole("psychiatric") | PLACES.whole("goals"))


# --- Ties, consent, opposition --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", EVERYONE)
def test_no_tie_opens_nothing_by_grant(role: str) -> None:
    found = compute_rights(load_roles()[role], frozenset({"stake"}), frozenset(load_roles()[role].cells))
    assert found.sees == found.writes == 0


@pytest.mark.parametrize("role", EVERYONE)
def test_only_its_own_ties_open_a_role(role: str) -> None:
    others = TIES - load_roles()[role].relations
    assert compute_rights(load_roles()[role], frozenset(others)).sees == 0


def test_received_is_granted_to_nobody() -> None:
    for role in load_roles().values():
        every = compute_rights(role, TIES | {"asked", "oriented", "stake"}, frozenset(role.cells))
        assert not every.sees & (PLACES.place("received") | PLACES.place("own"))


some = st.frozensets(st.sampled_from(sorted(TIES | {"asked", "oriented", "stake"})))
names = st.frozensets(st.sampled_from([section.name for section in PLACES.all]))


@given(st.sampled_from(EVERYONE), some, names, names, names)
def test_more_ties_and_consents_never_take_away_and_more_opposition_never_gives(
    name: str, ties: frozenset[str], consented: frozenset[str], opposed: frozenset[str], more: frozenset[str]
) -> None:
    role = load_roles()[name]
    found = compute_rights(role, ties, consented, opposed)
    assert found.sees & ~compute_rights(role, ties | {"circle"}, consented | more, opposed).sees == 0
    against = compute_rights(role, ties, consented, opposed | more)
    assert against.sees & ~found.sees == 0
    assert against.writes & ~found.writes == 0
    assert found.writes & ~found.sees == 0


def test_opposition_beats_circle_and_consent() -> None:
    role = load_roles()["medecin_traitant"]
    assert compute_rights(role, frozenset({"circle"}), frozenset(role.cells), frozenset({"*"})).sees == 0
    partly = compute_rights(role, frozenset({"circle"}), frozenset(), frozenset({"psychiatric"}))
    assert not partly.sees & PLACES.whole("psychiatric")
    assert partly.sees & PLACES.whole("medical")


def test_opposition_leaves_the_person_and_lets_the_desk_hear_it() -> None:
    everything = frozenset({"*"})
    person = compute_rights(load_roles()["personne"], frozenset({"self"}), opposed=everything)
    assert person == compute_rights(load_roles()["personne"], frozenset({"self"}))
    desk = compute_rights(load_roles()["guichet"], frozenset({"desk"}), opposed=everything)
    wanted = PLACES.whole("identity") | PLACES.whole("contacts") | PLACES.whole("consents")
    assert desk.sees == wanted
    # In the circle the case manager is a member like others.
    assert compute_rights(load_roles()["gestionnaire"], frozenset({"circle"}), opposed=everything).sees == 0


@pytest.mark.parametrize("opposed", [{"*"}, {"access-log"}, {"consents", "*"}])
def test_opposition_leaves_traces_and_agreements_to_who_controls_them(opposed: set[str]) -> None:
    controls = compute_rights(load_roles()["dpo_auditeur"], frozenset({"hub"}), opposed=frozenset(opposed))
    kept = PLACES.whole("consents") | PLACES.whole("access-log")
    assert controls.sees & kept == kept
    assert bool(controls.sees & PLACES.whole("identity")) == ("*" not in opposed)
    # Nobody else by that section: the journal is closed to the circle as all the rest is.
    assert compute_rights(load_roles()["gestionnaire"], frozenset({"circle"}), opposed=frozenset({"*"})).sees == 0


def test_who_is_asked_sees_the_identity_extract_alone() -> None:
    asked = frozenset({"asked"})
    for name in ("saad", "ssiad", "medecin_traitant", "psy_cmp"):
        assert compute_rights(load_roles()[name], asked).sees == PLACES.place("identity.usual")
    assert compute_rights(load_roles()["pilote"], asked).sees == 0
    assert compute_rights(load_roles()["saad"], asked, opposed=frozenset({"*"})).sees == 0
    assert compute_rights(load_roles()["saad"], asked, opposed=frozenset({"identity"})).sees == 0


def test_after_orientation_the_desk_keeps_identity_and_contacts() -> None:
    found = compute_rights(load_roles()["guichet"], frozenset({"oriented"}))
    assert found.sees == PLACES.whole("identity") | PLACES.whole("contacts")
    assert found.writes == 0
    assert compute_rights(load_roles()["saad"], frozenset({"oriented"})).sees == 0


def test_domains_limit_what_is_by_domain_and_nothing_else() -> None:
    nurses = compute_rights(load_roles()["ssiad"], frozenset({"circle"}))
    assert nurses.limited == PLACES.whole("activities") | PLACES.whole("assessments")
    assert nurses.domains == sum(PLACES.domains[name] for name in ("sante", "soins-perso", "coordination"))
    assert compute_rights(load_roles()["saad"], frozenset({"circle"})).domains == ALL_DOMAINS


def test_a_stake_opens_level_own_and_above_and_ones_own_actions() -> None:
    found = compute_rights(load_roles()["saad"], frozenset({"stake"}))
    opened = {name.partition(".")[0] for name in PLACES.names(found.own)}
    assert opened == {
        "identity", "contacts", "social", "housing", "autonomy", "medical", "medication", "goals", "activities", "notes",
        "consents", "tasks", "received", "original", "own",
    }  # fmt: skip
    assert set(PLACES.names(found.own_writes)) == {"tasks", "tasks.titles", "received", "own"}


def test_the_directory_is_read_by_partners_and_written_by_the_hub() -> None:
    place = PLACES.place("directory")
    assert compute_directory_rights(load_roles()["guichet"]).writes == place
    found = compute_directory_rights(load_roles()["saad"])
    assert found.sees == place | PLACES.place("offers")
    assert found.writes == 0
    # By a stake, the actions that name no person.
    assert set(PLACES.names(found.own)) == set(PLACES.names(found.own_writes)) == {"own", "tasks", "tasks.titles"}
    assert compute_directory_rights(load_roles()["pilote"]) == Rights()
    assert not compute_directory_rights(load_roles()["dpo_auditeur"]).sees & PLACES.place("offers")


@pytest.mark.parametrize("role", EVERYONE)
def test_what_is_reachable_covers_every_case(role: str) -> None:
    found = load_roles()[role]
    for ties in (frozenset({tie}) for tie in TIES | {"asked", "oriented"}):
        case = compute_rights(found, ties | {"stake"}, frozenset(found.cells))
        assert (case.sees | case.own) & ~get_reachable_places(found) == 0
        assert (case.writes | case.own_writes) & ~get_writable_places(found) == 0
    assert all(cell.level in LEVELS for cell in found.cells.values())
