"""Index rows: each value in the places of the part that says it, for whatever R4 lets through."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.resource_types import TYPES
from hub.domain.sections import load_sections
from hub.record.search.index.rows import HOT, build_index_rows, build_place_columns
from hub.record.tables import index_string, index_token, worklist
from hub.slices import Place, get_reference_rid, split
from tests import r4
from tests.territory import PERSON, condition, person, task

RID, WHO = get_reference_rid("Task/t"), get_reference_rid(PERSON)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(TYPES - {"Questionnaire"})).flatmap(r4.generated))
def test_every_row_stands_where_a_part_stands(resource: dict[str, Any]) -> None:
    parts = split(resource, {})
    places = {(part.place.needs, part.place.stake_needs, part.place.domain, part.place.holder) for part in parts}
    lists = 0
    for table, row in build_index_rows(resource, RID, WHO, parts):
        assert (row["needs"], row["stake_needs"], row["domain"], row["holder"]) in places
        assert set(row) == {column.name for column in table.columns}
        lists += table is worklist
    assert lists <= 1


@pytest.mark.parametrize("year", ["1000", "9999", "9999-12", "9999-12-31T23:59:59-12:00"])
def test_dates_at_the_ends_of_time_are_indexed(year: str) -> None:
    made = condition("c", recordedDate=year)
    assert [row for _, row in build_index_rows(made, RID, WHO, split(made, {})) if row["name"] == "recorded-date"]


def test_a_person_is_indexed_place_by_place() -> None:
    places = load_sections()
    rows = list(build_index_rows(person(), RID, WHO, split(person(), {})))
    families = {row["exact"]: row["needs"] for table, row in rows if table is index_string and row["name"] == "family"}
    assert families == {"NAISSANCE": places.place("identity"), "Fictive": places.place("identity.usual")}
    holders = {
        row["code"]: row["holder"] for table, row in rows if table is index_token and row["name"] == "identifier"
    }
    assert holders == {"000000000000097": None, "IPP-1": "Organization/chu", "CCAS-1": "Organization/ccas"}
    assert {row["person"] for _, row in rows} == {WHO}


def test_an_offer_is_about_nobody_and_its_rest_about_its_person() -> None:
    offer = task("t", focus="ServiceRequest/r")
    found = {
        row["name"]: row["person"]
        for table, row in build_index_rows(offer, RID, WHO, split(offer, {}))
        if table is index_token
    }
    assert found["status"] == found["code"] == 0
    assert found["patient"] == WHO
    assert build_place_columns(Place(1, 1, offer=True), WHO)["person"] == 0


def test_a_list_row_stands_where_the_owner_or_requester_stands() -> None:
    made = task("t", owner="Organization/saad", focus="ServiceRequest/r") | {
        "requester": {"reference": "Organization/ccas"}
    }
    listed = [row for table, row in build_index_rows(made, RID, WHO, split(made, {})) if table is worklist]
    place = load_sections().place("tasks.titles")
    assert [(row["name"], row["party"], row["status"], row["needs"]) for row in listed] == [
        ("owner", "Organization/saad", "requested", place),
        ("requester", "Organization/ccas", "requested", place),
    ]
    without = {name: value for name, value in made.items() if name not in ("owner", "requester", "authoredOn")}
    assert not [row for table, row in build_index_rows(without, RID, WHO, split(without, {})) if table is worklist]
    assert set(HOT) <= TYPES
