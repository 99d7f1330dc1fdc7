"""Who opened a person's record: shown to whom the policy says, on both databases."""

from __future__ import annotations

import pytest
from msgspec.json import decode
from sqlalchemy import insert, text

from hub.conformance import check
from hub.domain.errors import Invalid, NotFound, Refused
from hub.domain.roles import load_roles
from hub.record.access.grants import rebuild_all
from hub.record.access.row_level_security import set_rls_context
from hub.record.audit import index_traces
from hub.record.tables import withheld
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests import r4
from tests.hub.record.audit.conftest import DORA, Ward
from tests.territory import PARTIES, PERSON, consent, statements

CABINET, CMP, DAC, SSIAD = "Organization/cabinet", "Organization/cmp", "Organization/dac", "Organization/ssiad"
READERS = {"personne", "repr_legal", "gestionnaire", "dpo_auditeur"}
ROLES = sorted({role for names in PARTIES.values() for role in names})
CLOSED = [role for role in ROLES if load_roles()[role].cells["access-log"].level in ("none", "summary")]


def test_the_person_sees_every_opening_the_newest_first(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    ward.opens("medecin_traitant", "Condition/psy")
    ward.opens("psy_cmp", PERSON)
    assert ward.told("personne") == [
        (CMP, [PERSON]),
        (CABINET, [PERSON, "Condition/psy"]),
        (CABINET, [PERSON, "Condition/c"]),
    ]


def test_others_see_the_openings_of_what_they_could_read_by_whom_they_may_know(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/psy")
    ward.opens("psy_cmp", "Condition/c")
    ward.opens("ssiad", "Condition/c")
    for role in ("gestionnaire", "repr_legal"):
        told = [one for one in ward.told(role) if one[0] != DAC]
        assert told == [(SSIAD, [PERSON, "Condition/c"])], role


def test_once_the_person_agrees_they_see_the_others_too(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/psy")
    ward.opens("psy_cmp", "Condition/c")
    before = ward.told("gestionnaire")
    ward.here.consent("permit", section="psychiatric")
    ward.here.pass_time()
    fresh = [one for one in ward.told("gestionnaire") if one not in before and one[0] != DAC]
    assert before == [] and fresh == [(CMP, [PERSON, "Condition/c"]), (CABINET, [PERSON, "Condition/psy"])]


def test_the_protection_officer_sees_all_openings_and_no_content(ward: Ward) -> None:
    ward.here.open("gestionnaire").search("Condition", [])
    ward.here.pass_time()
    ward.opens("gestionnaire", "Condition/d")
    assert ward.told("dpo_auditeur", patient=DORA) == [(DAC, [DORA]), (DAC, [DORA])]


def test_an_event_names_nothing_of_another_person_of_the_same_page(ward: Ward) -> None:
    ward.here.open("gestionnaire").search("Condition", [("code", "I10")])
    ward.here.pass_time()
    assert ward.told("gestionnaire") == [(DAC, [PERSON, "Condition/c"])]
    assert ward.told("gestionnaire", patient=DORA)[-1:] == [(DAC, [DORA, "Condition/d"])]
    for event in ward.events("personne"):
        assert "dora" not in str(event) and "I10" not in str(event)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in READERS])
def test_to_all_others_it_is_as_if_there_were_nothing(ward: Ward, role: str) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    seen = ward.page("personne").slices[0].name
    answers = []
    for patient, name in ((PERSON, seen), ("Patient/absent", "AuditEvent/" + "a" * 64)):
        record = ward.here.open(role)
        try:
            page = record.search("AuditEvent", [("patient", patient), ("_total", "accurate")])
            found = [page.slices, page.included, page.total, page.next]
            with pytest.raises(NotFound):
                record.read(name)
        except Refused as refusal:
            found = [str(refusal)]
            with pytest.raises(Refused):
                record.read(name)
        answers.append(found)
    assert answers[0] == answers[1]
    assert (role in CLOSED) == isinstance(answers[0][0], str)
    assert role in CLOSED or answers[0] == [[], [], 0, None]


def test_who_asks_in_vain_opened_nothing(ward: Ward) -> None:
    assert ward.told("ssiad") == ward.told("medecin_traitant") == []
    assert ward.told("personne") == []


def test_that_a_search_found_what_is_hidden_is_not_told_by_what_came_along(ward: Ward) -> None:
    ward.here.open("medecin_traitant").search("Condition", [("code", "F20.0"), ("_include", "Condition:patient")])
    ward.here.pass_time()
    assert ward.told("gestionnaire") == []
    assert ward.told("personne", ("agent", CABINET)) == [(CABINET, [PERSON, "Condition/psy"])]


def test_a_relative_is_named_to_who_sees_relatives(ward: Ward) -> None:
    ward.opens("aidant", PERSON)
    assert ward.told("gestionnaire") == [("RelatedPerson/fille", [PERSON])]
    ward.here.consent("deny", party=DAC, section="contacts")
    ward.here.pass_time()
    told = [who for who, _ in ward.told("gestionnaire")]
    assert told and "RelatedPerson/fille" not in told


def test_opposition_closes_the_journal_to_all_but_the_person_and_the_protection_officer(ward: Ward) -> None:
    ward.opens("gestionnaire", "Condition/d")
    ward.here.write(consent("deny", id="refus", patient={"reference": DORA}))
    ward.here.pass_time()
    assert ward.told("gestionnaire", patient=DORA) == []
    assert ward.told("dpo_auditeur", patient=DORA) == [(DAC, [DORA])]
    assert b"OPTOUT" in ward.here.open("dpo_auditeur").read("Consent/refus").body
    with pytest.raises(NotFound):
        ward.here.open("dpo_auditeur").read(DORA)
    with ward.here.store.write() as connection:
        assert rebuild_all(connection).changed == 0


def test_readers_of_one_journal_are_nobody_to_another(ward: Ward) -> None:
    ward.opens("gestionnaire", "Condition/d")
    assert ward.told("personne", patient=DORA) == ward.told("repr_legal", patient=DORA) == []


def test_to_read_the_journal_stands_in_the_journal(ward: Ward) -> None:
    ward.page("personne")
    (event,) = ward.page("gestionnaire").slices
    ward.here.open("personne").read(event.name)
    ward.here.pass_time()
    assert ward.told("personne") == [(PERSON, [PERSON]), (DAC, [PERSON]), (PERSON, [PERSON])]
    assert [one["subtype"][0]["code"] for one in ward.events("personne")[1:]] == ["read", "search-type", "search-type"]


def test_an_event_is_read_by_its_id_and_says_the_same(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    (found,) = ward.page("personne").slices
    assert ward.here.open("personne").read(found.name) == found
    (other,) = ward.page("personne", ("_id", found.name.partition("/")[2]), patient="").slices
    assert other == found
    for name in (found.name[:-1], found.name[:-1] + ("a" if found.name[-1] != "a" else "b"), "AuditEvent/x"):
        with pytest.raises(NotFound):
            ward.here.open("personne").read(name)
    with pytest.raises(NotFound):
        ward.here.open("dpo_auditeur").read(found.name)


@pytest.mark.parametrize("ask", ["vread", "history"])
def test_events_have_no_versions(ward: Ward, ask: str) -> None:
    record = ward.here.open("personne")
    with pytest.raises(Refused, match="not-offered"):
        record.vread("AuditEvent/x", "a" * 52) if ask == "vread" else record.history("AuditEvent/x")


def test_what_is_withheld_later_is_named_no_more(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    (before,) = ward.page("gestionnaire").slices
    with ward.here.store.write() as connection:
        rid, person = get_reference_rid("Condition/c"), get_reference_rid(PERSON)
        row = {"rid": rid, "party": DAC, "role": "", "since": ward.here.store.now(), "until": EVER}
        connection.execute(insert(withheld).values(person=person, why="opposition", **row))
    ward.here.pass_time()
    assert ward.told("gestionnaire", ("agent", CABINET)) == []
    with pytest.raises(NotFound):
        ward.here.open("gestionnaire").read(before.name)


def test_what_becomes_psychiatric_is_named_no_more(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    ward.here.change("Condition/c", code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "F31"}]})
    assert ward.told("gestionnaire") == []
    assert ward.told("personne", ("agent", CABINET)) == [(CABINET, [PERSON, "Condition/c"])]


def test_the_version_follows_what_is_seen(ward: Ward) -> None:
    ward.here.open("medecin_traitant").search("Condition", [])
    ward.here.pass_time()
    (before,) = ward.page("gestionnaire").slices
    assert b"Condition/psy" not in before.body
    ward.here.consent("permit", section="psychiatric")
    ward.here.pass_time()
    (after,) = ward.page("gestionnaire", ("agent", CABINET)).slices
    assert b"Condition/psy" in after.body
    assert after.name == before.name and after.version != before.version and after.updated > before.updated


def test_pages_go_on_where_they_ended_while_rows_are_added(ward: Ward) -> None:
    for _ in range(5):
        ward.opens("ssiad", "Condition/c")
    first = ward.page("personne", ("_count", "2"), ("_total", "accurate"))
    assert first.total == 5 and first.next
    ward.opens("ssiad", "Condition/c")
    second = ward.page("personne", ("_count", "2"), cursor=first.next)
    third = ward.page("personne", ("_count", "2"), cursor=second.next)
    shown = [one.name for page in (first, second, third) for one in page.slices]
    assert len(shown) == len(set(shown)) == 5 and third.next is None
    oldest = ward.page("personne", ("_count", "5"), ("_sort", "date"))
    assert [one.name for one in oldest.slices] == shown[::-1]
    again = ward.page("personne", ("_count", "5"), cursor=oldest.next)
    assert not {one.name for one in again.slices} & set(shown)


def test_a_cursor_is_nobody_elses(ward: Ward) -> None:
    for _ in range(2):
        ward.opens("ssiad", "Condition/c")
    found = ward.page("personne", ("_count", "1"))
    with pytest.raises(Invalid, match="parameter-value@_cursor"):
        ward.page("repr_legal", cursor=found.next)
    with pytest.raises(Invalid, match="parameter-beside-cursor@patient"):
        ward.here.open("personne").search("AuditEvent", [("patient", PERSON)], cursor=found.next)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (("date", "2026-11-21"), 3),
        (("date", "gt2026-11-21"), 0),
        (("date", "2026-11-21T08:00:02Z"), 1),
        (("date", "ne2026-11-21T08:00:02Z"), 2),
        (("date", "lt2026-11-21T08:00:02Z"), 1),
        (("date", "ge2026-11-21T08:00:02Z"), 2),
        (("date", "eb2026-11-21T08:00:01Z,sa2026-11-21T08:00:02Z"), 1),
        (("agent", CABINET), 1),
        (("agent", "cabinet"), 1),
        (("agent", f"{CABINET},{SSIAD}"), 2),
        (("agent:missing", "true"), 0),
        (("agent:missing", "false"), 3),
        (("agent:identifier", "x"), 0),
        (("action", "R"), 2),
        (("action", "http://hl7.org/fhir/audit-event-action|E"), 1),
        (("action", "urn:x|E"), 0),
        (("action", "R,E"), 3),
        (("action:not", "R"), 1),
        (("action", "zz"), 0),
        (("_lastUpdated", "gt2026-11-21T08:00:02Z"), 1),
        (("_security", "REDACTED"), 3),
        (("_tag", "x"), 0),
        (("_summary", "count"), 0),
    ],
)
def test_what_is_asked_is_met(ward: Ward, asked: tuple[str, str], count: int) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    ward.opens("ssiad", "Condition/c")
    ward.here.open("gestionnaire").search("Condition", [])
    ward.here.pass_time()
    page = ward.page("personne", asked)
    assert len(page.slices) == count
    if asked[0] == "_summary":
        assert page.total == 3


def test_what_an_event_points_to_comes_along_if_it_may_be_seen(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    ward.opens("personne", "Condition/c")
    page = ward.page("gestionnaire", ("_include", "AuditEvent:patient"), ("_include", "AuditEvent:agent"))
    assert [one.name for one in page.included] == [CABINET, PERSON]
    assert ward.page("personne", ("_include", "AuditEvent:agent")).included[0].name == CABINET


def test_every_event_is_valid(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    record = ward.here.open("gestionnaire")
    record.search("Condition", [("_include", "Condition:patient")])
    record.history("Condition/c")
    record.create({"resourceType": "RelatedPerson", "patient": {"reference": PERSON}})
    ward.here.pass_time()
    found = ward.events("personne")
    assert {one["action"] for one in found} == {"R", "E", "C"}
    for one in found:
        check(one)
        assert one["meta"]["security"][0]["code"] == "REDACTED"
        assert one["entity"][0]["what"] == {"reference": PERSON}


@r4.needs_data
def test_events_keep_the_published_invariants(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    for one in ward.events("personne"):
        assert list(r4.violations(one)) == []


@pytest.mark.parametrize("count", [1, 12])
def test_as_many_statements_for_many_events_as_for_one(ward: Ward, count: int) -> None:
    for _ in range(count):
        ward.here.open("gestionnaire").search("Condition", [])
        ward.here.pass_time()
    index_traces(ward.here.store)
    with statements(ward.here.store) as said:
        page = ward.page("personne")
    assert len(page.slices) == count
    # Whether anything is new, and on SQLite whether anything waits; whose journal; its events; what they showed; the trace.
    assert len(said) == (5 if ward.here.store.on_postgres else 6)
    with statements(ward.here.store) as said:
        ward.here.open("personne").read(page.slices[-1].name)
    assert len(said) == 3


def test_the_second_wall_stands_behind_the_journal(ward: Ward) -> None:
    store = ward.here.store
    if not store.on_postgres:
        pytest.skip("row-level security is PostgreSQL's")
    ward.opens("medecin_traitant", "Condition/c")
    ward.opens("gestionnaire", "Condition/d")
    index_traces(store)
    shown = {}
    for role in ("personne", "dpo_auditeur", "ssiad", "guichet"):
        with store.read() as connection:
            set_rls_context(ward.here.session(role, connection))
            counts = [
                connection.execute(text(f"SELECT count(*) FROM {table} WHERE person = :person"), {"person": person})
                for table in ("access", "access_actor")
                for person in (get_reference_rid(PERSON), get_reference_rid(DORA))
            ]
            shown[role] = [one.scalar_one() for one in counts]
    assert shown == {"personne": [1, 0, 1, 0], "dpo_auditeur": [0, 1, 0, 1], "ssiad": [0] * 4, "guichet": [0] * 4}
    with store.read() as connection, pytest.raises(Exception, match="permission denied"):
        set_rls_context(ward.here.session("personne", connection))
        connection.execute(text("SELECT 1 FROM trace"))


def test_a_body_is_json_without_a_space(ward: Ward) -> None:
    ward.opens("medecin_traitant", "Condition/c")
    (found,) = ward.page("personne").slices
    assert decode(found.body)["id"] == found.name.partition("/")[2]
    assert found.body.startswith(b'{"resourceType":"AuditEvent","id":"')
