"""The grant table follows the facts, in their transaction, and is the same when rebuilt (`docs/parts.md` 12–16)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from fhir_profiles import codes
from hub.domain.errors import NotFound
from hub.domain.sections import load_sections
from hub.record.access.grants import add_party, rebuild_all, rebuild_grants
from hub.record.db.clock import instant
from hub.record.db.store import Store
from hub.record.tables import grant, withheld
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.territory import (
    DAY,
    PARTY_OF,
    PERSON,
    Territory,
    at,
    circle_member,
    condition,
    consent,
    observation,
    of_domain,
    person,
    request,
    settle_territory,
    statements,
    stay,
    task,
)

PLACES = load_sections()


def grants(here: Territory) -> set[tuple[Any, ...]]:
    with here.store.write() as connection:
        return {tuple(row) for row in connection.execute(select(grant))}


def sees(here: Territory, role: str, name: str) -> bool:
    try:
        here.open(role).read(name)
    except NotFound:
        return False
    return True


# --- The same when rebuilt -------------------------------------------------------------------------------------------

MEMBERS = ["saad", "psy_cmp", "ssiad", "ccas", "gestionnaire", "medecin_traitant", "hosp_ass"]
steps = st.one_of(
    st.tuples(st.just("circle"), st.lists(st.sampled_from(MEMBERS), unique=True, max_size=4)),
    st.tuples(
        st.just("consent"),
        st.tuples(
            st.sampled_from(["permit", "deny"]),
            st.sampled_from(["", "Organization/dac", "Organization/cmp", "Organization/saad"]),
            st.sampled_from(["", "psychiatric", "medical"]),
        ),
    ),
    st.tuples(st.just("revoke"), st.integers(0, 3)),
    st.tuples(st.just("task"), st.sampled_from(MEMBERS)),
    st.tuples(st.just("move"), st.tuples(st.integers(0, 3), st.sampled_from(["accepted", "rejected", "completed"]))),
    st.tuples(st.just("stay"), st.booleans()),
    st.tuples(st.just("discharge"), st.integers(0, 2)),
    st.tuples(st.just("intake"), st.none()),
    st.tuples(st.just("withhold"), st.sampled_from(MEMBERS)),
    st.tuples(st.just("wait"), st.integers(0, 40)),
)


class History:
    """A territory to which things happen."""

    def __init__(self, store: Store) -> None:
        self.here = settle_territory(store)
        self.here.write(condition("c"))
        self.made: dict[str, list[str]] = {"Consent": [], "Task": [], "Encounter": []}
        self.count = 0

    def happen(self, kind: str, about: Any) -> None:
        getattr(self, kind)(about)

    def circle(self, roles: list[str]) -> None:
        self.here.join_circle(*roles)

    def consent(self, said: tuple[str, str, str]) -> None:
        self._write("Consent", consent(*said, id=self._id()))

    def revoke(self, rank: int) -> None:
        self._change("Consent", rank, status="inactive")

    def task(self, role: str) -> None:
        self.here.write(request(f"r{self.count}", requester="Organization/dac"))
        self._write("Task", task(self._id(), owner=PARTY_OF[role], focus=f"ServiceRequest/r{self.count - 1}"))

    def move(self, about: tuple[int, str]) -> None:
        rank, status = about
        self._change("Task", rank, status=status)

    def stay(self, over: bool) -> None:
        now = self.here.store.now()
        self._write("Encounter", stay(self._id(), instant(now - DAY), instant(now) if over else ""))

    def discharge(self, rank: int) -> None:
        def leave(encounter: dict[str, Any]) -> None:
            encounter["status"] = "finished"
            encounter["period"]["end"] = instant(self.here.store.now())

        if rank < len(self.made["Encounter"]):
            self.here.change(self.made["Encounter"][rank], leave)

    def intake(self, _about: None) -> None:
        code = {"coding": [{"system": codes.HUB_TASK, "code": "intake"}]}
        self.here.write(request(f"r{self.count}"))
        focus = f"ServiceRequest/r{self.count}"
        self._write(
            "Task", task(self._id(), owner="Organization/dac", requester="Organization/chu", code=code, focus=focus)
        )

    def withhold(self, role: str) -> None:
        with self.here.unit() as unit:
            rid = get_reference_rid("Condition/c")
            person = get_reference_rid(PERSON)
            row = {"rid": rid, "party": PARTY_OF[role], "role": "", "since": unit.time, "until": EVER, "why": "test"}
            unit.facts.add("withheld", row | {"person": person})

    def wait(self, days: int) -> None:
        self.here.pass_time(days * DAY)

    def _id(self) -> str:
        self.count += 1
        return f"h{self.count}"

    def _write(self, kind: str, resource: dict[str, Any]) -> None:
        self.made[kind].append(self.here.write(resource))

    def _change(self, kind: str, rank: int, **elements: Any) -> None:
        if rank < len(self.made[kind]):
            self.here.change(self.made[kind][rank], **elements)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(happenings=st.lists(steps, min_size=1, max_size=9))
def test_r08_what_was_derived_step_by_step_is_what_a_rebuild_gives(
    store: Store, happenings: list[tuple[str, Any]]
) -> None:
    _empty(store)
    history = History(store)
    for kind, about in happenings:
        history.happen(kind, about)
    kept = grants(history.here)
    with store.write() as connection:
        found = rebuild_all(connection)
    assert found.changed == 0
    assert grants(history.here) == kept


def _empty(store: Store) -> None:
    from hub.record.tables import metadata

    with store.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())


def test_a_rebuild_repairs_what_was_spoilt(here: Territory) -> None:
    here.join_circle("saad", "ssiad")
    kept = grants(here)
    with here.store.write() as connection:
        connection.execute(grant.update().where(grant.c.role == "saad", grant.c.person != 0).values(sees=-1))
        connection.execute(grant.delete().where(grant.c.role == "ssiad", grant.c.person != 0))
    assert grants(here) != kept
    with here.store.write() as connection:
        found = rebuild_all(connection)
    assert found.changed >= 2
    assert grants(here) == kept


# --- Parties ---------------------------------------------------------------------------------------------------------


def test_a_role_that_comes_later_finds_what_its_party_is_tied_to(here: Territory) -> None:
    here.join_circle("saad")
    with here.store.write() as connection:
        add_party(connection, "Organization/saad", "ssiad", here.store.now())
        before = set(connection.execute(select(grant)).all())
        add_party(connection, "Organization/saad", "ssiad", here.store.now() + 5)
        assert set(connection.execute(select(grant)).all()) == before
    assert here.open("ssiad", party="Organization/saad").read(PERSON)


def test_a_party_that_nobody_registered_sees_nothing(here: Territory) -> None:
    here.join_circle("saad")
    with pytest.raises(NotFound):
        here.open("ssiad", party="Organization/saad").read(PERSON)
    with pytest.raises(NotFound):
        here.open("saad", party="Organization/inconnue").read("Organization/saad")


# --- Ties ------------------------------------------------------------------------------------------------------------


def test_ac22_the_circle_opens_in_its_period_and_never_from_before_it_was_known(here: Territory) -> None:
    early, late = circle_member("Organization/saad", here.store.now() - DAY), circle_member("Organization/ccas", 0)
    late["period"] = {"start": instant(here.store.now() + DAY), "end": instant(here.store.now() + 3 * DAY)}
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": {"reference": PERSON}}
    here.write(team | {"participant": [early, late]})
    begun = {row.party: row.since for row in _rows(here) if row.role == "saad"}
    assert begun["Organization/saad"] == here.store.get_time()
    assert [sees(here, "ccas", PERSON), here.pass_time(DAY) and sees(here, "ccas", PERSON)] == [False, True]
    here.pass_time(2 * DAY)
    assert not sees(here, "ccas", PERSON)
    assert sees(here, "saad", PERSON)


def _rows(here: Territory) -> list[Any]:
    with here.store.write() as connection:
        return list(connection.execute(select(grant).where(grant.c.person != 0)))


@pytest.mark.parametrize("status", ["proposed", "suspended", "inactive", "entered-in-error"])
def test_a_team_that_is_not_active_opens_nothing(here: Territory, status: str) -> None:
    here.join_circle("saad")
    here.change("CareTeam/cercle", status=status)
    assert not sees(here, "saad", PERSON)


def test_who_is_asked_sees_the_usual_identity_until_it_answers(here: Territory) -> None:
    here.write(request("r", requester="Organization/dac"))
    here.write(task("t", owner="Organization/ssiad", focus="ServiceRequest/r"))
    seen = here.open("ssiad").read(PERSON).body
    assert b"Fictive" in seen
    assert b"1938" not in seen
    assert not sees(here, "ssiad", "Condition/c")
    here.pass_time()
    here.change("Task/t", status="rejected")
    assert not sees(here, "ssiad", PERSON)
    assert sees(here, "ssiad", "Task/t")


def test_who_accepts_is_in_the_circle_and_leaves_it_with_its_last_task(here: Territory) -> None:
    here.write(condition("c"), request("r", requester="Organization/dac"))
    for name in ("t", "u"):
        here.write(task(name, owner="Organization/ssiad", focus="ServiceRequest/r"))
        here.change(f"Task/{name}", status="accepted")
    assert sees(here, "ssiad", "Condition/c")
    here.pass_time()
    here.change("Task/t", status="completed")
    assert sees(here, "ssiad", "Condition/c")
    here.pass_time()
    here.change("Task/u", status="completed")
    assert not sees(here, "ssiad", "Condition/c")
    assert sees(here, "ssiad", "Task/u")  # its own


def test_the_desk_keeps_identity_and_contacts_thirty_days_after_orientation(here: Territory) -> None:
    intake = {"coding": [{"system": codes.HUB_TASK, "code": "intake"}]}
    here.write(request("r"), observation("o", "ald"))
    here.write(task("t", owner="Organization/dac", requester="Organization/chu", code=intake, focus="ServiceRequest/r"))
    assert sees(here, "guichet", "Observation/o")
    here.pass_time()
    here.change("Task/t", status="accepted")
    assert sees(here, "guichet", "Observation/o")
    here.pass_time(30 * DAY - 1)
    assert sees(here, "guichet", "Observation/o")
    before = here.open("guichet").read(PERSON)
    now = here.pass_time(1)
    assert not sees(here, "guichet", "Observation/o")
    after = here.open("guichet").read(PERSON)
    assert b"1938" in after.body
    assert b"veuve" not in after.body
    assert after.updated == now
    assert after.version != before.version
    assert sees(here, "guichet", "RelatedPerson/fille")


def test_a_stay_opens_from_the_day_before_to_thirty_days_after(here: Territory) -> None:
    now = here.store.now()
    here.write(condition("c"), stay("e", instant(now + 2 * DAY)))
    assert not sees(here, "hosp_clinicien", "Condition/c")
    here.pass_time(DAY - 1)
    assert not sees(here, "hosp_clinicien", "Condition/c")
    here.pass_time(1)
    assert sees(here, "hosp_clinicien", "Condition/c")
    here.pass_time(4 * DAY)
    ended = here.store.now()
    here.change("Encounter/e", status="finished", period={"start": instant(now + 2 * DAY), "end": instant(ended)})
    here.pass_time(30 * DAY - 1)
    assert sees(here, "hosp_clinicien", "Condition/c")
    here.pass_time(1)
    assert not sees(here, "hosp_clinicien", "Condition/c")


@pytest.mark.parametrize("elements", [{"status": "cancelled"}, {"status": "planned"}, {"class": {"code": "AMB"}}])
def test_what_is_no_stay_opens_nothing(here: Territory, elements: dict[str, Any]) -> None:
    here.write(condition("c"), stay("e", instant(here.store.now()), **elements))
    assert not sees(here, "hosp_clinicien", "Condition/c")


def test_the_person_and_her_relatives(here: Territory) -> None:
    here.write(condition("c"), observation("o", "caregiver-band"))
    assert sees(here, "personne", "Condition/c")
    assert not sees(here, "personne", "Observation/o")
    assert sees(here, "aidant", "Observation/o")
    assert not sees(here, "aidant", "Condition/c")
    assert not sees(here, "pers_confiance", "Condition/c")
    here.consent("permit", "RelatedPerson/ami", "medical")
    assert sees(here, "pers_confiance", "Condition/c")


# --- What the person says --------------------------------------------------------------------------------------------


def test_ac23_opposition_beats_the_circle_and_an_agreement_and_takes_effect_at_once(here: Territory) -> None:
    here.join_circle("saad", "ssiad", "gestionnaire")
    here.write(condition("c"))
    here.consent("permit", "Organization/ssiad")
    here.pass_time()
    here.consent("deny", "Organization/ssiad", id="refus")
    assert not sees(here, "ssiad", PERSON)
    assert sees(here, "saad", PERSON)
    here.pass_time()
    here.change("Consent/refus", status="inactive")
    assert sees(here, "ssiad", "Condition/c")


def test_opposition_to_one_section_leaves_the_others(here: Territory) -> None:
    here.join_circle("ssiad")
    here.write(condition("c"), observation("o", "ald"))
    here.consent("deny", "Organization/ssiad", "medical")
    assert not sees(here, "ssiad", "Condition/c")
    assert sees(here, "ssiad", "Observation/o")


def test_an_agreement_lasts_for_its_period(here: Territory) -> None:
    here.join_circle("gestionnaire")
    here.write(condition("p", "F20"))
    now = here.store.now()
    said = consent("permit", "Organization/dac", "psychiatric", id="k")
    said["provision"]["period"] = {"start": instant(now + DAY), "end": instant(now + 2 * DAY)}
    here.write(said)
    seen = []
    for _ in range(3):
        seen.append(sees(here, "gestionnaire", "Condition/p"))
        here.pass_time(DAY)
    assert seen == [False, True, False]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "draft"},
        {"status": "rejected"},
        {"scope": {"coding": [{"system": codes.CONSENT_SCOPE, "code": "treatment"}]}},
    ],
)
def test_what_is_no_agreement_to_share_opens_nothing(here: Territory, change: dict[str, Any]) -> None:
    here.join_circle("gestionnaire")
    here.write(condition("p", "F20"), consent("permit", "Organization/dac", "psychiatric", id="k", **change))
    assert not sees(here, "gestionnaire", "Condition/p")


def test_what_is_withheld_from_one_is_seen_by_others(here: Territory) -> None:
    here.join_circle("ssiad", "medecin_traitant")
    here.write(condition("c"), condition("d"))
    before = here.open("medecin_traitant").read("Condition/c")
    beside = here.open("ssiad").read("Condition/d")
    now = here.pass_time()
    _withhold(here, "Condition/c", party="Organization/ssiad", until=now + DAY)
    assert not sees(here, "ssiad", "Condition/c")
    assert sees(here, "ssiad", "Condition/d")
    assert [one.name for one in here.open("ssiad").search("Condition", []).slices] == ["Condition/d"]
    assert here.open("medecin_traitant").read("Condition/c") == before
    here.pass_time(DAY)
    assert sees(here, "ssiad", "Condition/c")
    assert here.open("ssiad").read("Condition/c").updated == now + DAY
    # The clocks of the rest do not tell that something was withheld.
    assert here.open("ssiad").read("Condition/d") == beside


def test_a_result_not_yet_announced_is_withheld_from_the_person(here: Territory) -> None:
    here.write(condition("c"))
    _withhold(here, "Condition/c", role="personne")
    assert not sees(here, "personne", "Condition/c")


def _withhold(here: Territory, name: str, party: str = "", role: str = "", until: int = EVER) -> None:
    with here.unit() as unit:
        person = get_reference_rid(PERSON)
        unit.connection.execute(
            insert(withheld).values(
                rid=get_reference_rid(name),
                party=party,
                role=role,
                since=unit.time,
                until=until,
                person=person,
                why="test",
            )
        )
        unit.facts.persons.add(person)


# --- Domains ---------------------------------------------------------------------------------------------------------


def test_a_domain_limits_assessments_to_the_roles_own(here: Territory) -> None:
    here.join_circle("ssiad", "psy_cmp", "gestionnaire")
    for name, domain in (("n", "soins-perso"), ("p", "psy"), ("s", "sante")):
        form = {
            "resourceType": "QuestionnaireResponse",
            "id": name,
            "status": "completed",
            "subject": {"reference": PERSON},
        }
        here.write(form | {"extension": [of_domain(domain)]})
    seen = {
        role: [name for name in "nps" if sees(here, role, f"QuestionnaireResponse/{name}")]
        for role in ("ssiad", "psy_cmp", "gestionnaire")
    }
    assert seen == {"ssiad": ["n", "s"], "psy_cmp": ["p", "s"], "gestionnaire": ["n", "p", "s"]}


def test_times_are_as_written(here: Territory) -> None:
    assert at("2026-11-21T08:00:00Z") == here.store.now()


# --- At what cost ----------------------------------------------------------------------------------------------------


def test_as_many_statements_for_many_persons_as_for_one(here: Territory) -> None:
    people = [PERSON]
    for number in range(6):
        people.append(here.write(person() | {"id": f"voisine{number}", "identifier": []}, by="Organization/dac"))
        here.write(task(f"t{number}", owner="Organization/saad") | {"for": {"reference": people[-1]}})
    whole = grants(here)
    counts = []
    for some in (people[:1], people):
        with here.store.write() as connection:
            # Every right of theirs stands otherwise than it should.
            connection.execute(update(grant).values(why="autre").where(grant.c.person != 0))
            with statements(here.store) as said:
                rebuild_grants(connection, map(get_reference_rid, some))
        counts.append(len(said))
        assert sum(one.startswith("DELETE") for one in said) == 1
        assert not any(one.startswith("DELETE") and " IN " not in one for one in said)
    assert counts[0] == counts[1] < 10
    assert grants(here) == whole


def test_any_number_of_persons_can_be_gone_through(here: Territory) -> None:
    before = grants(here)
    with here.store.write() as connection:
        rebuild_grants(connection, [*range(1, 70_000), get_reference_rid(PERSON)])
    assert grants(here) == before
