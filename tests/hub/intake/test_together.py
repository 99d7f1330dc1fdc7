"""The same message, eight times at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from hub.record.db.store import open_store
from tests.conftest import SEAL_KEYS
from tests.hub.intake import letters
from tests.hub.intake.conftest import Intake, task_in
from tests.territory import settle_territory

COPIES = 8


@pytest.fixture
def intake(database, settings):
    """With random identifiers: those of the other tests are not made for several threads."""
    store = open_store(database, SEAL_KEYS, durable=False)
    yield Intake(store, settings, settle_territory(store))
    store.dispose()


def at_once(send):
    barrier = Barrier(COPIES)

    def one(number):
        barrier.wait()
        return send(number)

    with ThreadPoolExecutor(COPIES) as threads:
        return list(threads.map(one, range(COPIES)))


@pytest.mark.parametrize(
    ("role", "raw"),
    [
        ("hosp_clinicien", letters.ref()),
        ("medecin_traitant", letters.bundle()),
        ("ccas", letters.table(letters.ROW)),
    ],
    ids=["hl7v2", "fhir", "csv"],
)
def test_r06_eight_copies_are_one_demand(intake, role, raw):
    answers = at_once(lambda _: intake.send(role, raw))
    assert len({task_in(answer) for answer in answers}) == 1
    assert task_in(answers[0])
    assert len(intake.intake_tasks()) == 1
    assert len(intake.names("Patient")) == 2  # the territory has one
    if role != "ccas":
        assert len(set(answers)) == 1
    bytes_kept = [row["raw"] for row in intake.rows() if row["raw"]]
    assert bytes_kept == [raw]
    assert {row["state"] for row in intake.rows()} <= {"admitted", "repeated"}


def test_eight_demands_about_one_person_are_one_person(intake):
    answers = at_once(lambda n: intake.send("hosp_clinicien", letters.ref(f"R-{n}", ins=letters.INS)))
    tasks = {task_in(answer) for answer in answers}
    assert len(tasks) == COPIES
    assert len({intake.whole(task)["for"]["reference"] for task in tasks}) == 1


def test_eight_demands_under_one_name_are_one_demand_and_seven_refusals(intake):
    answers = at_once(lambda n: intake.send("medecin_traitant", letters.bundle(reason=f"Motif {n}")))
    assert sorted(answer.status for answer in answers) == [201, *[409] * (COPIES - 1)]
    assert len(intake.rows("dead")) == COPIES - 1
