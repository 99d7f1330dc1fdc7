"""What stands beside the found resources: by links that one sees, to what one sees (`docs/leaks.md` L43–L46)."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from hub.domain.errors import Invalid
from hub.record.search.sql import includes
from tests.territory import PERSON, Territory, request, task


def included(here: Territory, role: str, kind: str, *asked: tuple[str, str], **others: object) -> list[str]:
    return [one.name for one in here.open(role, **others).search(kind, list(asked)).included]


def test_what_points_here_is_what_one_sees(town: Territory) -> None:
    asked = [("_id", "jeanne"), ("_revinclude", "Condition:patient")]
    assert included(town, "ssiad", "Patient", *asked) == ["Condition/c"]
    assert included(town, "psy_cmp", "Patient", *asked) == ["Condition/c", "Condition/p"]
    both = [*asked, ("_revinclude", "Task:patient"), ("_include", "Patient:general-practitioner")]
    found = ["Condition/c", "Organization/cabinet", "Task/a", "Task/b", "Task/offer", "Task/t"]
    assert included(town, "ssiad", "Patient", *both) == found
    # The link is what counts: the plan is seen, and not that it speaks of the psychiatric condition.
    plans = [("_id", "p"), ("_revinclude", "CarePlan:condition")]
    assert included(town, "psy_cmp", "Condition", *plans) == ["CarePlan/plan"]
    assert included(town, "ssiad", "Condition", *plans) == []


def test_a_target_narrows_both_ways(town: Territory) -> None:
    assert included(town, "ssiad", "Task", ("_include", "Task:output:Condition")) == ["Condition/c"]
    assert included(town, "ssiad", "Task", ("_include", "Task:output:Goal")) == []
    assert included(town, "ssiad", "ServiceRequest", ("_revinclude", "Task:focus:ServiceRequest")) == [
        "Task/a", "Task/b", "Task/offer", "Task/t",
    ]  # fmt: skip


def test_iterate_goes_on_from_what_was_included_and_no_further_than_its_hops(town: Territory) -> None:
    asked = [("_id", "a"), ("_include", "Task:focus"), ("_include:iterate", "ServiceRequest:performer")]
    assert included(town, "ssiad", "Task", *asked) == ["Organization/ccas", "ServiceRequest/r"]
    # Without `:iterate` one goes from the matches alone.
    with pytest.raises(Invalid):
        included(town, "ssiad", "Task", asked[0], asked[1], ("_include", "ServiceRequest:performer"))
    names = ["Task/t"]
    for number in range(includes.HOPS + 2):
        names.append(
            town.write(task(f"n{number}", "Organization/ccas", "ServiceRequest/r", partOf=[{"reference": names[-1]}]))
        )
    reached = included(town, "gestionnaire", "Task", ("_id", "t"), ("_revinclude:iterate", "Task:part-of"))
    assert reached == names[1 : includes.HOPS + 2]
    back = included(town, "gestionnaire", "Task", ("_id", names[-1][5:]), ("_include:iterate", "Task:part-of"))
    assert sorted(back) == sorted(names[1 : includes.HOPS + 2])


def test_a_hidden_hop_ends_the_way(town: Territory) -> None:
    """From the plan to the psychiatric centre's task, and from there to the centre, which everybody sees."""
    asked = [("_include", "CarePlan:activity-reference"), ("_include:iterate", "Task:owner")]
    assert included(town, "psy_cmp", "CarePlan", *asked) == [
        "Organization/ccas",
        "Organization/cmp",
        "Task/s",
        "Task/t",
    ]
    assert included(town, "ssiad", "CarePlan", *asked) == ["Organization/ccas", "Task/t"]


def test_a_link_that_one_does_not_see_leads_nowhere_between_what_one_sees(town: Territory) -> None:
    """The case manager sees the hospital's request and the condition, and not the hospital's own words, which link them."""
    words = {"reasonReference": [{"reference": "Condition/c"}]}
    town.write(request("theirs", requester="Organization/chu", **words), by="Organization/chu")
    town.write(request("ours", requester="Organization/dac", intent="filler-order", **words))
    for name, found in (("theirs", []), ("ours", ["Condition/c"])):
        record = town.open("gestionnaire")
        assert record.read(f"ServiceRequest/{name}")
        assert record.read("Condition/c")
        asked = ("_id", name), ("_include", "ServiceRequest:reason-reference")
        assert included(town, "gestionnaire", "ServiceRequest", *asked) == found
    back = included(town, "gestionnaire", "Condition", ("_revinclude", "ServiceRequest:reason-reference"))
    assert back == ["ServiceRequest/ours"]


def test_nothing_twice_and_nothing_that_was_found(town: Territory) -> None:
    asked = [("_include", "Task:focus"), ("_include:iterate", "Task:focus"), ("_revinclude", "Task:part-of")]
    assert included(town, "ssiad", "Task", *asked) == ["ServiceRequest/r"]


def test_scopes_close_types_both_ways(town: Territory) -> None:
    asked = [("_revinclude", "Condition:patient"), ("_revinclude", "Task:patient")]
    narrow = included(town, "ssiad", "Patient", *asked, scopes=("system/Patient.rs", "system/Task.rs"))
    assert narrow == ["Task/a", "Task/b", "Task/offer", "Task/t"]


def test_there_is_an_end(town: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(includes, "MOST", 2)
    found = included(town, "ssiad", "Patient", ("_id", "jeanne"), ("_revinclude:iterate", "Task:patient"))
    assert len(found) == 2
    assert found == included(town, "ssiad", "Patient", ("_id", "jeanne"), ("_revinclude:iterate", "Task:patient"))


def test_that_there_is_more_is_said_of_what_is_seen(town: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    onward = [("_revinclude", "Task:patient"), ("_include:iterate", "Task:owner")]
    every = len(included(town, "ssiad", "Patient", ("_id", "jeanne"), *onward))
    first = len(included(town, "ssiad", "Patient", ("_id", "jeanne"), onward[0]))

    def cut(role: str, most: int, *asked: tuple[str, str]) -> bool:
        monkeypatch.setattr(includes, "MOST", most)
        return town.open(role).search("Patient", [("_id", "jeanne"), *asked]).cut

    conditions = ("_revinclude", "Condition:patient")
    assert (cut("psy_cmp", 1, conditions), cut("psy_cmp", 2, conditions)) == (True, False)
    # One of the two is hidden: there is no more.
    assert not cut("ssiad", 1, conditions)
    assert [cut("ssiad", most, *onward) for most in (first - 1, first, every - 1, every)] == [True, True, True, False]
    assert not cut("ssiad", 0)


def test_as_many_statements_whatever_is_found(town: Territory) -> None:
    """One for the page, one for each direction of links at each step, two for what is shown, and what surrounds a reading."""
    statements: list[str] = []
    event.listen(town.store.reader, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def count(*asked: tuple[str, str]) -> int:
        statements.clear()
        town.open("gestionnaire").search("Task", list(asked))
        return len(statements)

    def counts() -> list[int]:
        links = [("_include", "Task:focus"), ("_include", "Task:owner"), ("_revinclude", "Task:part-of")]
        return [
            count(),
            count(("patient", PERSON), ("_sort", "-authored-on,status"), ("_total", "accurate")),
            count(("focus:ServiceRequest.requester:Organization.name", "x"), ("_has:Task:part-of:status", "x")),
            count(*links),
            count(*links, ("_include:iterate", "ServiceRequest:requester")),
        ]

    before = counts()
    for number in range(20):
        town.write(task(f"more{number}", "Organization/ccas", "ServiceRequest/r", partOf=[{"reference": "Task/t"}]))
    assert counts() == before
    assert before[3] - before[0] == 3


@pytest.mark.parametrize(
    ("links", "cut"), [(includes.HOPS, False), (includes.HOPS + 1, False), (includes.HOPS + 2, True)]
)
def test_c11_that_iterate_stops_before_the_end_is_said(town: Territory, links: int, cut: bool) -> None:
    """R4 search.html#revinclude: a server may stop; #outcome: then it says so in the searchset."""
    names = ["Task/t"]
    for number in range(links):
        part = {"partOf": [{"reference": names[-1]}]}
        names.append(town.write(task(f"n{number}", "Organization/ccas", "ServiceRequest/r", **part)))
    page = town.open("gestionnaire").search("Task", [("_id", "t"), ("_revinclude:iterate", "Task:part-of")])
    assert [each.name for each in page.included] == names[1 : includes.HOPS + 2]
    assert page.cut == cut


def test_c11_a_hidden_step_further_on_is_not_said(town: Territory) -> None:
    """`docs/leaks.md` L46: whether there is more is told of what the reader sees alone."""
    name = "Task/t"
    for number in range(includes.HOPS + 1):
        part = {"partOf": [{"reference": name}]}
        name = town.write(task(f"n{number}", "Organization/ccas", "ServiceRequest/r", **part))
    town.write(task("hidden", "Organization/cmp", "ServiceRequest/r", partOf=[{"reference": name}]))
    asked = [("_id", "t"), ("_revinclude:iterate", "Task:part-of")]
    assert [town.open(role).search("Task", asked).cut for role in ("ssiad", "psy_cmp")] == [False, True]
