"""The table of the loop, line by line, and all that it leaves out."""

import itertools
import re

import pytest

from hub.domain.errors import Invalid
from hub.domain.messages import TEXTS
from hub.task_machine import TRANSITIONS, Need, TaskRole, check_create
from hub.task_machine.transitions import REFUSALS
from tests.hub.task_machine.tasks import (
    OUTPUT,
    REASON,
    SOURCE,
    STATUSES,
    business,
    refusal,
    supplies,
    task,
    update,
)


def named(line):
    """A name of a move that is the same in every test process: sets print in any order."""
    return f"{line.rule}-{line.start}-{line.end}-{line.guide or 'all'}"


MOVES = [line for line in TRANSITIONS if line.start not in ("", line.end)]
PROFILED = [line for line in MOVES if line.guide]
# The page itself, transcribed once more by hand: rule, from, to, who.
PAGE = """
T2  draft                                requested         REQ
T3  requested                            received          OWN HUB
T4  requested,received                   accepted          OWN
T5  requested,received                   rejected          OWN
T6  accepted                             in-progress       OWN
T7  accepted,in-progress                 rejected          OWN
T9  accepted,in-progress                 on-hold           OWN
T10 on-hold                              in-progress       OWN
T12 requested,received,accepted          cancelled         REQ OWN
T13 in-progress,on-hold                  cancelled         OWN
T14 accepted,in-progress,on-hold         completed         OWN
T15 accepted,in-progress,on-hold         failed            OWN
T16 draft,requested,received,accepted    entered-in-error  REQ HUB
T16 in-progress,on-hold,rejected         entered-in-error  REQ HUB
T16 cancelled,failed,completed           entered-in-error  REQ HUB
"""
ALLOWED = {
    (start, end, TaskRole[who]): rule
    for rule, starts, end, *whos in (line.split() for line in PAGE.strip().splitlines())
    for start in starts.split(",")
    for who in whos
}
ENGLISH = {TaskRole.OWN: "the owner", TaskRole.REQ: "the requester", TaskRole.HUB: "the desk"}
FRENCH = {TaskRole.OWN: "le responsable", TaskRole.REQ: "le demandeur", TaskRole.HUB: "le guichet"}
EVERYTHING = {"statusReason": REASON, "output": OUTPUT}


def rich(status):
    """A Task that already holds all that a line may need, so that only the move is judged."""
    return task(status, **EVERYTHING)


@pytest.mark.parametrize(("start", "end", "role"), ALLOWED, ids=str)
def test_each_line_of_the_page_is_allowed(start, end, role):
    assert update(rich(start), role, status=end) == ALLOWED[start, end, role]


@pytest.mark.parametrize("start", STATUSES)
def test_all_else_is_refused_in_one_text_of_the_status(start):
    pairs = [(end, role) for end, role in itertools.product([*STATUSES, "ready", ""], TaskRole) if end != start]
    refused = [(end, role) for end, role in pairs if (start, end, role) not in ALLOWED]
    assert refused
    for end, role in refused:
        with pytest.raises(Invalid) as caught:
            update(rich(start), role, status=end)
        assert refusal(caught) == [(f"task-from-{start}", "Task.status")], (end, role)


def test_every_status_of_the_table_was_tried():
    assert set(STATUSES) == {status for start, end, _ in ALLOWED for status in (start, end)}
    assert {line.rule for line in TRANSITIONS} - {*ALLOWED.values()} == {"T1", "T8", "T11", "T17", "T18"}


@pytest.mark.parametrize("status", ["draft", "requested"])
def test_creation_is_t1_or_t2_by_the_requester(status):
    check_create(task(status), party=SOURCE, desk=False)
    assert [line.roles for line in TRANSITIONS if (line.start, line.end) == ("", status)] == [{TaskRole.REQ}]


@pytest.mark.parametrize("line", [line for line in MOVES if {Need.REASON, Need.OUTPUT} & line.needs], ids=named)
def test_a_move_without_what_it_needs_is_refused(line):
    missing = {Need.REASON: ("task-reason", "Task.statusReason.text"), Need.OUTPUT: ("task-output", "Task.output")}
    for role in line.roles:
        with pytest.raises(Invalid) as caught:
            update(task(line.start), role, line.guide or "hub", status=line.end)
        assert refusal(caught) == [missing[need] for need in line.needs if need in missing]
        assert update(task(line.start), role, line.guide or "hub", status=line.end, **supplies(line.needs)) == line.rule


@pytest.mark.parametrize("reason", [{}, {"text": " "}, {"coding": [{"code": "full"}]}])
def test_a_reason_is_said_in_words(reason):
    with pytest.raises(Invalid) as caught:
        update(task(), TaskRole.OWN, status="rejected", statusReason=reason)
    assert refusal(caught) == [("task-reason", "Task.statusReason.text")]


@pytest.mark.parametrize("start", ["in-progress", "on-hold"])
def test_who_asked_stops_work_by_itself_only_as_gravity_and_before_any_output(start):
    assert {line.rule for line in PROFILED} == {"T13"}
    ends = {"status": "cancelled", "statusReason": REASON}
    assert update(task(start), TaskRole.REQ, "gravity", **ends) == "T13"
    with pytest.raises(Invalid) as caught:
        update(task(start, output=OUTPUT), TaskRole.REQ, "gravity", **ends)
    assert refusal(caught) == [("task-output-given", "Task.output")]
    for guide in ("hub", "bser"):
        with pytest.raises(Invalid) as caught:
            update(task(start), TaskRole.REQ, guide, **ends)
        assert refusal(caught) == [(f"task-from-{start}", "Task.status")]


@pytest.mark.parametrize("step", ["5.1.1", "5.1.2", "5.1.3", "5.1.4"])
def test_t8_the_owner_tells_how_the_work_goes(step):
    assert (
        update(task("in-progress", businessStatus=business("3.0")), TaskRole.OWN, businessStatus=business(step)) == "T8"
    )


@pytest.mark.parametrize("status", ["received", "accepted", "in-progress", "on-hold"])
def test_t11_the_requester_asks_for_the_end_and_the_owner_answers(status):
    before = task(status, businessStatus=business("2.0"))
    asked = {"businessStatus": business("5.2"), "statusReason": REASON}
    assert update(before, TaskRole.REQ, **asked) == "T11"
    with pytest.raises(Invalid) as caught:
        update(before, TaskRole.REQ, businessStatus=business("5.2"))
    assert refusal(caught) == [("task-reason", "Task.statusReason.text")]
    assert update({**before, **asked}, TaskRole.OWN, status="cancelled", businessStatus=business("6.0")) in (
        "T12",
        "T13",
    )


@pytest.mark.parametrize(
    ("status", "role", "step"),
    [
        ("in-progress", TaskRole.OWN, "5.2"),  # the requester's word
        ("in-progress", TaskRole.OWN, "7.0"),  # another status's
        ("accepted", TaskRole.OWN, "5.1.2"),
        ("requested", TaskRole.REQ, "5.2"),  # simply cancels: T12
        ("in-progress", TaskRole.REQ, "5.1.4"),  # the owner's word
        ("in-progress", TaskRole.HUB, "5.1.1"),
    ],
)
def test_a_step_that_is_not_of_the_status_or_not_one_s_own_is_refused(status, role, step):
    with pytest.raises(Invalid) as caught:
        update(task(status), role, businessStatus=business(step), statusReason=REASON)
    assert {where for _, where in refusal(caught)} >= {"Task.businessStatus"}


def test_a_step_may_come_with_its_move_and_no_other():
    assert update(task(), TaskRole.OWN, status="accepted", businessStatus=business("3.0")) == "T4"
    with pytest.raises(Invalid) as caught:
        update(task(), TaskRole.OWN, status="accepted", businessStatus=business("4.0"))
    assert refusal(caught) == [("task-business-status", "Task.businessStatus")]


def test_a_territory_s_own_step_is_nobody_else_s_business():
    local = {"coding": [{"system": "https://territoire.example/etapes", "code": "stage"}]}
    assert update(task("accepted"), TaskRole.OWN, businessStatus=local) == "amend"


@pytest.mark.parametrize("start", STATUSES)
def test_c17_a_refusal_names_the_next_states_and_who_may(start):
    """R4 task.html#statemachine: which moves a server allows is its own; so it says them."""
    ends = {
        role: {
            line.end for line in MOVES if line.start == start != line.end and role in line.roles and line.guide is None
        }
        for role in TaskRole
    }
    for text, names in zip(TEXTS[REFUSALS[start]], (ENGLISH, FRENCH), strict=True):
        said = {role: set() for role in TaskRole}
        for clause in text.partition(start)[2].split(";"):
            for role, name in names.items():
                if name in clause:
                    said[role] = set(re.findall(r"[a-z]+(?:-[a-z]+)*", clause.partition(name)[2])) & set(STATUSES)
        assert said == ends
