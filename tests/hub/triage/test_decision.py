"""A decision: held, undone, told as its author under the rules of that moment, taken up again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from hub.domain.desk.decisions import Decision, DecisionKind, load_decision
from hub.domain.errors import Conflict, Invalid, NotFound, Refused
from hub.record.accounts.people import close_account
from hub.record.db.store import Store
from hub.record.desk.decisions import State
from hub.record.desk.notes import NoteKind
from hub.record.repository.desk import DeskRecord
from hub.record.tables import desk_decision
from hub.task_machine import withdraw_question
from hub.triage.caseload import raise_ceiling
from hub.triage.decision import build_decision, decide, list_choices, preview, send_now
from hub.triage.queue import Answerer
from hub.triage.telling import tell_due
from hub.triage.waits import load_waits
from tests.colleagues import add_colleague
from tests.contracts.cases import leak
from tests.hub.triage.demands import CHU, DEMAND, MANAGER, SAAD, SSIAD, Desk, add_demand, refuse, settle_desk
from tests.territory import PERSON, consent

BASE = "https://hub.example/fhir"


@pytest.fixture
def desk(store: Store) -> Desk:
    return settle_desk(store)


def hold(desk: Desk, decision: Decision, **colleague: Any) -> Any:
    return decide(desk.open(**colleague), DEMAND, desk.get_version(), decision)


def tell(desk: Desk) -> int:
    """Let fifteen minutes pass, and the worker make its round."""
    desk.pass_minutes(15.01)
    count = tell_due(desk.store, BASE)
    desk.here.pass_time()
    return count


def find_state(desk: Desk) -> list[tuple[str, str]]:
    return [(decision.state.value, decision.reason) for decision in desk.open().list_decisions([DEMAND])]


@leak(kills="a decision is told at once")
def test_a_decision_waits_for_fifteen_minutes_and_not_for_less(desk: Desk) -> None:
    hold(desk, refuse())
    desk.pass_minutes(14.99)
    assert tell_due(desk.store, BASE) == 0
    assert desk.read("m2m_orienteur")["status"] == "requested"
    desk.pass_minutes(0.02)
    assert tell_due(desk.store, BASE) == 1
    assert desk.read("m2m_orienteur")["status"] == "rejected"
    assert tell_due(desk.store, BASE) == 0


def test_in_the_demo_it_is_told_at_once(desk: Desk) -> None:
    decide(desk.open(), DEMAND, desk.get_version(), refuse(), demo=True)
    assert desk.read("m2m_orienteur")["status"] == "rejected"


def test_a_refusal_tells_the_reason_and_each_reader_its_own_text(desk: Desk) -> None:
    hold(desk, refuse())
    tell(desk)
    seen = desk.read("m2m_orienteur")
    assert seen["statusReason"]["text"] == "La personne n’habite pas le territoire"
    assert seen["businessStatus"]["coding"][0]["code"] == "4.0"
    texts = {role: list_texts(desk, role) for role in ("m2m_orienteur", "personne", "guichet", "ssiad")}
    assert texts["m2m_orienteur"] == ["Voyez le DAC voisin."]
    assert texts["personne"] == ["Nous vous avons orientée."]
    assert sorted(texts["guichet"]) == ["Nous vous avons orientée.", "Voyez le DAC voisin."]
    assert texts["ssiad"] == []


def list_texts(desk: Desk, role: str) -> list[str]:
    page = desk.here.open(role).search("Communication", [])
    bodies = [desk.read(role, item.name) for item in page.slices]
    return [payload["contentString"] for body in bodies for payload in body["payload"]]


def test_an_acceptance_names_the_case_manager_without_a_further_act(desk: Desk) -> None:
    hold(desk, desk.accept())
    assert [choice.manager.followed for choice in list_choices(desk.open())] == [1]
    tell(desk)
    assert desk.read("m2m_orienteur")["status"] == "accepted"
    episode = find_episode(desk)
    assert (episode["status"], episode["careManager"]["reference"]) == ("active", desk.camille.practitioner)
    assert desk.here.whole("CarePlan/plan-demande")["status"] == "active"
    assert [choice.manager.followed for choice in list_choices(desk.open())] == [1]


def find_episode(desk: Desk) -> dict[str, Any]:
    page = desk.here.open("gestionnaire").search("EpisodeOfCare", [("patient", PERSON)])
    return desk.read("gestionnaire", page.slices[0].name)


def test_without_a_place_the_person_waits_with_a_rank_and_its_reason(desk: Desk) -> None:
    hold(desk, desk.accept(manager="", rank=3, reason="aucune place avant mars"))
    tell(desk)
    assert find_episode(desk)["status"] == "waitlist"
    notes = desk.open().list_notes([NoteKind.RANK], [DEMAND])
    assert [note.content for note in notes] == [{"rank": 3, "reason": "aucune place avant mars"}]


def test_an_orientation_asks_each_service(desk: Desk) -> None:
    hold(desk, Decision(DecisionKind.ORIENT, services=(SAAD, SSIAD), text_sender="Toilette le matin"))
    tell(desk)
    for role, service in (("saad", SAAD), ("ssiad", SSIAD)):
        page = desk.here.open(role).search("Task", [("owner", service)])
        assert [desk.read(role, item.name)["status"] for item in page.slices] == ["requested"]
    assert desk.read("m2m_orienteur")["status"] == "in-progress"


def test_an_orientation_of_somebody_who_has_a_plan_asks_each_service_too(desk: Desk) -> None:
    desk.here.change("CarePlan/plan-demande", status="active")
    hold(desk, Decision(DecisionKind.ORIENT, services=(SAAD,)))
    tell(desk)
    assert len(desk.here.open("saad").search("Task", [("owner", SAAD)]).slices) == 1


def test_a_question_moves_the_task_once_and_its_answer_withdraws_it(desk: Desk) -> None:
    hold(desk, Decision(DecisionKind.ASK, question="Qui vient le matin ?"))
    version = desk.here.open("m2m_orienteur").read(DEMAND).version
    tell(desk)
    sender = desk.here.open("m2m_orienteur")
    asked = sender.read(DEMAND)
    assert asked.version != version
    seen = desk.read("m2m_orienteur")
    assert (seen["status"], seen["businessStatus"]["coding"][-1]["code"]) == ("requested", "question")
    assert list_texts(desk, "m2m_orienteur") == ["Qui vient le matin ?"]
    assert [note.content["by"] for note in desk.open().list_notes([NoteKind.QUESTION], [DEMAND])] == ["sender"]
    desk.pass_minutes(60)
    assert sender.read(DEMAND).version == asked.version
    sender.edit(DEMAND, withdraw_question(seen), asked.version)
    desk.here.pass_time()
    assert desk.open().list_notes([NoteKind.QUESTION], [DEMAND]) == []
    wait = load_waits(desk.open(), [DEMAND, "Task/autre"])[DEMAND]
    assert [(entry.by, entry.until is None) for entry in wait] == [(Answerer.SENDER, False)]
    assert wait[0].until is not None
    assert wait[0].until - wait[0].since > 60 * 60_000_000


def test_a_question_may_go_to_the_person(desk: Desk) -> None:
    hold(desk, Decision(DecisionKind.ASK, question="Souhaitez-vous rester chez vous ?", asked=PERSON))
    tell(desk)
    assert list_texts(desk, "personne") == ["Souhaitez-vous rester chez vous ?"]
    assert list_texts(desk, "m2m_orienteur") == []
    assert [note.content["by"] for note in desk.open().list_notes([NoteKind.QUESTION], [DEMAND])] == ["person"]


# --- Held: nobody else sees anything, and undo leaves no trace -------------------------------------------------------


@leak(kills="an undone decision keeps its row")
def test_undone_it_leaves_no_row(desk: Desk) -> None:
    held = hold(desk, refuse())
    desk.pass_minutes(10)
    desk.open(desk.malo).undo(held)
    assert find_state(desk) == []
    assert tell(desk) == 0
    assert desk.read("m2m_orienteur")["status"] == "requested"
    hold(desk, desk.accept())


def test_once_told_it_is_not_undone(desk: Desk) -> None:
    held = hold(desk, refuse())
    tell(desk)
    with pytest.raises(Conflict) as refusal:
        desk.open().undo(held)
    assert refusal.value.problems[0].code == "decision-told"


@leak(kills="a second decision does not find the first")
def test_a_second_decision_finds_the_first(desk: Desk) -> None:
    hold(desk, refuse())
    with pytest.raises(Conflict) as refusal:
        hold(desk, desk.accept(), colleague=desk.malo)
    assert refusal.value.problems[0].code == "decision-held"


def test_a_decision_on_an_earlier_version_of_the_demand_is_refused(desk: Desk) -> None:
    version = desk.get_version()
    desk.here.change(DEMAND, priority="urgent")
    desk.here.pass_time()
    with pytest.raises(Conflict) as refusal:
        decide(desk.open(), DEMAND, version, refuse())
    assert refusal.value.problems[0].code == "version-conflict"
    assert find_state(desk) == []


def test_of_eight_at_once_one_decides(desk: Desk) -> None:
    version = desk.get_version()
    decisions = [refuse(), desk.accept()] * 4

    def try_one(number: int) -> str:
        try:
            decide(desk.open((desk.nadia, desk.malo)[number % 2]), DEMAND, version, decisions[number])
        except Conflict as error:
            return error.problems[0].code
        return "held"

    with ThreadPoolExecutor(8) as pool:
        results = sorted(pool.map(try_one, range(8)))
    assert results == ["decision-held"] * 7 + ["held"]


# --- Told under the rules of that moment -----------------------------------------------------------------------------


def withdraw_demand(desk: Desk) -> None:
    desk.here.change(DEMAND, status="cancelled", statusReason={"text": "plus utile"})


def oppose(desk: Desk) -> None:
    desk.here.write(consent("deny"))


def mask_author(desk: Desk) -> None:
    desk.nadia.mask()


def close_author(desk: Desk) -> None:
    with desk.store.write() as connection:
        close_account(connection, desk.nadia.account_id, desk.store.now())


def close_manager(desk: Desk) -> None:
    with desk.store.write() as connection:
        close_account(connection, desk.camille.account_id, desk.store.now())


def fill_caseload(desk: Desk) -> None:
    follow(desk, 40)


def follow(desk: Desk, count: int) -> None:
    """Let Camille follow so many other persons."""
    manager = {"reference": desk.camille.practitioner}
    for number in range(count):
        desk.here.write(
            {"resourceType": "Patient", "id": f"p{number}"},
            {
                "resourceType": "EpisodeOfCare",
                "status": "onhold" if number % 2 else "active",
                "patient": {"reference": f"Patient/p{number}"},
                "careManager": manager,
            },
        )
    desk.here.pass_time()


@leak(kills="a decision of yesterday is told of a demand that was withdrawn")
def test_a_decision_about_a_demand_that_was_withdrawn_comes_back(desk: Desk) -> None:
    check_return(desk, withdraw_demand, "decision-closed")


@leak(kills="what the person opposes is not looked at when a decision is told")
def test_a_decision_that_the_person_opposes_comes_back(desk: Desk) -> None:
    check_return(desk, oppose, "decision-consent")


@leak(kills="the ceiling is not looked at when a decision is told")
def test_a_decision_over_the_ceiling_comes_back(desk: Desk) -> None:
    check_return(desk, fill_caseload, "decision-ceiling")


@leak(kills="a decision is told in the name of who no longer acts")
def test_a_decision_of_who_no_longer_acts_comes_back(desk: Desk) -> None:
    check_return(desk, close_author, "decision-author")


@pytest.mark.parametrize(("happens", "reason"), [(mask_author, "not-found"), (close_manager, "decision-manager")])
def test_what_does_not_hold_any_more_comes_back_with_its_reason(desk: Desk, happens: Any, reason: str) -> None:
    check_return(desk, happens, reason)


def check_return(desk: Desk, happens: Any, reason: str) -> None:
    """What does not hold any more comes back with its reason, and its sender sees nothing of it."""
    hold(desk, desk.accept())
    happens(desk)
    desk.pass_minutes(1)
    before = desk.here.open("m2m_orienteur").read(DEMAND)
    assert tell(desk) == 1
    after = desk.here.open("m2m_orienteur").read(DEMAND)
    assert (after.body, after.version) == (before.body, before.version)
    with desk.store.read() as connection:
        rows = connection.execute(select(desk_decision.c.state, desk_decision.c.reason)).all()
    assert [tuple(row) for row in rows] == [("back", reason)]
    assert tell_due(desk.store, BASE) == 0


def test_the_forty_first_person_is_refused_but_under_a_raised_ceiling(desk: Desk) -> None:
    follow(desk, 40)
    assert [(c.manager.followed, c.is_near, c.is_full) for c in list_choices(desk.open())] == [(40, True, True)]
    with pytest.raises(Conflict) as refusal:
        hold(desk, desk.accept())
    assert refusal.value.problems[0].code == "decision-ceiling"
    raise_ceiling(desk.open(), desk.camille.practitioner, 42, until=desk.store.now() + 10**12, reason="relais de congé")
    hold(desk, desk.accept())
    tell(desk)
    assert find_state(desk) == [("told", "")]


def test_from_36_persons_on_the_page_warns(desk: Desk) -> None:
    follow(desk, 35)
    assert not list_choices(desk.open())[0].is_near
    hold(desk, desk.accept())
    assert list_choices(desk.open())[0].is_near


def test_somebody_else_sends_it_at_once_as_its_author(desk: Desk) -> None:
    held = hold(desk, refuse())
    send_now(desk.store, desk.open(desk.malo), held)
    assert find_state(desk) == [("told", "")]
    with pytest.raises(Conflict):
        send_now(desk.store, desk.open(desk.malo), held)
    assert find_state(desk) == [("told", "")]


# --- Afterwards ------------------------------------------------------------------------------------------------------


def test_a_refused_demand_is_taken_up_again_as_a_new_task(desk: Desk) -> None:
    hold(desk, refuse())
    tell(desk)
    desk.pass_minutes(24 * 60)
    name = desk.open().resume(DEMAND, "Nouvelle chute, et un avis du médecin.")
    desk.here.pass_time()
    assert desk.read("m2m_orienteur")["status"] == "rejected"
    renewed = desk.read("m2m_orienteur", name)
    assert (renewed["status"], renewed["requester"]["reference"]) == ("requested", CHU)
    assert renewed["focus"] == {"reference": "ServiceRequest/r-demande"}
    assert desk.read("m2m_orienteur", "ServiceRequest/r-demande")["status"] == "active"
    with pytest.raises(Conflict):
        desk.open().resume(DEMAND, "encore")
    decide(desk.open(), name, desk.get_version(name), desk.accept())
    tell(desk)
    assert desk.read("m2m_orienteur", name)["status"] == "accepted"


def test_an_acceptance_is_taken_back_and_its_actions_are_asked_to_end(desk: Desk) -> None:
    hold(desk, Decision(DecisionKind.ORIENT, services=(SAAD, SSIAD)))
    tell(desk)
    read = desk.here.open("ssiad").search("Task", [("owner", SSIAD)]).slices[0].name
    desk.here.change(read, status="received")
    desk.here.pass_time()
    desk.open().withdraw(DEMAND, "La personne s’est rétractée.")
    desk.here.pass_time()
    assert desk.read("m2m_orienteur")["status"] == "rejected"
    unread = desk.here.open("saad").search("Task", [("owner", SAAD)]).slices[0].name
    assert desk.read("saad", unread)["status"] == "cancelled"
    seen = desk.read("ssiad", read)
    assert (seen["status"], seen["businessStatus"]["coding"][0]["code"]) == ("received", "5.2")


# --- Who, and what is said -------------------------------------------------------------------------------------------


def test_only_the_desk_decides(desk: Desk) -> None:
    nurse = add_colleague(desk.here, "ines", (SSIAD, "ssiad"))
    with pytest.raises(Refused):
        decide(DeskRecord(desk.store, nurse.build_actor(SSIAD, "ssiad"), BASE), DEMAND, "", refuse())
    with pytest.raises(Refused):
        decide(DeskRecord(desk.store, desk.here.actor("guichet"), BASE), DEMAND, "", refuse())


def test_the_desk_of_another_organisation_reads_and_decides_nothing(desk: Desk) -> None:
    other = "Organization/ccas"
    stranger = add_colleague(desk.here, "omar", (other, "guichet"))
    record = DeskRecord(desk.store, stranger.build_actor(other, "guichet"), BASE)
    held = hold(desk, refuse())
    assert record.list_decisions() == []
    with pytest.raises(NotFound):
        record.undo(held)
    with pytest.raises(NotFound):
        send_now(desk.store, record, held)
    with pytest.raises(NotFound):
        decide(record, DEMAND, "", refuse())


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (refuse(reason="inconnue"), "decision-reason"),
        (refuse(text_sender=" "), "decision-text"),
        (refuse(text_person=""), "decision-text"),
        (Decision(DecisionKind.ORIENT), "decision-services"),
        (Decision(DecisionKind.ASK, question=" "), "decision-question"),
        (Decision(DecisionKind.ACCEPT, manager="Practitioner/x"), "decision-criteria"),
    ],
)
def test_a_decision_that_is_not_whole_is_refused(decision: Decision, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        build_decision(decision)
    assert code in {problem.code for problem in refusal.value.problems}


def test_an_acceptance_chooses_a_case_manager_or_a_rank_and_not_both(desk: Desk) -> None:
    for wrong in ({"manager": ""}, {"rank": 1, "reason": "r"}, {"manager": "", "rank": 1}):
        with pytest.raises(Invalid):
            build_decision(desk.accept(**wrong))


def test_what_is_stored_is_what_was_decided(desk: Desk) -> None:
    decision = build_decision(desk.accept())
    assert load_decision(decision.dump()) == decision


def test_who_is_told_is_said_before_the_click_in_the_very_words(desk: Desk) -> None:
    task = desk.read("guichet")
    lines = [(line.code, line.party, line.text) for line in preview(build_decision(refuse()), task)]
    assert lines == [
        ("task-refused", CHU, "La personne n’habite pas le territoire"),
        ("sender-reads", CHU, "Voyez le DAC voisin."),
        ("person-reads", PERSON, "Nous vous avons orientée."),
    ]
    asked = Decision(DecisionKind.ASK, question="Qui ?")
    assert [line.code for line in preview(asked, task)] == ["asked", "clock-stops", "task-waits"]
    oriented = Decision(DecisionKind.ORIENT, services=(SAAD, SSIAD))
    assert [line.party for line in preview(oriented, task)] == [CHU, SAAD, SSIAD]
    assert [line.code for line in preview(desk.accept(), task)] == ["task-accepted", "manager-follows"]


def test_a_case_manager_decides_too(desk: Desk) -> None:
    decide(desk.open(desk.camille, MANAGER), DEMAND, desk.get_version(), desk.accept())
    tell(desk)
    assert find_state(desk) == [("told", "")]


def test_a_decision_of_one_demand_holds_no_other(desk: Desk) -> None:
    hold(desk, refuse())
    other = add_demand(desk.here, "autre")
    desk.here.pass_time()
    decide(desk.open(), other, desk.get_version(other), refuse())
    assert {d.state for d in desk.open().list_decisions()} == {State.HELD}
    assert len(desk.open().list_decisions()) == 2
