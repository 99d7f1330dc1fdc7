"""Both catalogues hold every sentence of the desk, translated, none in doubt, and are compiled as they are written."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from hub.desk.tools.french import fill

DESK = Path(__file__).parents[3] / "hub" / "desk"
PLACE = re.compile(r"%\(\w+\)s|<[^>]+>")


def gather() -> set[tuple[str | None, str]]:
    """(context, sentence) of all that templates and modules of the desk say; the singular where there are two."""
    with (DESK / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(DESK, methods, options, keywords=DEFAULT_KEYWORDS | {"_l": None})
    return {
        (context, message if isinstance(message, str) else message[0]) for _, _, message, _, context in found if message
    }


def read(locale: str) -> Catalog:
    with (DESK / "translations" / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def forms(message: object) -> list[str]:
    return [message] if isinstance(message, str) else [str(form) for form in message]  # type: ignore[attr-defined]


@pytest.mark.parametrize("locale", ["fr", "en_GB"])
def test_every_sentence_is_translated_and_none_is_left_over(locale: str) -> None:
    catalogue = read(locale)
    said = {(message.context, forms(message.id)[0]): message for message in catalogue if message.id}
    assert said.keys() == gather(), "run `make translations`"
    assert [key for key, message in said.items() if message.fuzzy] == []
    assert [key for key, message in said.items() if not all(forms(message.string))] == []
    assert not catalogue.obsolete


@pytest.mark.parametrize("locale", ["fr", "en_GB"])
def test_a_translation_has_the_places_and_marks_of_its_sentence(locale: str) -> None:
    for message in read(locale):
        if message.id:
            expected = sorted(PLACE.findall(forms(message.id)[-1]))
            for words in forms(message.string)[-1:]:
                assert sorted(PLACE.findall(words)) == expected, message.id


@pytest.mark.parametrize("locale", ["fr", "en_GB"])
def test_the_compiled_catalogue_says_the_same(locale: str) -> None:
    with (DESK / "translations" / locale / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in read(locale):
        if message.id:
            singular, *others = forms(message.id)
            if others:
                said = compiled.ngettext(singular, others[0], 1)
            else:
                said = compiled.pgettext(message.context, singular) if message.context else compiled.gettext(singular)
            assert said == forms(message.string)[0], "run `make translations`"


def test_the_french_catalogue_is_the_source_with_its_spaces() -> None:
    catalogue = read("fr")
    before = {forms(message.id)[0]: message.string for message in catalogue if message.id}
    fill(catalogue)
    assert {forms(message.id)[0]: message.string for message in catalogue if message.id} == before
    assert before["Proposé :"] == "Proposé\u00a0:"


def test_nothing_is_one_in_french_and_several_in_english() -> None:
    assert read("fr").plural_expr == "(n > 1)"
    assert read("en_GB").plural_expr == "(n != 1)"
