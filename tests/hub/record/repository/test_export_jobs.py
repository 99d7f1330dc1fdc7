"""Bulk exports under way: whose they are, how long they last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.domain.errors import NotFound
from hub.record.repository.export_jobs import (
    LIFETIME,
    MOST_JOBS,
    TooManyExports,
    begin_export,
    end_export,
    find_export,
)
from tests.contracts.cases import leak
from tests.territory import Territory, condition, statements
from tests.traces import traces


def begun(here: Territory, role: str = "ccas", **others: str) -> str:
    actor = here.actor(role, **others)
    made = begin_export(here.store, actor, ("Patient", "Task"), of_persons=True, since="", query="/Patient/$export")
    return made.job


def test_it_is_found_as_it_was_asked(here: Territory) -> None:
    actor = here.actor("ccas")
    made = begin_export(
        here.store, actor, ("Patient", "Task"), of_persons=True, since="2026-01-01T00:00:00Z", query="/Patient/$export"
    )
    assert find_export(here.store, actor, made.job) == made
    assert made.types == ("Patient", "Task")
    assert (made.of_persons, made.at) == (True, here.store.get_time())


@pytest.mark.parametrize(("name", "value"), [
    ("client", "autre"), ("role", "ems_apa"), ("party", "Organization/chu"), ("account", "nadia"),
])  # fmt: skip
def test_it_is_absent_for_everybody_else(here: Territory, name: str, value: str) -> None:
    job = begun(here)
    stranger = replace(here.actor("ccas"), **{name: value})
    for ask in (find_export, end_export):
        with pytest.raises(NotFound):
            ask(here.store, stranger, job)
    assert find_export(here.store, here.actor("ccas"), job).job == job


def test_it_ends_by_its_client_and_by_time(here: Territory) -> None:
    actor = here.actor("ccas")
    first, second = begun(here), begun(here)
    end_export(here.store, actor, first)
    for ask in (find_export, end_export):
        with pytest.raises(NotFound):
            ask(here.store, actor, first)
    here.pass_time(LIFETIME - 1)
    assert find_export(here.store, actor, second).job == second
    here.pass_time(1)
    for ask in (find_export, end_export):
        with pytest.raises(NotFound):
            ask(here.store, actor, second)


@leak(kills="a client begins as many exports as it likes")
def test_f_9_one_export_too_many_is_refused_and_ends_none(here: Territory) -> None:
    jobs = []
    for _ in range(MOST_JOBS):
        jobs.append(begun(here))
        here.pass_time(60_000_000)
    with pytest.raises(TooManyExports) as refusal:
        begun(here)
    assert refusal.value.retry_after == 3600 - MOST_JOBS * 60
    assert begun(here, "medecin_traitant")
    assert all(find_export(here.store, here.actor("ccas"), job) for job in jobs)
    end_export(here.store, here.actor("ccas"), jobs[3])
    assert begun(here)
    with pytest.raises(TooManyExports):
        begun(here)
    here.pass_time(refusal.value.retry_after * 1_000_000)
    assert begun(here)


def test_what_it_shows_is_judged_page_by_page(here: Territory) -> None:
    here.join_circle("medecin_traitant")
    here.write(*(condition(f"c{rank}") for rank in range(5)))
    pages = here.open("medecin_traitant").export("Condition", [("_count", "2")])
    assert len(next(pages)) == 2
    here.join_circle("ccas")
    here.pass_time()
    assert list(pages) == [[]], "the circle was left between two pages"


def test_a_page_costs_as_much_whatever_it_holds(here: Territory) -> None:
    here.join_circle("medecin_traitant")
    here.write(*(condition(f"c{rank}") for rank in range(30)))
    record = here.open("medecin_traitant")

    def cost(count: str) -> int:
        with statements(here.store) as said:
            assert len(next(record.export("Condition", [("_count", count)]))) == int(count)
        return len(said)

    # The names, the slices, the trace.
    assert cost("1") == cost("30") == 3


def test_each_page_leaves_its_trace(here: Territory) -> None:
    here.join_circle("medecin_traitant")
    here.write(*(condition(f"c{rank}") for rank in range(3)))
    begun(here, "medecin_traitant")
    shown = [one.name for page in here.open("medecin_traitant").export("Condition", [("_count", "2")]) for one in page]
    rows = [row for row in traces(here.store) if row.action == "export"]
    assert sorted(name for row in rows for name in row.shown.split()) == sorted(shown)
    assert sorted((row.type, row.asked) for row in rows) == [("", "$export"), ("Condition", ""), ("Condition", "")]
