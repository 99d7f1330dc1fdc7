"""https://hl7.org/fhir/R4/narrative.html, invariant txt-1; `docs/security.md` I14."""

import re

import pytest

from hub.conformance.r4.narrative import is_narrative
from tests import r4

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'

PLAIN = [
    "Une phrase.",
    '<p class="x" style="color: red">a<br/>b</p>',
    '<table border="1"><caption>x</caption><tr><td colspan="2">1</td></tr></table>',
    '<a href="https://a.example/x" title="y">z</a><a name="here"/>',
    '<img src="#picture" alt="x"/>',
    '<img src="https://a.example/x.png" alt="x"/>',
    '<span lang="fr" xml:lang="fr">é &amp; &lt; &#233;</span>',
    "<!-- said aside --> x",
]

REFUSED = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    '<p onclick="alert(1)">x</p>',
    '<p ONLOAD="alert(1)">x</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" &#9;jAvAscript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<img src="data:image/svg+xml,x"/>',
    '<iframe src="https://a.example"/>',
    "<form><input/></form>",
    "<object/>",
    "<style>p {}</style>",
    '<link href="https://a.example/x.css"/>',
    '<p style="width: expression(alert(1))">x</p>',
    '<p style="background: url(https://a.example)">x</p>',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '<p xmlns="">x</p>',
    "<?php x ?>",
    "&nbsp;",
    "&x;",
    "<b>",
    "</div><div>",
    "<b>" * 300 + "</b>" * 300,
]


@pytest.mark.parametrize("inner", PLAIN)
def test_plain_formatting_is_taken(inner):
    assert is_narrative(f"<div {XHTML}>{inner}</div>")


@pytest.mark.parametrize("inner", REFUSED)
def test_i14_what_could_run_or_fetch_is_not(inner):
    assert not is_narrative(f"<div {XHTML}>{inner}</div>")


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "x",
        "<div>no namespace</div>",
        f"<p {XHTML}>no div</p>",
        f"<!DOCTYPE div><div {XHTML}>x</div>",
        f'<!DOCTYPE div [<!ENTITY x SYSTEM "file:///etc/passwd">]><div {XHTML}>&x;</div>',
        f"<?xml version='1.0' encoding='utf-8'?><div {XHTML}>x</div>",
        f"<div {XHTML}>\0</div>",
        f"<div {XHTML}>\ud800</div>",
    ],
)
def test_a_narrative_is_one_div_of_xhtml(whole):
    assert not is_narrative(whole)


@r4.needs_data
def test_the_narratives_of_the_published_examples_are_taken():
    told = [resource["text"]["div"] for _, resource in r4.r4_examples() if "text" in resource]
    assert len(told) > 100
    [blank] = [div for div in told if not is_narrative(div)]
    # One is a pre of blanks, against txt-2.
    assert not re.sub("<[^>]*>", "", blank).strip()


@pytest.mark.parametrize(
    "inner", ["", " ", "\n\t", "<p></p>", "<p> <br/></p>", "<!-- a comment -->", "<table><tr><td/></tr></table>"]
)
def test_e6_a_narrative_says_something(inner):
    """R4 narrative.html, invariant txt-2: "The narrative SHALL have some non-whitespace content"."""
    assert not is_narrative(f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>')


@pytest.mark.parametrize("inner", ["x", "<p> <b>x</b></p>", '<img src="a.png" alt="x"/>', "&#160;x"])
def test_e6_a_text_or_an_image_is_enough(inner):
    assert is_narrative(f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>')
