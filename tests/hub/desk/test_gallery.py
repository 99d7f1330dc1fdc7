"""Every pattern of the drawings is in the gallery, as sound HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import pytest

from hub.desk.headers import CONTENT_SECURITY_POLICY
from tests.hub.desk.gallery import ERROR_PATHS, PAGES, create_gallery

PATHS = (*(f"/galerie/{name}" for name in PAGES), *ERROR_PATHS)
LANGUAGES = ("fr", "en")
# The patterns of the drawings, by their names there.
MOTIFS = """
Queue, Filters, Time left, Who will read, Source and reading, Decide, Compare, Déjà connu ?, Four answers suffice,
Person's band, Same record\\, other role, Plan, Confide, Assessment, Figures, Partner's list, One action, Round,
What we sent, Filing, Held, Take up again, Directory, A service, Long work, End of session, Done elsewhere, Hand over,
Error summary, Her page, Policy, Consent to a programme, Empty, Autosave, Stale, Paper, Cards under 640 px
"""
# What the drawings have without a name of their own.
OTHERS = """
Knot, Voice, Section, Tag, Count, Missing, Masked, Gauge, Circle, Stepper, Timeline, Facts, Tabs, Toggle, Pagination,
Breadcrumbs, Page title, Card, Header, Acting context, Language switch, Skip link, Sandbox band, Footer, Light or dark,
Notice, Receipt, Kept, Help, Dialog, Welcome back, Newcomers, Error page, Field, Group, Choice, Segments, Button, Bar,
Her agreements, Her journal, Score, Question, Folded gesture, Shortcuts, Task list, Filter panel, Raw, Totals,
Signatures, Telephone
"""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NEEDS_LABEL = ("input", "select", "textarea")


def names(text: str) -> set[str]:
    """The names of a list above; a comma that is part of one has a backslash."""
    return {name.strip().replace("\\,", ",") for name in re.split(r"(?<!\\),", text)}


@cache
def fetch(path: str, language: str = "fr") -> str:
    client = create_gallery().test_client()
    client.set_cookie("langue", language)
    return client.get(path).text


@cache
def parse(path: str, language: str = "fr") -> Element:
    """The page, by the rules of HTML; ParseError at the first thing that they call an error."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(fetch(path, language))
    return tree


def words_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("motif", sorted(names(MOTIFS) | names(OTHERS)))
def test_every_pattern_is_found_by_its_name(motif: str) -> None:
    assert any(element.get("data-motif") == motif for path in PATHS for element in parse(path).iter())


def test_no_pattern_is_in_the_gallery_without_a_place_in_the_list() -> None:
    found = {element.get("data-motif") for path in PATHS for element in parse(path).iter()} - {None}
    assert found == names(MOTIFS) | names(OTHERS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_valid_and_says_its_language(path: str, language: str) -> None:
    html = parse(path, language)
    assert html.get("lang") == language
    assert words_of(html.find(".//title")).endswith(" · Maillage")
    assert [element.tag for element in html.iter("main")] == ["main"]


@pytest.mark.parametrize("path", PATHS)
def test_ids_are_unique_and_what_refers_to_them_finds_them(path: str) -> None:
    html = parse(path)
    ids = Counter(element.get("id") for element in html.iter() if element.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    referred = {
        name
        for element in html.iter()
        for attribute in ("for", "aria-labelledby", "aria-describedby")
        for name in element.get(attribute, "").split()
    }
    assert referred - ids.keys() == set()
    anchors = {href[1:] for element in html.iter("a") if len(href := element.get("href", "")) > 1 and href[0] == "#"}
    assert anchors - ids.keys() == set()


@pytest.mark.parametrize("path", PATHS)
def test_every_field_has_a_label(path: str) -> None:
    html = parse(path)
    labelled = {label.get("for") for label in html.iter("label")}
    inside = {child for label in html.iter("label") for child in label.iter()}
    fields = [
        field for field in html.iter() if field.tag in NEEDS_LABEL and field.get("type") not in ("hidden", "submit")
    ]
    assert [field.attrib for field in fields if field.get("id") not in labelled and field not in inside] == []
    assert [field.attrib for field in fields if not field.get("name")] == []


@pytest.mark.parametrize("path", PATHS)
def test_headings_are_in_order(path: str) -> None:
    body = parse(path).find(".//main")
    levels = [HEADINGS.index(element.tag) + 1 for element in body.iter() if element.tag in HEADINGS]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert [(one, other) for one, other in pairwise(levels) if other > one + 1] == []


@pytest.mark.parametrize("path", PATHS)
def test_every_form_can_be_read_by_a_program(path: str) -> None:
    for form in parse(path).iter("form"):
        assert form.get("data-forme")
        if form.get("method") == "post":
            [token] = [field for field in form.iter("input") if field.get("name") == "csrf"]
            assert (token.get("type"), token.get("value")) == ("hidden", "jeton-de-la-galerie")
        else:
            assert form.get("method") == "get"


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(path: str) -> None:
    page = fetch(path)
    assert re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page) is None
    assert re.findall(r"<script(?![^>]* src=\"/static/)", page) == []
    assert re.findall(r'(?:src|href|action)="(https?:[^"]*)"', page) == []


@pytest.mark.parametrize("path", PATHS)
def test_buttons_say_more_than_ok(path: str) -> None:
    said = [words_of(button) for button in parse(path).iter("button")]
    assert all(said)
    assert not set(said) & {"OK", "Ok", "Valider", "Soumettre", "Submit"}


def rows_of_buttons(html: Element) -> Iterator[list[str]]:
    for table in html.iter("table"):
        yield [words_of(element) for element in table.iter() if "btn" in element.get("class", "").split()]


@pytest.mark.parametrize("path", PATHS)
def test_two_buttons_of_a_list_do_not_sound_the_same(path: str) -> None:
    for said in rows_of_buttons(parse(path)):
        assert [words for words, count in Counter(said).items() if count > 1] == []


@pytest.mark.parametrize("path", PATHS)
def test_se_5_a_page_has_the_headers_of_pages(path: str) -> None:
    headers = create_gallery().test_client().get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
