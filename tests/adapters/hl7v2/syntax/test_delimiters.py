from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hl7v2.syntax.delimiters import Syntax, escape, unescape

STANDARD = Syntax()
ODD = Syntax("!", "@", "#", "$", "%")
SAYABLE = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\r\n"))


@given(SAYABLE, st.sampled_from([STANDARD, ODD]))
def test_what_is_escaped_comes_back(text: str, syntax: Syntax) -> None:
    assert unescape(escape(text, syntax), syntax) == text


@given(SAYABLE, st.sampled_from([STANDARD, ODD]))
def test_escaped_text_holds_no_structure(text: str, syntax: Syntax) -> None:
    written = escape(text, syntax)
    assert not set(written) & {syntax.field, syntax.component, syntax.repetition, syntax.subcomponent, "\r", "\n"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"caf\XC3A9\ ", "café "),
        (r"one\.br\two\.sp+2\three", "one\ntwo\nthree"),
        (r"\H\bold\N\ \.in+4\dressed", "bold dressed"),
        (r"\X0D0A\PID\F\2", "\r\nPID|2"),
        (r"\Zxx\ and \C2842\ stay", r"\Zxx\ and \C2842\ stay"),
        (r"\XFF\ is no UTF-8, \Xyz\ no hexadecimal", r"\XFF\ is no UTF-8, \Xyz\ no hexadecimal"),
        (r"C:\temp", r"C:\temp"),
        ("a\x00b\x0bc\x7f", "abc"),
        (r"a\X00\b", "ab"),
    ],
)
def test_each_escape_means_what_the_standard_says(written: str, meant: str) -> None:
    assert unescape(written, STANDARD) == meant


def test_hexadecimal_escapes_speak_the_charset_of_the_message() -> None:
    assert unescape(r"caf\XE9\ ", Syntax(codec="cp1252")) == "café "
