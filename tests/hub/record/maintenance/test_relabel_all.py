"""A change of the pages that place things reaches what is stored (`docs/parts.md` 28)."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from sqlalchemy import select

from hub.domain.errors import NotFound
from hub.ops.readiness import find_problems
from hub.record.maintenance import relabel as relabelling
from hub.record.maintenance.relabel import is_relabel_due, relabel_all, write_fingerprint
from hub.record.tables import part
from hub.slices import load_labels
from tests.territory import Territory, condition, observation, request, task


def list_parts(here: Territory) -> list[tuple[object, ...]]:
    with here.store.read() as connection:
        return sorted(tuple(row) for row in connection.execute(select(part)))


def fill(here: Territory) -> None:
    here.join_circle("ssiad", "psy_cmp")
    here.write(
        condition("c"),
        condition("d", code="E10"),
        request("r", requester="Organization/dac", intent="filler-order"),
        task("t", owner="Organization/ssiad", focus="ServiceRequest/r"),
        observation("o", "ald", valueQuantity={"value": 1, "unit": "x"}),
    )
    here.pass_time()
    here.change("Condition/c", onsetString="hier")
    here.change("Condition/c", onsetString=None)


@pytest.fixture
def labels_with(monkeypatch):
    """Place by other labels: those of now, with what the test changes in them."""

    def use(**change):
        labels = replace(load_labels(), **change)
        # The package's name `split` is the function of this module.
        monkeypatch.setattr(import_module("hub.slices.split"), "load_labels", lambda: labels)

    return use


def test_a_15_nothing_moves_where_no_place_changed(here, monkeypatch):
    monkeypatch.setattr(relabelling, "STEP", 3)
    fill(here)
    before = list_parts(here)
    here.pass_time()
    steps = []
    assert relabel_all(here.store, lambda done, total: steps.append((done, total))) == steps[-1][0] == steps[-1][1]
    assert list_parts(here) == before


def test_a_15_a_new_rule_reaches_what_is_stored(here, labels_with):
    fill(here)
    assert here.open("ssiad").read("Condition/d")
    other = here.open("ssiad").read("Condition/c")
    rules = load_labels().rules
    psychiatric = next(rule for rule in rules["Condition"] if rule.place == "psychiatric")
    new = replace(psychiatric, element="code", system="http://hl7.org/fhir/sid/icd-10", codes=frozenset({"E10"}))
    labels_with(rules={**rules, "Condition": (new, *rules["Condition"])})
    here.pass_time()
    relabel_all(here.store)
    with pytest.raises(NotFound):
        here.open("ssiad").read("Condition/d")
    assert here.open("psy_cmp").read("Condition/d")
    assert here.open("ssiad").read("Condition/c").version == other.version


def test_a_15_the_record_knows_by_which_pages_it_was_placed(here, monkeypatch):
    fill(here)
    with here.store.write() as connection:
        write_fingerprint(connection)
        assert not is_relabel_due(connection)
    monkeypatch.setattr(relabelling, "get_fingerprint", lambda: "another")
    assert "ready-relabel" in {problem.code for problem in find_problems(here.store)}
    relabel_all(here.store)
    assert "ready-relabel" not in {problem.code for problem in find_problems(here.store)}


def test_a_15_put_back_is_noticed(here, labels_with, monkeypatch):
    """Parts that are left where they are."""
    monkeypatch.setattr(relabelling, "relabel", lambda unit, rid: False)
    with pytest.raises(pytest.fail.Exception):
        test_a_15_a_new_rule_reaches_what_is_stored(here, labels_with)
