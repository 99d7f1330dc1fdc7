"""A commune as it is said on the telephone: a name, its beginning, a postal code, or both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.desk.calls.communes import MOST, find_communes, get_only_commune
from hub.desk.tools.communes import render_communes


@pytest.mark.parametrize(
    ("typed", "insee"),
    [
        ("Redon", "35236"),
        ("redon 35600", "35236"),
        ("st malo", "35288"),
        ("Lyon 69003", "69123"),
        ("SAINT NICOLAS DE REDON", "44185"),
        ("l'abergement clémenciat", "01001"),
        ("Vannes", "56260"),
    ],
)
def test_what_can_only_be_one_commune_is_that_one(typed, insee):
    commune = get_only_commune(typed)
    assert commune is not None
    assert commune.insee == insee


@pytest.mark.parametrize("typed", ["", "x", "35600", "Combe-Feinte", "99014", "Saint"])
def test_what_may_be_several_communes_or_none_is_left_open(typed):
    assert get_only_commune(typed) is None


def test_a_postal_code_gives_its_communes():
    assert {commune.name for commune in find_communes("35600")} >= {"Redon", "Bains-sur-Oust"}


def test_a_whole_name_comes_first():
    assert find_communes("vannes")[0].name == "Vannes"


@given(st.text(max_size=30))
def test_any_text_gives_a_short_list(typed):
    assert len(find_communes(typed)) <= MOST


def test_the_list_keeps_todays_communes_with_a_postal_code():
    today = {"nom": "Écommoy", "code": "72124", "type": "commune-actuelle", "codesPostaux": ["72220"]}
    former = {**today, "type": "commune-deleguee"}
    nowhere = {**today, "codesPostaux": []}
    assert render_communes([today, former, nowhere]) == "ecommoy\tÉcommoy\t72124\t72220\n"
