"""Who holds: a party in a role, or an account that acts for it (`docs/parts.md` 31)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from fhir_profiles import codes
from hub.accounts.management.authority import as_operator
from hub.accounts.management.people import give_role
from hub.domain.actor import Actor
from hub.domain.errors import Invalid, NotFound, Refused
from hub.fhir import loads
from hub.record.access.account_party import build_account_party, read_account
from hub.record.access.grants import rebuild_all
from hub.record.access.row_level_security import set_rls_context
from hub.record.access.session import ReadSession
from hub.record.access.write_rights import load_write_rights
from hub.record.db.clock import instant
from hub.record.db.store import Store
from hub.record.maintenance.relabel import relabel_all
from hub.record.migrations.frozen_row_level_security import _secure
from hub.record.repository.record import Record
from hub.record.tables import grant, index_token, masked, part
from hub.slices import get_reference_rid
from tests.colleagues import Colleague, add_colleague
from tests.territory import PERSON, Territory, condition, request, settle_territory, task

SSIAD, DAC, CMP = "Organization/ssiad", "Organization/dac", "Organization/cmp"
NURSE = (SSIAD, "ssiad")
MANAGER = (DAC, "gestionnaire")
JEANNE = get_reference_rid(PERSON)
TYPES = ("Patient", "Condition", "Task", "ServiceRequest", "CareTeam")


@pytest.fixture
def here(store: Store) -> Territory:
    """Jeanne's circle with the nursing service, which owns a Task; a psychiatric diagnosis, which it does not see."""
    territory = settle_territory(store)
    territory.join_circle("ssiad", "gestionnaire", "psy_cmp")
    territory.write(condition("coeur"), condition("psy", "F20.0"), request("demande"), by=CMP)
    territory.write(task("suite", SSIAD, "ServiceRequest/demande"), by=DAC)
    territory.pass_time()
    return territory


@pytest.fixture
def ines(here: Territory) -> Colleague:
    return add_colleague(here, "ines", NURSE, MANAGER)


@pytest.fixture
def paul(here: Territory) -> Colleague:
    return add_colleague(here, "paul", NURSE)


def read_all(record: Record) -> dict[str, tuple[bytes, str, int]]:
    """Everything that an actor finds: name → (bytes, version, time)."""
    found = {}
    for resource_type in TYPES:
        for entry in record.search(resource_type, [("_count", "100")]).slices:
            assert record.read(entry.name) == entry
            found[entry.name] = (entry.body, entry.version, entry.updated)
    return found


def count_rows(store: Store, actor: Actor, table: object = part) -> int:
    """How many rows about Jeanne the wall of PostgreSQL lets through to a statement without the predicate."""
    with store.read() as connection:
        set_rls_context(ReadSession(actor, store.now(), connection, store.seal_keys))
        return connection.scalar(select(func.count()).select_from(table).where(table.c.person == JEANNE))  # type: ignore[attr-defined]


def test_the_party_of_an_account_is_of_one_context() -> None:
    parties = {build_account_party("a", party, role) for party, role in (NURSE, MANAGER, (SSIAD, "saad"))}
    assert len(parties) == 3
    assert {read_account(party) for party in parties} == {"a"}
    assert all(len(build_account_party("a" * 40, party, role)) <= 80 for party, role in (NURSE, MANAGER))
    assert [read_account(party) for party in (SSIAD, PERSON, "")] == ["", "", ""]


def test_colleagues_and_software_of_one_role_see_the_same(here: Territory, ines: Colleague, paul: Colleague) -> None:
    told = [read_all(record) for record in (here.open("ssiad"), ines.open(*NURSE), paul.open(*NURSE))]
    assert told[0] == told[1] == told[2]
    assert {"Task/suite", PERSON} <= told[0].keys()


def test_a_context_shows_what_it_shows_and_never_the_union(here: Territory, ines: Colleague) -> None:
    here.consent("permit", DAC, "psychiatric", id="accord")
    here.pass_time()
    as_nurse, as_manager = read_all(ines.open(*NURSE)), read_all(ines.open(*MANAGER))
    assert as_manager == read_all(here.open("gestionnaire"))
    assert as_nurse == read_all(here.open("ssiad"))
    assert "Condition/psy" in as_manager
    assert "Condition/psy" not in as_nurse


def test_a_grant_of_the_account_opens_to_it_alone_in_its_context(
    here: Territory, ines: Colleague, paul: Colleague
) -> None:
    here.join_circle("psy_cmp")  # the nursing service is out of the circle
    here.pass_time()
    record = ines.open(*NURSE)
    before = read_all(record)
    assert "Condition/coeur" not in before
    ines.add_tie(*NURSE, "circle")
    here.pass_time()
    mine, others = read_all(record), read_all(paul.open(*NURSE))
    assert "Condition/coeur" in mine
    assert others == before == read_all(here.open("ssiad"))
    assert read_all(ines.open(*MANAGER)) == read_all(here.open("gestionnaire"))
    assert record.search("Task", [("patient._id", "jeanne"), ("_include", "Task:patient")]).included
    assert record.history("Condition/coeur").slices
    assert record.everything(PERSON, []).slices


def test_the_version_moves_when_the_grant_of_the_account_begins_and_ends(here: Territory, ines: Colleague) -> None:
    record = ines.open(*NURSE)
    before = record.read(PERSON)
    here.consent("permit", section="psychiatric", id="accord")
    ines.add_tie(*NURSE, "stay", until=here.store.now() + 10_000_000)
    here.join_circle("psy_cmp")
    here.pass_time()
    ines.add_tie(*NURSE, "circle", until=here.store.now() + 5_000_000)
    here.pass_time()
    during = record.read("Condition/coeur")
    assert during.updated > before.updated
    here.pass_time(5_000_000)
    with pytest.raises(NotFound):
        record.read("Condition/coeur")
    after = record.read("Task/suite")
    assert after.updated >= during.updated
    found = record.search("Task", [("_lastUpdated", f"gt{instant(during.updated)}")]).slices
    assert [entry.name for entry in found] == ["Task/suite"]


def test_what_the_person_says_to_the_organisation_binds_the_account(here: Territory, ines: Colleague) -> None:
    ines.add_tie(*NURSE, "circle")
    here.consent("deny", SSIAD, id="non")
    here.pass_time()
    assert read_all(ines.open(*NURSE)) == read_all(here.open("ssiad"))


# --- Masks ------------------------------------------------------------------------------------------------------------


def test_a_masked_professional_sees_nothing_of_the_person(here: Territory, ines: Colleague, paul: Colleague) -> None:
    record = ines.open(*NURSE)
    here.write(condition("sienne", note=[{"text": "un mot"}]), by=SSIAD)
    names = list(read_all(record))
    assert {"Task/suite", "Condition/sienne", PERSON} <= set(names)
    ines.mask()
    here.pass_time()
    for name in names:
        with pytest.raises(NotFound):
            record.read(name)
        with pytest.raises(NotFound):
            record.history(name)
    assert read_all(record) == {}
    assert record.search("Task", [("_total", "accurate")]).total == 0
    assert record.search("Task", [("owner", SSIAD)]).slices == []
    assert record.search("Organization", [("_has:Task:owner:status", "requested")]).slices == []
    assert record.search("Organization", [("_id", "ssiad"), ("_revinclude", "Task:owner")]).included == []
    assert record.history("Task").entries == []
    with pytest.raises(NotFound):
        record.everything(PERSON, [])
    assert read_all(ines.open(*MANAGER)) == {}
    assert {"Task/suite", "Condition/sienne"} <= read_all(paul.open(*NURSE)).keys()
    assert read_all(paul.open(*NURSE)) == read_all(here.open("ssiad"))
    assert read_all(ines.open(*MANAGER)) != read_all(here.open("gestionnaire"))


def test_a_masked_professional_keeps_no_grant_of_its_own(here: Territory, ines: Colleague) -> None:
    ines.add_tie(*NURSE, "circle")
    ines.mask()
    here.pass_time()
    assert read_all(ines.open(*NURSE)) == {}


@pytest.mark.parametrize("ends", ["withdrawn", "by its period"])
def test_what_a_mask_hid_comes_back_as_another_version(
    here: Territory, ines: Colleague, paul: Colleague, ends: str
) -> None:
    record = ines.open(*NURSE)
    before = read_all(record)
    until = here.store.now() + 5_000_000
    name = ines.mask()
    if ends == "by its period":
        here.change(name, lambda found: found["provision"].update(period={"end": instant(until)}))
    here.pass_time(6_000_000)
    if ends == "withdrawn":
        assert read_all(record) == {}
        until = here.store.now()
        here.change(name, status="inactive")
        here.pass_time()
    after = read_all(record)
    assert after.keys() == before.keys()
    for resource, (_, version, updated) in after.items():
        assert version != before[resource][1]
        assert updated >= until
    since = [("_lastUpdated", f"ge{instant(until)}")]
    assert [entry.name for entry in record.search("Task", since).slices] == ["Task/suite"]
    assert read_all(paul.open(*NURSE)) == read_all(here.open("ssiad")) == before
    with here.store.write() as connection:
        assert rebuild_all(connection).changed == 0
    assert read_all(record) == after


def test_an_opposition_to_a_section_for_a_professional_masks_it_altogether(here: Territory, ines: Colleague) -> None:
    here.consent("deny", ines.practitioner, "medical", id="volet")
    here.pass_time()
    assert read_all(ines.open(*NURSE)) == {}


def test_a_permit_for_a_professional_opens_and_masks_nothing(here: Territory, ines: Colleague) -> None:
    before = read_all(ines.open(*NURSE))
    here.consent("permit", ines.practitioner, "psychiatric", id="oui")
    here.pass_time()
    assert read_all(ines.open(*NURSE)).keys() == before.keys()


def test_who_works_where_the_name_tells_is_masked_by_its_role(here: Territory) -> None:
    """Its Practitioner stands in the PractitionerRole alone, which the person sees no more than others (`docs/parts.md` 4)."""
    nurse = add_colleague(here, "odette", (CMP, "psy_cmp"))
    assert nurse.practitioner == ""
    record = nurse.open(CMP, "psy_cmp")
    (entry,) = record.search("PractitionerRole", []).slices
    assert here.open("ssiad").search("PractitionerRole", []).slices == []
    assert "Condition/psy" in read_all(record)
    here.consent("deny", entry.name, id="masque")
    here.pass_time()
    assert read_all(record) == {}


def test_an_account_that_gets_another_role_is_masked_in_it_too_and_keeps_since(
    here: Territory, paul: Colleague
) -> None:
    name = paul.mask()
    here.pass_time()
    here.change(name, status="inactive")
    moment = here.pass_time()
    give_role(here.store, as_operator("test"), paul.account_id, *MANAGER)
    told = read_all(paul.open(*MANAGER))
    assert told.keys() == read_all(here.open("gestionnaire")).keys()
    assert all(updated >= moment - 1_000_000 for _, _, updated in told.values())


def test_a_masked_professional_writes_as_if_the_person_were_absent(here: Territory, ines: Colleague) -> None:
    """Same refusal as for a person who never was, and nothing is written."""
    ines.mask()
    here.pass_time()
    record = ines.open(*NURSE)
    with pytest.raises(NotFound):
        record.edit("Task/suite", here.whole("Task/suite"), '"a"')
    refusals = []
    for patient in (PERSON, "Patient/nobody"):
        with pytest.raises((Invalid, NotFound, Refused)) as caught:
            record.create(condition("x") | {"subject": {"reference": patient}})
        refusals.append((type(caught.value), [(p.code, p.where) for p in caught.value.problems]))
    assert refusals[0] == refusals[1]
    with here.store.write() as connection:
        session = ReadSession(ines.build_actor(*NURSE), here.store.now(), connection, here.store.seal_keys)
        assert load_write_rights(session, [JEANNE])[JEANNE].lines == ()


def test_an_account_writes_by_its_own_grant(here: Territory, ines: Colleague, paul: Colleague) -> None:
    here.join_circle("psy_cmp")
    ines.add_tie(*NURSE, "circle")
    here.pass_time()
    with here.store.write() as connection:
        rights = [
            load_write_rights(
                ReadSession(colleague.build_actor(*NURSE), here.store.now(), connection, here.store.seal_keys), [JEANNE]
            )[JEANNE].lines
            for colleague in (ines, paul)
        ]
    assert any(writes for _, _, writes, _ in rights[0])
    assert not any(writes for _, _, writes, _ in rights[1])


# --- Parts of an account ---------------------------------------------------------------------------------------------


def write_note(record: Record, value: str = "moi") -> str:
    """Write a note for oneself alone; its name."""
    note = {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": PERSON},
        "payload": [{"contentString": "Ne pas oublier le chat"}],
        "extension": [{"url": codes.PRIVATE_NOTE_EXTENSION, "valueString": value}],
    }
    return record.create(note).name


def test_a_private_note_is_seen_by_its_account_in_its_context(
    here: Territory, ines: Colleague, paul: Colleague
) -> None:
    record = ines.open(*NURSE)
    others = (
        paul.open(*NURSE),
        here.open("ssiad"),
        ines.open(*MANAGER),
        here.open("gestionnaire"),
        here.open("personne"),
    )
    before = [read_all(other) for other in others]
    name = write_note(record, build_account_party(paul.account_id, *NURSE))
    here.pass_time()
    key = name.partition("/")[2]
    assert b"le chat" in record.read(name).body
    assert [entry.name for entry in record.search("Communication", [("patient", PERSON)]).slices] == [name]
    assert len(record.history(name).entries) == 1
    for other in others:
        with pytest.raises(NotFound):
            other.read(name)
        assert other.search("Communication", [("_id", key), ("_total", "accurate")]).total == 0
    assert [read_all(other) for other in others] == before
    ines.mask()
    here.pass_time()
    with pytest.raises(NotFound):
        record.read(name)


def test_a_private_note_stays_private_and_its_accounts(here: Territory, ines: Colleague, paul: Colleague) -> None:
    record = ines.open(*NURSE)
    name = write_note(record)
    own = record.read(name)
    public = {key: value for key, value in loads(own.body).items() if key != "extension"}
    changed = record.edit(name, public | {"payload": [{"contentString": "Le chat s'appelle Mistigri"}]}, own.version)
    assert loads(changed.body)["extension"] == loads(own.body)["extension"]
    assert changed.version != own.version
    with pytest.raises(NotFound):
        paul.open(*NURSE).edit(name, public, own.version)
    # One that others read is not made private afterwards: they would see it go.
    shared = record.create(public | {"payload": [{"contentString": "Pour tous"}]})
    secret = loads(shared.body) | {"extension": loads(own.body)["extension"]}
    with_all = record.edit(shared.name, secret, shared.version)
    assert "extension" not in loads(with_all.body)
    assert paul.open(*NURSE).read(shared.name)


def test_software_writes_no_private_note(here: Territory) -> None:
    with pytest.raises(Invalid, match="not-yours-to-write"):
        write_note(here.open("ssiad"))


def test_a_private_note_survives_a_relabelling(here: Territory, ines: Colleague) -> None:
    record = ines.open(*NURSE)
    name = write_note(record)
    before = record.read(name)
    relabel_all(here.store)
    assert record.read(name) == before
    with pytest.raises(NotFound):
        here.open("ssiad").read(name)


# --- Traces -----------------------------------------------------------------------------------------------------------


def test_the_journal_names_account_organisation_and_role(here: Territory, ines: Colleague) -> None:
    ines.open(*NURSE).read(PERSON)
    here.open("ssiad").read(PERSON)
    events = here.open("personne").search("AuditEvent", [("patient", PERSON), ("agent", SSIAD)]).slices
    by_person, by_software = sorted((loads(entry.body) for entry in events), key=lambda event: -len(event["agent"]))
    party, _, account = by_person["agent"]
    assert party["who"] == {"reference": SSIAD}
    assert party["role"][0]["text"] == by_software["agent"][0]["role"][0]["text"]
    assert account["who"]["identifier"]["value"] == ines.account_id
    assert [agent["requestor"] for agent in by_person["agent"]] == [False, False, True]
    assert [agent["requestor"] for agent in by_software["agent"]] == [True, False]


def test_a_masked_professional_reads_no_journal_of_the_person(here: Territory, ines: Colleague) -> None:
    here.open("ssiad").read(PERSON)
    journal = [("patient", PERSON)]
    assert ines.open(*MANAGER).search("AuditEvent", journal).slices
    ines.mask()
    here.pass_time()
    assert ines.open(*MANAGER).search("AuditEvent", journal).slices == []


# --- The wall of PostgreSQL -----------------------------------------------------------------------------------------


@pytest.fixture
def walled(here: Territory) -> Territory:
    if not here.store.on_postgres:
        pytest.skip("row-level security is PostgreSQL's")
    return here


def test_the_wall_knows_the_holders_and_the_masks_of_accounts(walled: Territory) -> None:
    """A team that has no tie to Jeanne: what its account holds is all that the wall lets through."""
    team = ("Organization/ems", "ems_apa")
    ines, paul = (add_colleague(walled, login, team) for login in ("ines", "paul"))

    def count_all() -> list[int]:
        actors = (walled.actor("ems_apa"), ines.build_actor(*team), paul.build_actor(*team))
        return [count_rows(walled.store, actor) for actor in actors]

    assert count_all() == [0, 0, 0]
    ines.add_tie(*team, "circle")
    walled.pass_time()
    software, mine, others = count_all()
    assert (software, others) == (0, 0)
    assert mine > 0
    write_note(ines.open(*team))
    walled.pass_time()
    assert count_all()[1] > mine
    assert count_all()[::2] == [0, 0]
    assert count_rows(walled.store, ines.build_actor(*team), index_token) > 0
    ines.mask()
    walled.pass_time()
    assert count_all() == [0, 0, 0]
    assert count_rows(walled.store, ines.build_actor(*team), index_token) == 0


def test_the_wall_hides_from_the_masked_what_their_organisation_sees(
    walled: Territory, ines: Colleague, paul: Colleague
) -> None:
    def count_all() -> list[int]:
        actors = (walled.actor("ssiad"), ines.build_actor(*NURSE), paul.build_actor(*NURSE))
        return [count_rows(walled.store, actor) for actor in actors]

    [software, *others] = count_all()
    assert others == [software, software]
    assert software > 0
    ines.mask()
    walled.pass_time()
    assert count_all()[:2] == [count_all()[2], 0]
    assert count_all()[2] > 0


@pytest.mark.parametrize("fault", ["the wall knows no account", "the wall asks for no mask"])
def test_a_weaker_wall_is_noticed(walled: Territory, fault: str) -> None:
    """With either fault, the counts of the tests above are others."""
    team = ("Organization/ems", "ems_apa") if fault == "the wall knows no account" else NURSE
    ines = add_colleague(walled, "ines", team)
    ines.add_tie(*team, "circle")
    walled.pass_time()
    sound = count_rows(walled.store, ines.build_actor(*team))
    weaken_wall(walled.store, fault)
    if fault == "the wall knows no account":
        assert count_rows(walled.store, ines.build_actor(*team)) == 0 < sound
    else:
        ines.mask()
        walled.pass_time()
        assert count_rows(walled.store, ines.build_actor(*team)) > 0


def weaken_wall(store: Store, fault: str) -> None:
    """Put a policy of before, or one without masks, in the place of that of `part`."""
    with store.write() as connection:
        if fault == "the wall knows no account":
            connection.exec_driver_sql("DROP POLICY slice ON part")
            _secure(connection, "part")
            return
        rule = connection.scalar(text("SELECT qual FROM pg_policies WHERE tablename = 'part' AND policyname = 'slice'"))
        grants, _, masks = str(rule).partition(" AND (NOT (EXISTS")
        assert "masked" in masks
        connection.exec_driver_sql(f"ALTER POLICY slice ON part USING {grants})".replace("%", "%%"))


def test_a_record_made_before_opens_as_it_did(here: Territory, ines: Colleague) -> None:
    """Without masks and ties of accounts there is no row more than before."""
    with here.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(masked)) == 0
        assert (
            connection.scalar(select(func.count()).select_from(grant).where(grant.c.party.startswith("Account/"))) == 0
        )
