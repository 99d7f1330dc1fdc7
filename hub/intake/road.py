"""The road of one message, the same for every door: kept, read, mapped, admitted, answered (`inbound.md` §1).

Whatever happens after `keep`, the message is there: admitted, or a dead letter with its cause, or still `received` when
the process died or the database gave up, and then the sender, who got no answer, sends again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import adapters.fhir
import adapters.hl7v2
from adapters.social.csv import read as read_table
from adapters.sources import Source
from hub.domain.actor import Actor
from hub.domain.errors import Conflict, HubError, NotFound, Problem
from hub.domain.referral import Message, Movement, Referral
from hub.intake import answers
from hub.intake.answers import Answer, Fault
from hub.intake.faults import note
from hub.intake.making import Maker
from hub.intake.rows import receive_rows
from hub.intake.sources import source_for, sources
from hub.record.admission import inbox
from hub.record.admission.admit import REUSED, Unavailable, admit
from hub.record.admission.inbox import Kept, Said
from hub.record.db.store import Store
from hub.settings.settings import Settings


def receive(store: Store, actor: Actor, source: str, media_type: str, raw: bytes, settings: Settings) -> Answer:
    """Take `raw` from `actor` by the door `source`; the answer is in the terms of that door.

    Raises Refused and NotFound before anything is kept (see `hub.intake.sources.source_for`), and Unavailable."""
    found = source_for(actor, source)
    kept = inbox.keep(
        store,
        source=source,
        client=actor.client,
        party=actor.party,
        media_type=media_type,
        raw=raw,
        again=found.adapter == "csv",
    )
    return _take(store, found, replace(kept, role=actor.role, session=actor.session), settings)


def replay(store: Store, mid: str, settings: Settings) -> Answer:
    """Try a dead letter again by the same road, as its first sender. NotFound: no such letter, or its source is gone."""
    kept = inbox.reopen(store, mid)
    if kept.source not in sources():
        raise NotFound
    return _take(store, sources()[kept.source], kept, settings)


def _take(store: Store, source: Source, kept: Kept, settings: Settings) -> Answer:
    if kept.said is not None:
        return answers.deliver(source.adapter, kept.said, settings.base_url)
    if source.adapter == "csv":
        return receive_rows(store, source, kept, settings.demo)
    said, error = _Road(store, source, kept, settings.demo).travel()
    return answers.deliver(source.adapter, said, settings.base_url, error)


@dataclass(frozen=True)
class _Road:
    store: Store
    source: Source
    kept: Kept
    demo: bool

    def travel(self) -> tuple[Said, HubError | None]:
        """The answer, and what it was refused for."""
        maker = Maker(self.source.adapter, self.kept, self.demo)
        try:
            message = read(self.source, self.kept.raw)
            maker.welcome(message.person)
        except HubError as error:
            return self._bury(error)
        except Exception as fault:
            note(fault)
            return self._bury(Fault())
        return self._admit(message, maker)

    def _admit(self, message: Message, maker: Maker) -> tuple[Said, HubError | None]:
        try:
            key = message.header.message_id
            return admit(self.store, self.kept, key, lambda lookup: maker.make(message, lookup)).said, None
        except Unavailable:
            raise
        except HubError as error:
            return self._bury(error, message)
        except Exception as fault:
            note(fault)
            return self._bury(Fault(), message)

    def _bury(self, error: HubError, message: Message | None = None) -> tuple[Said, HubError | None]:
        adapter = self.source.adapter
        told = answers.refused(adapter, self.kept, error)
        if isinstance(message, Movement) and not _is_reuse(error):
            # What befalls a notice after it was read depends on who is followed: the sender is told the same as ever.
            told = answers.accepted(adapter, self.kept)
        inbox.bury(self.store, self.kept, str(error), told)
        return told, error


def _is_reuse(error: HubError) -> bool:
    return isinstance(error, Conflict) and error.problems[0].code == REUSED


def read(source: Source, raw: bytes) -> Message:
    """What a message of a door says. Malformed or Invalid, as the adapter finds."""
    if source.adapter == "fhir":
        return adapters.fhir.read(raw)
    return adapters.hl7v2.read(raw, zone=source.zone)


def preview(source: Source, raw: bytes) -> tuple[Problem, ...]:
    """What the adapter finds wrong in `raw`; nothing is kept."""
    try:
        if source.adapter != "csv":
            read(source, raw)
            return ()
        outcomes = [row.outcome for row in read_table(raw, source)]
    except HubError as error:
        return error.problems
    return tuple(problem for outcome in outcomes if not isinstance(outcome, Referral) for problem in outcome)
