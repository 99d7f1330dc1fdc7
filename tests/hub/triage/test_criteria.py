"""The territory's criteria: a versioned table, in which unknown never admits."""

from __future__ import annotations

import pytest

from hub.domain.config_pages import PageError
from hub.domain.desk.criteria import NO, UNKNOWN, YES, judge, load_criteria, read_criteria
from hub.domain.desk.decisions import CriterionAnswer, Decision, DecisionKind
from hub.domain.errors import Invalid
from hub.triage.decision import build_decision
from tests.contracts.cases import leak

TABLE = load_criteria()
IDS = [criterion.id for criterion in TABLE.criteria]
PAGE = 'version = "1"\n[[criterion]]\nid = "a"\ntitle = "A"\n[[reason]]\ncode = "b"\nlabel = "B"\n'


def answer(**others: str) -> tuple[CriterionAnswer, ...]:
    return tuple(CriterionAnswer(name, others.get(name, YES)) for name in IDS)


def test_the_three_national_criteria_and_their_conditions_are_there() -> None:
    assert IDS == ["age", "domicile", "hors-crise", "accord", "c1a", "c1b", "c1c", "c2", "c3"]
    assert [criterion.id for criterion in TABLE.criteria if criterion.condition] == IDS[:4]
    assert {criterion.id for criterion in TABLE.criteria if criterion.group} == {"c1a", "c1b", "c1c"}


def test_every_criterion_met_admits() -> None:
    assert judge(TABLE, answer()).admits


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("what", [NO, UNKNOWN, "", "peut-être"])
def test_one_that_fails_or_is_unknown_does_not(name: str, what: str) -> None:
    verdict = judge(TABLE, answer(**{name: what}))
    assert not verdict.admits
    assert (verdict.failing, verdict.open) == (((name,), ()) if what == NO else ((), (name,)))


def test_no_answer_is_unknown() -> None:
    assert judge(TABLE, ()).open == tuple(IDS)


@leak(kills="unknown admits")
def test_nobody_is_accepted_on_what_nobody_knows() -> None:
    decision = Decision(DecisionKind.ACCEPT, manager="Practitioner/m", criteria=answer(c2=UNKNOWN))
    with pytest.raises(Invalid) as refusal:
        build_decision(decision)
    assert [(p.code, p.where) for p in refusal.value.problems] == [("decision-criteria", "critere_c2")]


def test_a_decision_keeps_the_version_and_the_evidence_by_which_it_was_taken() -> None:
    answers = tuple(CriterionAnswer(name, YES, f"preuve {name}") for name in IDS)
    decision = build_decision(Decision(DecisionKind.ACCEPT, manager="Practitioner/m", criteria=answers))
    assert decision.criteria_version == TABLE.version
    assert [entry.evidence for entry in decision.criteria] == [f"preuve {name}" for name in IDS]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (PAGE.replace('version = "1"', ""), "version: "),
        (PAGE.replace('title = "A"', ""), "criterion.0.title: "),
        (PAGE.replace('"a"', '"A b"'), "criterion.0.id: small letters"),
        (PAGE + '[[reason]]\ncode = "b"\nlabel = "C"\n', "reason: one id twice"),
        (PAGE + '[[criterion]]\nid = "a"\ntitle = "C"\n', "criterion: one id twice"),
        (PAGE + "[other]\nx = 1\n", "other: unknown key"),
    ],
)
def test_a_wrong_table_stops_the_start(page: str, fault: str) -> None:
    assert read_criteria(PAGE).version == "1"
    with pytest.raises(PageError) as refusal:
        read_criteria(page)
    assert fault in str(refusal.value)
