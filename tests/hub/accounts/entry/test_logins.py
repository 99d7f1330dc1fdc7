"""Logins that look alike are one."""

from __future__ import annotations

import pytest

from hub.accounts.entry.logins import make_skeleton, parse_login
from hub.domain.errors import Invalid


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("admin", "Admin"),
        ("admin", "admın"),
        ("admin", "ａｄｍｉｎ"),
        ("admin", "аdmin"),
        ("admin", "adrnin"),
        ("helene@dac.example", "Hélène@dac.example"),
        ("paul0", "paulo"),
        ("lea", "Iea"),
    ],
)
def test_i11_look_alike_logins_are_one(first: str, second: str) -> None:
    assert make_skeleton(first) == make_skeleton(second)


@pytest.mark.parametrize(("first", "second"), [("admin", "admins"), ("paul", "paula"), ("a.b@c.fr", "ab@c.fr")])
def test_others_are_not(first: str, second: str) -> None:
    assert make_skeleton(first) != make_skeleton(second)


def test_a_login_is_kept_as_it_was_written() -> None:
    assert parse_login(" Nadia.Lisière@dac.example ") == "Nadia.Lisière@dac.example"


@pytest.mark.parametrize("text", ["", "ab", "a b c", "a\0bc", "abc\u202e", "<b>abc", "a" * 255, "a/b/c", "abc\u200b"])
def test_what_nobody_could_type_again_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="login-form"):
        parse_login(text)
