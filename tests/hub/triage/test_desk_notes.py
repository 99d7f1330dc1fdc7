"""The desk's own notes: take, look, hand over, call back, the shift, filters; who reads them, and for how long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from hub.domain.errors import Conflict, NotFound, Refused
from hub.record.access.row_level_security import set_rls_context
from hub.record.access.session import ReadSession
from hub.record.db.store import Store
from hub.record.desk.notes import NewNote, NoteKind
from hub.record.desk.purge import purge_notes
from hub.record.repository.desk import DeskRecord
from hub.record.tables import desk_decision, desk_note, trace
from hub.triage import desk_notes
from hub.triage.decision import decide
from hub.triage.telling import tell_due
from tests.colleagues import add_colleague
from tests.contracts.cases import leak
from tests.hub.triage.demands import AGENT, DEMAND, MANAGER, Desk, refuse, settle_desk

BASE = "https://hub.example/fhir"


@pytest.fixture
def desk(store: Store) -> Desk:
    return settle_desk(store)


@leak(kills="two of the desk take one demand")
def test_who_took_a_demand_is_shown_and_a_colleague_does_not_take_it_away(desk: Desk) -> None:
    desk_notes.take(desk.store, desk.open(), DEMAND)
    desk.here.pass_time()
    assert desk_notes.list_presence(desk.open(desk.malo), [DEMAND])[DEMAND].taken_by == desk.nadia.account_id
    with pytest.raises(Conflict) as refusal:
        desk_notes.take(desk.store, desk.open(desk.malo), DEMAND)
    assert refusal.value.problems[0].code == "demand-taken"
    desk_notes.give_back(desk.open(), DEMAND)
    desk.here.pass_time()
    desk_notes.take(desk.store, desk.open(desk.malo), DEMAND)


def test_after_thirty_minutes_without_a_look_it_is_free_again(desk: Desk) -> None:
    desk_notes.take(desk.store, desk.open(), DEMAND)
    desk.pass_minutes(20)
    desk_notes.look(desk.store, desk.open(), DEMAND)
    desk.pass_minutes(20)
    assert desk_notes.list_presence(desk.open(), [DEMAND])[DEMAND].taken_by == desk.nadia.account_id
    desk.pass_minutes(11)
    assert desk_notes.list_presence(desk.open(), [DEMAND])[DEMAND].taken_by == ""
    desk_notes.take(desk.store, desk.open(desk.malo), DEMAND)


def test_who_looks_is_shown_to_the_others_for_a_minute(desk: Desk) -> None:
    desk_notes.look(desk.store, desk.open(), DEMAND)
    desk.here.pass_time()
    assert desk_notes.list_presence(desk.open(desk.malo), [DEMAND])[DEMAND].watchers == (desk.nadia.account_id,)
    assert desk_notes.list_presence(desk.open(), [DEMAND])[DEMAND].watchers == ()
    desk.pass_minutes(1.1)
    assert desk_notes.list_presence(desk.open(desk.malo), [DEMAND])[DEMAND].watchers == ()


def test_a_demand_is_handed_over(desk: Desk) -> None:
    desk_notes.take(desk.store, desk.open(), DEMAND)
    desk.here.pass_time()
    desk_notes.pass_on(desk.store, desk.open(), DEMAND, desk.malo.account_id)
    desk.here.pass_time()
    assert desk_notes.list_presence(desk.open(), [DEMAND])[DEMAND].taken_by == desk.malo.account_id


def test_a_demand_is_handed_over_to_the_desk_alone(desk: Desk) -> None:
    nurse = add_colleague(desk.here, "ines", ("Organization/ssiad", "ssiad"))
    for account in (nurse.account_id, "nobody"):
        with pytest.raises(Conflict) as refusal:
            desk_notes.pass_on(desk.store, desk.open(), DEMAND, account)
        assert refusal.value.problems[0].code == "demand-colleague"


def test_of_eight_who_take_it_at_once_one_has_it(desk: Desk) -> None:
    colleagues = [add_colleague(desk.here, f"agent{number}", AGENT) for number in range(8)]

    def take(number: int) -> bool:
        try:
            desk_notes.take(desk.store, desk.open(colleagues[number]), DEMAND)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1


def test_calls_have_their_tries_and_whether_a_message_may_be_left(desk: Desk) -> None:
    call = desk_notes.add_call(desk.open(), DEMAND, whom="sa fille", phone="0000000002", may_leave_message=False)
    desk.here.pass_time()
    call = desk_notes.note_try(desk.open(desk.malo), call, desk.store.now())
    desk.here.pass_time()
    listed = desk_notes.list_calls(desk.open())
    assert [(len(note.content["tries"]), note.content["may_leave_message"]) for note in listed] == [(1, False)]
    desk_notes.end_call(desk.open(), call)
    desk.here.pass_time()
    assert desk_notes.list_calls(desk.open()) == []


def test_the_next_shift_reads_what_the_last_one_left(desk: Desk) -> None:
    desk_notes.hand_over_shift(desk.store, desk.open(), "Rappeler le CHU avant midi.")
    desk.here.pass_time()
    assert [note.content["text"] for note in desk_notes.list_shift_notes(desk.open(desk.malo))] == [
        "Rappeler le CHU avant midi."
    ]


def test_a_filter_is_its_authors_alone_and_one_name_is_one_filter(desk: Desk) -> None:
    desk_notes.save_filter(desk.open(), "urgences", "file=a-trier")
    desk.here.pass_time()
    desk_notes.save_filter(desk.open(), "urgences", "file=a-completer")
    desk.here.pass_time()
    assert [note.content["query"] for note in desk_notes.list_filters(desk.open())] == ["file=a-completer"]
    assert desk_notes.list_filters(desk.open(desk.malo)) == []
    desk_notes.delete_filter(desk.open(), "urgences")
    desk.here.pass_time()
    with pytest.raises(NotFound):
        desk_notes.delete_filter(desk.open(), "urgences")


# --- Who reads a row -------------------------------------------------------------------------------------------------


def test_software_and_other_roles_have_no_desk(desk: Desk) -> None:
    nurse = add_colleague(desk.here, "ines", ("Organization/ssiad", "ssiad"))
    for actor in (desk.here.actor("guichet"), nurse.build_actor("Organization/ssiad", "ssiad")):
        with pytest.raises(Refused):
            DeskRecord(desk.store, actor, BASE).list_notes(list(NoteKind))


@leak(kills="a row of the desk is read without a grant on its person")
def test_without_a_grant_on_the_person_no_row_is_read(desk: Desk) -> None:
    desk_notes.take(desk.store, desk.open(), DEMAND)
    desk.here.pass_time()
    assert desk.open(desk.camille, MANAGER).list_notes([NoteKind.TAKEN])
    stranger = add_colleague(desk.here, "omar", ("Organization/ccas", "guichet"))
    record = DeskRecord(desk.store, stranger.build_actor("Organization/ccas", "guichet"), BASE)
    assert record.list_notes(list(NoteKind)) == []
    with pytest.raises(NotFound):
        record.add_note(NewNote(NoteKind.CALL, DEMAND))


@leak(kills="who is masked reads the rows of the desk")
def test_who_is_masked_reads_no_row_about_the_person(desk: Desk) -> None:
    desk_notes.take(desk.store, desk.open(), DEMAND)
    desk_notes.hand_over_shift(desk.store, desk.open(), "À demain.")
    desk.malo.mask()
    desk.here.pass_time()
    assert {note.kind for note in desk.open(desk.malo).list_notes(list(NoteKind))} == {NoteKind.HAND_OVER}
    with pytest.raises(NotFound):
        desk_notes.take(desk.store, desk.open(desk.malo), DEMAND)


def test_the_wall_of_postgres_keeps_the_same_rows(desk: Desk) -> None:
    """Under `hub_reader`, without the predicate: rows of the party, of a person with a grant, not masked, and no other's own."""
    if not desk.store.on_postgres:
        pytest.skip("row-level security is PostgreSQL's")
    desk_notes.take(desk.store, desk.open(), DEMAND)
    desk_notes.save_filter(desk.open(), "urgences", "file=a-trier")
    decide(desk.open(), DEMAND, desk.get_version(), refuse())
    desk.here.pass_time()
    stranger = add_colleague(desk.here, "omar", ("Organization/ccas", "guichet"))
    assert count_behind_the_wall(desk, desk.nadia.build_actor(*AGENT)) == (2, 1)
    assert count_behind_the_wall(desk, desk.malo.build_actor(*AGENT)) == (1, 1)
    assert count_behind_the_wall(desk, stranger.build_actor("Organization/ccas", "guichet")) == (0, 0)
    desk.malo.mask()
    desk.here.pass_time()
    assert count_behind_the_wall(desk, desk.malo.build_actor(*AGENT)) == (0, 0)


def count_behind_the_wall(desk: Desk, actor: object) -> tuple[int, int]:
    with desk.store.read() as connection:
        session = ReadSession(actor, desk.store.get_time(), connection, desk.store.seal_keys)  # type: ignore[arg-type]
        set_rls_context(session)
        notes, decisions = (len(connection.execute(select(table)).all()) for table in (desk_note, desk_decision))
        assert connection.scalar(text("SELECT current_user")) == "hub_reader"
    return notes, decisions


@leak(kills="what the desk notes is in the journal of the person")
def test_what_the_desk_does_for_itself_is_in_no_journal_of_the_person_and_in_the_traces(desk: Desk) -> None:
    desk_notes.take(desk.store, desk.open(), DEMAND)
    held = decide(desk.open(), DEMAND, desk.get_version(), refuse())
    desk.open().undo(held)
    with desk.store.read() as connection:
        rows = connection.execute(select(trace.c.action, trace.c.shown, trace.c.asked).order_by(trace.c.seq)).all()
    acts = [tuple(row) for row in rows if row.action in ("desk-note", "desk-decide", "desk-undo")]
    assert acts == [("desk-note", "", DEMAND), ("desk-decide", "", DEMAND), ("desk-undo", "", DEMAND)]


# --- Terms -----------------------------------------------------------------------------------------------------------


def test_notes_are_deleted_at_their_term(desk: Desk) -> None:
    desk_notes.look(desk.store, desk.open(), DEMAND)
    desk_notes.add_call(desk.open(), DEMAND, whom="sa fille", phone="", may_leave_message=True)
    desk_notes.save_filter(desk.open(), "urgences", "file=a-trier")
    desk.pass_minutes(2)
    assert purge_notes(desk.store, desk.store.now()) == 1
    decide(desk.open(), DEMAND, desk.get_version(), refuse())
    desk.pass_minutes(16)
    tell_due(desk.store, BASE)
    desk.here.pass_time()
    assert purge_notes(desk.store, desk.store.now()) == 1
    assert [note.kind for note in desk.open().list_notes(list(NoteKind))] == [NoteKind.FILTER]
