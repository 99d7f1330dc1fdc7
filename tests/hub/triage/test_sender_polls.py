"""What the desk does for itself moves nothing that anybody else reads (`docs/parts.md` 36, 40): bytes and versions stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from hub.record.audit import index_traces
from hub.record.db.store import Store
from hub.record.tables import desk_decision, desk_note, outbox
from hub.triage import desk_notes
from hub.triage.decision import decide
from tests.hub.triage.demands import DEMAND, Desk, refuse, settle_desk

TYPES = ("Patient", "Task", "ServiceRequest", "CarePlan", "CareTeam", "EpisodeOfCare", "Communication", "AuditEvent")
READERS = ("m2m_orienteur", "hosp_clinicien", "personne", "ssiad", "dpo_auditeur")


@pytest.fixture
def desk(store: Store) -> Desk:
    desk = settle_desk(store)
    desk.here.join_circle("ssiad")
    desk.here.pass_time()
    return desk


def take(desk: Desk) -> None:
    desk_notes.take(desk.store, desk.open(), DEMAND)


def look(desk: Desk) -> None:
    desk_notes.look(desk.store, desk.open(), DEMAND)


def pass_on(desk: Desk) -> None:
    desk_notes.pass_on(desk.store, desk.open(), DEMAND, desk.malo.account_id)


def call_back(desk: Desk) -> None:
    desk_notes.add_call(desk.open(), DEMAND, whom="sa fille", phone="0000000002", may_leave_message=True)


def leave_shift(desk: Desk) -> None:
    desk_notes.hand_over_shift(desk.store, desk.open(), "Rappeler le CHU.")


def hold_refusal(desk: Desk) -> None:
    decide(desk.open(), DEMAND, desk.get_version(), refuse())


def hold_acceptance(desk: Desk) -> None:
    decide(desk.open(), DEMAND, desk.get_version(), desk.accept())


def hold_and_undo(desk: Desk) -> None:
    desk.open().undo(decide(desk.open(), DEMAND, desk.get_version(), refuse()))


ACTS = [take, look, pass_on, call_back, leave_shift, hold_refusal, hold_acceptance, hold_and_undo]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_who_polls_meanwhile_gets_the_same_bytes_and_versions(desk: Desk, act: Callable[[Desk], None]) -> None:
    desk.get_version()  # The desk reads before it acts; the person's journal says so, and says no more afterwards.
    before = poll(desk)
    act(desk)
    desk.pass_minutes(5)
    after = poll(desk)
    assert {key: value for key, value in after.items() if key[1] != "AuditEvent"} == {
        key: value for key, value in before.items() if key[1] != "AuditEvent"
    }
    assert count_events(after, "personne") - count_events(before, "personne") <= count_reads(act)


def count_reads(act: Callable[[Desk], None]) -> int:
    """How often the desk itself reads the demand in an act of these tests, which the person's journal rightly has."""
    return 1 if act in (hold_refusal, hold_acceptance, hold_and_undo) else 0


def count_events(polled: dict[tuple[str, str], object], role: str) -> int:
    return len(polled[role, "AuditEvent"])  # type: ignore[arg-type]


def poll(desk: Desk) -> dict[tuple[str, str], object]:
    """What each reader finds, with its versions, and the changes that subscribers will be notified of."""
    index_traces(desk.store)
    found: dict[tuple[str, str], object] = {}
    for role in READERS:
        record = desk.here.open(role)
        for kind in TYPES:
            try:
                page = record.search(
                    kind, [("_count", "200")] if kind != "AuditEvent" else [("_count", "200"), ("action", "R,U,C,E")]
                )
            except Exception as error:
                found[role, kind] = [type(error).__name__]
                continue
            found[role, kind] = sorted((item.name, item.version, item.body) for item in page.slices)
    with desk.store.read() as connection:
        found["", "outbox"] = connection.scalar(select(func.count()).select_from(outbox))
    return found


def test_the_acts_of_this_page_do_write_something(desk: Desk) -> None:
    for act in (take, look, hold_refusal):
        act(desk)
        desk.here.pass_time()
    with desk.store.read() as connection:
        assert len(connection.execute(select(desk_note)).all()) == 2
        assert len(connection.execute(select(desk_decision)).all()) == 1


def test_without_the_hold_the_sender_sees_a_decision_at_once(desk: Desk) -> None:
    """The poll of these tests notices what it is to notice."""
    before = poll(desk)
    decide(desk.open(), DEMAND, desk.get_version(), refuse(), demo=True)
    desk.here.pass_time()
    assert poll(desk)["m2m_orienteur", "Task"] != before["m2m_orienteur", "Task"]
