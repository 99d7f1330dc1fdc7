from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.matching import ALIKE, Traits, contradicts, score
from hub.domain.normalization.folding import fold

ALIX = Traits(("Exemple", "Modèle"), ("Alix",), "1942-03-15", "female", ("01 99 00 00 01",), ("242039912345678",))


def alone(**changes):
    return replace(Traits(("Exemple",), ("Alix",), "1942-03-15"), **changes)


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (alone(), {"match-same-family", "match-same-given", "match-same-birth-date"}),
        (alone(families=("EXEMPLE",), givens=("ALIX MARIE",)), {"match-same-family", "match-close-given"}),
        (alone(families=("Exempel",)), {"match-close-family"}),
        (alone(families=("Exemple-Modele",)), {"match-same-given", "match-same-birth-date"}),
        (alone(families=("Alix",), givens=("Exemple",)), {"match-same-family", "match-same-given"}),
        (alone(birth_date="1942-03-16"), {"match-close-birth-date"}),
        (alone(birth_date="1942"), {"match-close-birth-date"}),
        (alone(birth_date="", phones=("+33 1 99 00 00 01",)), {"match-same-phone"}),
        (Traits(numbers=ALIX.numbers), {"match-same-number"}),
        (alone(gender="male"), {"match-other-gender", "match-same-birth-date"}),
    ],
)
def test_what_the_desk_is_asked_about_and_why(other, reasons):
    found = score(ALIX, other)
    assert found.score >= ALIKE
    assert reasons <= set(found.reasons)


def test_day_and_month_may_have_changed_places():
    found = score(alone(birth_date="1942-03-05"), alone(birth_date="1942-05-03"))
    assert (found.score >= ALIKE, "match-swapped-birth-date" in found.reasons) == (True, True)


@pytest.mark.parametrize(
    "other",
    [
        Traits(),
        alone(birth_date=""),
        alone(birth_date="1970-11-02"),
        alone(families=("Toutautre",), givens=("Zoé",)),
        Traits(("Inventé",), ("Alix",), "1950-01-01", phones=ALIX.phones),
    ],
)
def test_what_the_desk_is_not_asked_about(other):
    assert score(ALIX, other).score < ALIKE


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Traits(), False),
        (alone(), False),
        (alone(birth_date="1942-15-03"), False),
        (alone(birth_date="1942-03-16"), False),
        (alone(birth_date="1970-11-02"), True),
        (Traits(("Toutautre",), ("Zoé",), "1942-03-15"), True),
        (Traits(("Modèle",), ("Zoé",)), False),
    ],
)
def test_what_a_shared_number_cannot_excuse(other, expected):
    assert contradicts(ALIX, other) is expected


def test_names_are_compared_without_what_people_write_differently():
    assert fold("  Jean-Éric  D’Œuvre ") == fold("JEAN ERIC D'OEUVRE") == "jean eric d oeuvre"


NAMES = st.lists(st.text("aeéÉ-' bm", max_size=8), max_size=2).map(tuple)
DATES = st.one_of(st.just(""), st.dates().map(str), st.dates().map(lambda day: str(day)[:4]))
TRAITS = st.builds(Traits, NAMES, NAMES, DATES, st.sampled_from(["", "male", "female"]), NAMES, NAMES)


@given(TRAITS, TRAITS)
def test_likeness_is_mutual_bounded_and_deaf_to_case(one, other):
    found = score(one, other)
    assert found == score(other, one)
    assert 0 <= found.score <= 100
    shouted = replace(other, families=tuple(name.upper() for name in other.families))
    assert score(one, shouted).score == found.score
    assert contradicts(one, other) == contradicts(other, one)


@given(TRAITS)
def test_nobody_contradicts_oneself(one):
    assert not contradicts(one, one) or not any(map(fold, one.families))
