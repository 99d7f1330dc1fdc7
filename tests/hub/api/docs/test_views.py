"""The page of the API (`docs/contract.md` §4): whole without its script, under a strict policy, in two languages."""

import re
from html.parser import HTMLParser

import pytest

from hub.api.docs.page import LANGUAGES, load_texts

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'"
VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """Elements with their attributes, and whether each that opens closes."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture
def page(http):
    return Page(http.get("/fhir/docs").text)


def test_it_is_open_kept_and_the_same_for_all(world, http):
    answers = [http.get("/fhir/docs"), *(caller.get("/docs") for caller in (world.desk, world.soc, world.out))]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert answers[0].content_type == "text/html; charset=utf-8"
    assert answers[0].headers["Cache-Control"] == "public, max-age=300"


def test_its_policy_lets_nothing_in_from_elsewhere(http, page):
    policy = http.get("/fhir/docs").headers["Content-Security-Policy"]
    assert policy.startswith(CSP)
    assert "unsafe" not in policy
    # Nothing inline, nothing from another place: the policy forbids nothing that the page has.
    assert [attributes for attributes in page.all("script") if "src" not in attributes] == []
    assert page.all("style") == []
    assert [
        name for _, attributes in page.elements for name in attributes if name == "style" or name.startswith("on")
    ] == []
    for attributes in page.all("script", "link", "img", "form"):
        assert "//" not in (attributes.get("src") or attributes.get("href") or "")


@pytest.mark.parametrize(("name", "kind"), [("docs.css", "text/css"), ("docs.js", "text/javascript")])
def test_its_style_and_script_are_its_own(http, name, kind):
    answer = http.get(f"/fhir/docs/{name}")
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert not re.search(
        r"https?:|@import|url\(|eval|innerHTML|localStorage|sessionStorage|document\.cookie", answer.text
    )


@pytest.mark.parametrize("name", ["docs.html", "../docs.py", "%2e%2e%2fdocs.py", "docs.css%00", "texts.toml"])
def test_no_other_file_is_given(http, name):
    assert http.get(f"/fhir/docs/{name}").status_code in (401, 404)  # 401: a path beside this door


@pytest.mark.parametrize(
    ("asked", "accepted", "spoken"),
    [
        ("", "", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=fr", "en", "fr"),
        ("", "en-GB,en", "en"),
        ("?lang=xx", "", "fr"),
    ],
)
def test_it_speaks_french_and_english(http, asked, accepted, spoken):
    answer = http.get(f"/fhir/docs{asked}", headers={"Accept-Language": accepted} if accepted else {})
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (spoken, "Accept-Language")
    assert f'<html lang="{spoken}">' in answer.text


def test_each_text_is_in_both_languages():
    french, english = map(load_texts, LANGUAGES)
    for key in french:
        assert key == "formats" or french[key] != english[key]
    for key in ("codes", "statuses"):
        assert all(isinstance(text, str) and text != english[key][code] for code, text in french[key].items())


def test_it_lists_every_call_and_parameter(http):
    text = http.get("/fhir/docs").text
    document = http.get("/fhir/openapi.json").json
    for path, calls in document["paths"].items():
        for method in calls:
            assert f'<span class="method">{method.upper()}</span> <code>{path}</code>' in text
    [rest] = http.get("/fhir/metadata").json["rest"]
    for resource in rest["resource"]:
        section = text.partition(f'<section id="{resource["type"]}"')[2].partition("</section>")[0]
        for parameter in resource.get("searchParam", ()):
            assert f"<code>{parameter['name']}</code>" in section


def test_it_can_be_read_by_ear_and_used_by_keyboard(page):
    """WCAG 2.2: what a parser can see of 1.3.1, 2.4.1, 2.4.6, 3.1.1, 3.3.2, 4.1.2. Contrast stands in the style's palette."""
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert [len(page.all(landmark)) for landmark in ("main", "header", "footer", "h1")] == [1, 1, 1, 1]
    assert all("aria-label" in attributes for attributes in page.all("nav"))
    labelled = {attributes["for"] for attributes in page.all("label")}
    assert {attributes["id"] for attributes in page.all("input", "select", "textarea")} == labelled
    assert page.all("a")[0] == {"class": "skip", "href": "#content"}
    pointed = [
        attributes[name]
        for _, attributes in page.elements
        for name in ("aria-labelledby", "aria-describedby")
        if name in attributes
    ]
    pointed += [attributes["href"][1:] for attributes in page.all("a") if attributes["href"].startswith("#")]
    assert set(pointed) <= set(ids)
    assert all("scope" in attributes for attributes in page.all("th"))
    assert all(attributes.get("tabindex") == "0" for attributes in page.all("pre"))


def contrast(one, other):
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_its_colours_can_be_told_apart(http):
    palette = dict(re.findall(r"--(\w+): (#\w{6});", http.get("/fhir/docs/docs.css").text.replace("#fff;", "#ffffff;")))
    for ink in ("ink", "soft", "accent"):
        for ground in ("paper", "shade"):
            assert contrast(palette[ink], palette[ground]) >= 4.5
