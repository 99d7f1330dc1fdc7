"""The desk's own rows as one actor sees them: notes, and decisions that are held (`docs/parts.md` 36, 40).

What is noted or held moves no version. Its trace names the demand as asked for, so that it is not in the person's journal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from hub.domain.desk.decisions import Decision, DecisionKind
from hub.domain.errors import Conflict, NotFound
from hub.fhir import loads
from hub.record.access.predicate import AccessContext
from hub.record.access.row_level_security import set_rls_context
from hub.record.access.session import ReadSession
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.clock import tick
from hub.record.desk.caseload import CaseManager, is_colleague, list_case_managers
from hub.record.desk.decisions import HeldDecision, State, delete_held, hold_decision, list_decisions, move_decision
from hub.record.desk.notes import DeskNote, NewNote, NoteKind, add_note, end_notes, extend_note, list_notes
from hub.record.desk.resuming import resume as stage_resumption
from hub.record.desk.resuming import withdraw as stage_withdrawal
from hub.record.desk.sight import check_desk
from hub.record.desk.telling import carry_out, check_manager, find_about, read_demand
from hub.record.read.current import read
from hub.record.repository.record import Record
from hub.record.subscriptions.register import Registrations
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView
from hub.record.write.commit import flush
from hub.record.write.writer import Writer

MINUTE = 60_000_000


class HoldTerms(NamedTuple):
    """`minutes`: how long a decision waits before it is told. `ceiling`: persons of one case manager."""

    minutes: int
    ceiling: int


class DeskRecord(Record):
    """The record as an actor of the desk sees it, with the desk's own rows. Each method raises Refused `desk-only` for an actor
    who is none, NotFound for a demand that is hidden."""

    def list_notes(
        self, kinds: Collection[NoteKind], subjects: Collection[str] | None = None, *, ended: bool = False
    ) -> list[DeskNote]:
        """Return the notes of `kinds`, the oldest first; with `ended` those that have ended too."""
        with self._open_rows() as session:
            return list_notes(session, kinds, subjects, ended=ended)

    def list_decisions(
        self, tasks: Collection[str] | None = None, states: Collection[State] = tuple(State)
    ) -> list[HeldDecision]:
        """Return the decisions about `tasks`, or all that the actor reads, the oldest first."""
        with self._open_rows() as session:
            return list_decisions(session, tasks, states)

    def list_case_managers(self, ceiling: int) -> list[CaseManager]:
        """Return the case managers of the actor's organisation. `ceiling`: persons of one."""
        check_desk(AccessContext(self._actor, 0))
        # No row of a person is returned, and the reader of PostgreSQL does not see accounts.
        with self._store.read() as connection:
            return list_case_managers(connection, self._actor.party, self._store.get_time(), ceiling)

    def add_note(self, note: NewNote) -> DeskNote:
        """Add a note; about a demand when its subject is a Task."""
        with self._open_acting(note.subject) as writer:
            return add_note(writer.session, self._new_row(), self._place(writer.session, note))

    def end_notes(self, notes: Collection[DeskNote]) -> None:
        """End notes that the actor reads; the others are left."""
        with self._open_acting("") as writer:
            kinds = {note.kind for note in notes}
            readable = {note.note_id for note in list_notes(writer.session, kinds)} if kinds else set()
            end_notes(writer.session.connection, {note.note_id for note in notes} & readable, writer.session.now)

    def replace_note(self, former: DeskNote, note: NewNote) -> DeskNote:
        """End `former` and add `note` in its place. NotFound when the actor does not read `former`, or it has ended."""
        with self._open_acting(note.subject) as writer:
            session = writer.session
            if former.note_id not in {row.note_id for row in list_notes(session, [former.kind], [former.subject])}:
                raise NotFound
            end_notes(session.connection, [former.note_id], session.now)
            return add_note(session, self._new_row(), self._place(session, note))

    def keep_note(self, note: NewNote, *, alone: bool) -> DeskNote:
        """Note that the actor's account takes or looks at a demand until `note.until`, or still does.

        `alone`: only one account at a time may: Conflict `demand-taken` when another one does."""
        with self._open_acting(note.subject) as writer:
            session = writer.session
            present = list_notes(session, [note.kind], [note.subject])
            own = [row for row in present if row.account == self._actor.account]
            if alone and len(own) < len(present):
                raise Conflict("demand-taken")
            if not own:
                return add_note(session, self._new_row(), self._place(session, note))
            extend_note(session.connection, own[0].note_id, note.until)
            return own[0]

    def hand_over(self, note: NewNote, account: str) -> DeskNote:
        """Let another account of the desk hold a demand: the notes that say who took it end, and a new one names it. Conflict
        `demand-colleague` for an account that is none of the desk of the actor's organisation."""
        with self._open_acting(note.subject) as writer:
            session = writer.session
            if not is_colleague(session.connection, self._actor.party, account, session.now):
                raise Conflict("demand-colleague")
            end_notes(
                session.connection, {n.note_id for n in list_notes(session, [note.kind], [note.subject])}, session.now
            )
            return add_note(session, self._new_row(), self._place(session, note), account=account)

    def hold(self, task_name: str, version: str, decision: Decision, terms: HoldTerms) -> HeldDecision:
        """Hold a decision. What it would change is tried and taken back, so that it is refused now if it does not hold.

        `version`: of the Task that the author decided on. Raises Conflict `version-conflict` for another, `decision-held`, and as
        `tell`."""
        with self._open_acting(task_name, "desk-decide") as writer:
            task, current = read_demand(writer, task_name)
            if version != current:
                raise Conflict("version-conflict")
            if decision.kind is DecisionKind.ACCEPT and not decision.rank:
                check_manager(writer, decision.manager, terms.ceiling)
            session = writer.session
            due = session.now + terms.minutes * MINUTE
            pending = hold_decision(session, self._new_row(), find_about(task_name, task), decision, due)
            self._try(session, pending, terms.ceiling)
            return pending

    def undo(self, pending: HeldDecision) -> None:
        """Forget a decision that is held. Raises NotFound for one that the actor does not read, Conflict `decision-told` once it
        is told."""
        with self._open_acting(pending.task, "desk-undo") as writer:
            readable = {decision.decision_id for decision in list_decisions(writer.session, [pending.task])}
            if pending.decision_id not in readable:
                raise NotFound
            if not delete_held(writer.session.connection, pending.decision_id):
                raise Conflict("decision-told")

    def tell(self, pending: HeldDecision, ceiling: int) -> list[str]:
        """Carry out a decision of the actor and return the names of what changed.

        Raises Conflict `decision-told` when it is not held any more, and NotFound, Refused, Invalid or Conflict when it does not
        hold: nothing is written then."""
        with self._open_acting(pending.task, "") as writer:
            session = writer.session
            if not move_decision(session.connection, pending.decision_id, State.TOLD, session.now):
                raise Conflict("decision-told")
            carry_out(writer, pending, ceiling, self._new_row())
            flush(writer.unit)
            names = sorted(writer.unit.changes)
            write_trace(session.connection, self._store, session, TraceEntry("transaction", "", names))
            return names

    def resume(self, task_name: str, reason: str) -> str:
        """Take up a refused demand again and return the name of its new Task. Conflict `resume-closed` unless the actor's
        organisation refused it and nobody took it up yet."""
        with self._open_acting(task_name, "") as writer:
            name = stage_resumption(writer, task_name, reason)
            return self._finish(writer, name)

    def withdraw(self, task_name: str, reason: str) -> str:
        """Take back an acceptance (`docs/loop.md` T7): its actions are asked to end, those that nobody read are cancelled."""
        with self._open_acting(task_name, "") as writer:
            stage_withdrawal(writer, task_name, reason)
            return self._finish(writer, task_name)

    def _finish(self, writer: Writer, name: str) -> str:
        flush(writer.unit)
        names = sorted(writer.unit.changes)
        write_trace(writer.session.connection, self._store, writer.session, TraceEntry("transaction", "", names))
        return name

    def _try(self, session: ReadSession, pending: HeldDecision, ceiling: int) -> None:
        """Carry out a decision and take all of it back. Raises as `tell`."""
        attempt = session.connection.begin_nested()
        try:
            unit = UnitOfWork(session.connection, session.now, self._store.new_id)
            carry_out(
                Writer(unit, WriterView(session), Registrations(self._loopback)), pending, ceiling, pending.decision_id
            )
            flush(unit)
        finally:
            attempt.rollback()

    def _new_row(self) -> str:
        return self._store.new_id("DeskNote")

    def _place(self, session: ReadSession, note: NewNote) -> NewNote:
        """Return a note with the person of its demand. NotFound when the actor does not see the Task."""
        if not note.subject.startswith("Task/"):
            return note
        body = read(session, note.subject).body
        return replace(note, person=find_about(note.subject, loads(body, size=len(body))).person)

    @contextmanager
    def _open_rows(self) -> Iterator[ReadSession]:
        check_desk(AccessContext(self._actor, 0))
        with self._store.read() as connection:
            session = ReadSession(self._actor, self._store.get_time(), connection, self._store.seal_keys)
            if self._store.on_postgres:
                set_rls_context(session)
            yield session

    @contextmanager
    def _open_acting(self, target: str, action: str = "desk-note") -> Iterator[Writer]:
        """Open a transaction in which the actor writes. `asked`: the demand; `action`: of the trace, "" for who traces itself."""
        check_desk(AccessContext(self._actor, 0))
        with self._trace_missing("update", [target]), self._store.write() as connection:
            time = tick(self._store, connection)
            session = ReadSession(self._actor, time, connection, self._store.seal_keys)
            yield Writer(
                UnitOfWork(connection, time, self._store.new_id), WriterView(session), Registrations(self._loopback)
            )
            if action:
                write_trace(connection, self._store, session, TraceEntry(action, "", (), target))
