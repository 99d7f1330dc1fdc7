"""One fold for search and for matching."""

import pytest

from hub.domain.normalization.folding import fold, list_word_starts


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Lebœuf", "leboeuf"),
        ("D’Artagnan", "d'artagnan"),
        ("Jean-Éric", "JEAN  ERIC"),
        ("Saint-Étienne", "saint etienne"),
        ("Sørensen", "sorensen"),
        ("Wałęsa", "walesa"),
        ("Großmann", "grossmann"),
        ("Ætius", "aetius"),
        (" Le\u00a0Goff ", "le goff"),
        ("İnönü", "inonu"),
    ],
)
def test_c_1_what_people_type_is_what_is_written(written, typed):
    assert fold(written) == fold(typed)


def test_other_letters_stay_apart():
    assert fold("Martin") != fold("Martine")
    assert fold("Иванов") == "иванов"


def test_every_word_is_a_beginning():
    assert list(list_word_starts("dupont martin de la tour")) == [
        "dupont martin de la tour",
        "martin de la tour",
        "de la tour",
        "la tour",
        "tour",
    ]
    assert list(list_word_starts("martin")) == ["martin"]
