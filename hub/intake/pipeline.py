"""Store, read, map, admit and answer a message: the same steps for every format (`docs/inbound.md` §1).

Once `inbox.keep` has returned, the message is in the record whatever happens: admitted; or a dead letter with its cause; or
still `received`, when the process died or the database gave up, and then the sender, who got no answer, sends it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from adapters.adapter import ReceivedMessage, Result, Row, Source
from hub.domain.actor import Actor
from hub.domain.dates import add_days
from hub.domain.errors import Conflict, HubError, Invalid, NotFound, Problem
from hub.domain.referral.message import Message, Movement, Referral
from hub.intake.admission import AdmissionBuilder, AmbiguousIdentity
from hub.intake.answer import Answer
from hub.intake.faults import report_faults
from hub.intake.persons import check_test_identity
from hub.intake.sources import CALLS, find_source, load_sources
from hub.record.admission import inbox
from hub.record.admission.admit import REUSED, Admission, admit, refuse
from hub.record.admission.inbox import InboxMessage, StoredAnswer
from hub.record.admission.lookup import Lookup
from hub.record.admission.message_key import MessageKey
from hub.record.db.store import Store
from hub.settings.settings import Settings


def receive(store: Store, actor: Actor, source: str, media_type: str, body: bytes, *, settings: Settings) -> Answer:
    """Take `body` from `actor` at the source of that name, and return the answer in the terms of its format.

    Raises Refused and NotFound before anything is stored (`find_source`), and Unavailable when the database gives up."""
    entrance = find_source(actor, source)
    return Pipeline(store, entrance, settings).run(keep_message(store, actor, entrance, media_type, body))


def keep_message(store: Store, actor: Actor, source: Source, media_type: str, body: bytes) -> InboxMessage:
    """Store `body` durably and return the message, as this actor brings it."""
    process_again = source.adapter.holds_rows
    message = inbox.keep(
        store, actor, source=source.name, media_type=media_type, body=body, process_again=process_again
    )
    return replace(message, role=actor.role, session=actor.session, account=actor.account)


def replay(store: Store, mid: str, settings: Settings) -> Answer:
    """Try a dead letter again, as its first sender. NotFound: no such letter, or its source is gone."""
    message = inbox.reopen(store, mid)
    sources = {**load_sources(), CALLS.name: CALLS}
    if message.source not in sources:
        raise NotFound
    return Pipeline(store, sources[message.source], settings).run(message)


def preview(source: Source, body: bytes, *, demo: bool) -> tuple[Problem, ...]:
    """Return what the adapter finds wrong in `body`, and outside a `demo` each test identity; nothing is stored."""
    try:
        content = source.adapter.read(body, source)
    except HubError as error:
        return error.problems
    rows = content if isinstance(content, list) else [Row(0, body, content)]
    return tuple(problem for row in rows for problem in _find_row_problems(source, row, demo=demo))


def _find_row_problems(source: Source, row: Row, *, demo: bool) -> tuple[Problem, ...]:
    if isinstance(row.content, tuple):
        return row.content
    try:
        if not demo:
            check_test_identity(row.content.person, source.adapter.identifiers_place)
    except Invalid as error:
        return error.problems
    return ()


@dataclass(frozen=True)
class _Outcome:
    """The outcome of one message. `result`: for the adapter, which writes the answer from it; `answer`: as it was stored;
    `problems`: for the operator."""

    result: Result
    answer: StoredAnswer
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """Takes the messages of one source through these steps."""

    store: Store
    source: Source
    settings: Settings

    def run(self, message: InboxMessage) -> Answer:
        """Read, map and admit a message or the rows of a table. A message that was admitted before gets its answer again."""
        try:
            with report_faults():
                content = self.source.adapter.read(message.body, self.source)
        except HubError as error:
            if message.answer is None:
                return self._deliver(self._refuse(message, error))
            content = []
        if message.answer is not None and (isinstance(content, list) or self._get_term(content) is None):
            return self._deliver(_Outcome(Result(message.answer.task), message.answer))
        if isinstance(content, list):
            return self._run_table(message, content)
        return self._deliver(self._process(message, Row(0, message.body, content)))

    def _run_table(self, message: InboxMessage, rows: Sequence[Row]) -> Answer:
        """Admit each row in a transaction of its own: a bad row never stops the others (`docs/domain.md` §5.6), and other senders
        write between two rows (`hub.record.db.turns`)."""
        outcomes = [self._process(message.extract_row(row.number, row.body), row) for row in rows]
        answer = self._write_answer(message, *(outcome.result for outcome in outcomes))
        inbox.close_table(self.store, message, answer)
        problems = tuple(problem for outcome in outcomes for problem in outcome.problems)
        is_accepted = any(outcome.result.error is None for outcome in outcomes)
        status = self.source.adapter.get_status(None if is_accepted else Invalid(*problems))
        tasks = sum(1 for outcome in outcomes if outcome.result.task)
        return Answer(status, answer.body, answer.media_type, tasks=tasks, problems=problems)

    def _process(self, message: InboxMessage, row: Row) -> _Outcome:
        """Admit one message, or make it a dead letter."""
        try:
            content = self._check(row)
        except HubError as error:
            return self._refuse(message, error, row.number, None if isinstance(row.content, tuple) else row.content)

        def build(lookup: Lookup) -> Admission:
            writes, task = AdmissionBuilder(message, self._read_earlier).build(content, lookup)
            warnings = _list_warnings(content, row, lookup.makes_again)
            return Admission(writes, self._accept(message, Result(task, warnings=warnings)))

        try:
            with report_faults():
                key = MessageKey(content.header.application, content.header.message_id)
                admitted = admit(self.store, message, key, build, lasts=self._get_term(content))
        except HubError as error:
            return self._refuse(message, error, row.number, content)
        warnings = _list_warnings(content, row, admitted.makes_again)
        result = Result(admitted.answer.task, row=row.number, is_duplicate=admitted.is_repeated, warnings=warnings)
        return _Outcome(result, admitted.answer)

    def _get_term(self, content: Message) -> int | None:
        """Return for how long (µs) the same content is the same demand; None where the sender's own number says so."""
        if not isinstance(content, Referral) or not content.same_demand:
            return None
        now = self.store.now()
        return now - add_days(now, -self.settings.demand_days)

    def _read_earlier(self, body: bytes, media_type: str) -> Referral | None:
        """Read a message that this source took before; None for one of another format, or that cannot be read any more."""
        if media_type not in self.source.adapter.media_types:
            return None
        content = self.source.adapter.read(body, self.source)
        first = content[0].content if isinstance(content, list) and content else content
        return first if isinstance(first, Referral) else None

    def _check(self, row: Row) -> Message:
        """Return the message of a row. Invalid: it could not be read, or it has a test identity outside a demo."""
        if isinstance(row.content, tuple):
            raise Invalid(*row.content)
        if not self.settings.demo:
            check_test_identity(row.content.person, self.source.adapter.identifiers_place)
        return row.content

    def _accept(self, message: InboxMessage, result: Result) -> StoredAnswer:
        # The result of a row is in the answer to its table.
        if self.source.adapter.holds_rows:
            return StoredAnswer(b"", "", result.task)
        return self._write_answer(message, result)

    def _refuse(self, message: InboxMessage, error: HubError, row: int = 0, content: Message | None = None) -> _Outcome:
        result = Result(error=error, row=row)
        if isinstance(content, Movement) and not _is_reuse(error):
            # What goes wrong with a notice once it is read depends on who is followed: its sender gets the usual answer.
            result = Result(row=row)
        answer = self._write_answer(message, result)
        key = None if content is None else MessageKey(content.header.application, content.header.message_id)
        claims = _claims_key(content, error)
        if key is not None and claims and isinstance(error, AmbiguousIdentity):
            patients = error.patients
            refuse(
                self.store,
                message,
                str(error),
                answer,
                lambda lookup: AdmissionBuilder(message).build_review(patients, lookup),
                key=key,
            )
        else:
            inbox.dead_letter(self.store, message, str(error), answer, key, claims=claims)
        return _Outcome(result, answer, error.problems)

    def _write_answer(self, message: InboxMessage, *results: Result) -> StoredAnswer:
        received = datetime.fromtimestamp(message.received / 1_000_000, UTC)
        reply = self.source.adapter.answer(
            ReceivedMessage(message.mid, received, message.media_type, message.body), results
        )
        return StoredAnswer(reply.body, reply.media_type, results[0].task if len(results) == 1 else "")

    def _deliver(self, outcome: _Outcome) -> Answer:
        """Return the HTTP answer to a message, the first time and when it is repeated. A 201 has the address of the Task."""
        answer, status = outcome.answer, self.source.adapter.get_status(outcome.result.error)
        location = f"{self.settings.base_url}/fhir/{answer.task}" if status == 201 else ""
        return Answer(status, answer.body, answer.media_type, location, int(bool(answer.task)), outcome.problems)


def _list_warnings(content: Message, row: Row, makes_again: bool) -> tuple[Problem, ...]:
    """Return what the sender of an accepted message is told."""
    place = f"row {row.number}" if row.number else content.header.kind
    return (*((Problem("demand-again", place),) if makes_again else ()), *content.warnings)


def _claims_key(content: Message | None, error: HubError) -> bool:
    """Return whether a refused message claims its key. A notice does however it ends: otherwise its sender would learn by using
    the identifier again whether the record has the person (`docs/parts.md` 24)."""
    return isinstance(content, Movement) and not _is_reuse(error)


def _is_reuse(error: HubError) -> bool:
    return isinstance(error, Conflict) and error.problems[0].code == REUSED
