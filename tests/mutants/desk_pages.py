"""Faults of the desk's pages and of what services and senders ask (`docs/parts.md` 4, 12, 25)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from hub.desk.services import pages
from hub.intake import asking
from hub.intake.admission import AdmissionBuilder
from hub.record.tables import message
from hub.record.write import before_write, own_service
from tests.mutants.blind import replaced


def _answer_as_sender(whole: Any) -> Any:
    """Whoever asks gets the answer of the organisation that sent the message."""

    def find(store: Any, actor: Any, source: str, number: str, application: str = "") -> Any:
        with store.read() as connection:
            sender = connection.scalar(select(message.c.party).where(message.c.number == number))
        return whole(store, replace(actor, party=sender or actor.party), source, number, application)

    return find


MUTANTS: dict[str, Callable[[], Any]] = {
    "a form of the desk names a person whom the agent does not see": replaced(
        AdmissionBuilder, "_find_chosen", lambda _whole: lambda _self, referral, *_given: referral.person.known_as
    ),
    "a sender asks for the answer to another organisation's message": replaced(
        asking, "find_answer", _answer_as_sender
    ),
    "somebody else says the places of a service": replaced(
        pages, "_is_own", lambda _whole: lambda _visit, _service: True
    ),
    "the members of an organisation change more of the directory than its places, hours and conditions": replaced(
        own_service, "OWN_ELEMENTS", lambda whole: whole | {"name", "active", "providedBy", "type"}
    ),
    "an organisation says the places of another's service": replaced(
        before_write, "is_own_service", lambda _whole: lambda service, _party: service is not None
    ),
}
