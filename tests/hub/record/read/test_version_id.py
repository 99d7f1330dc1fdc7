"""Version ids (`parts.md` 17): legal, bound to one resource, unreadable and unforgeable, kept through a rotation."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.record.read.version_id import Seen, seal, unseal

OLD, NEW = (b"1" * 64,), (b"2" * 64, b"1" * 64)
TASK = "Task/a"
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
sights = st.builds(Seen, st.integers(0, (1 << 63) - 1), st.integers(0, (1 << 63) - 1))


@given(sights)
def test_a_version_is_52_characters_of_a_legal_id_and_opens_again(seen: Seen) -> None:
    version = seal(seen, TASK, OLD)
    assert len(version) == 52
    assert FHIR_ID.fullmatch(version)
    assert unseal(version, TASK, OLD) == seen


@given(sights, sights)
def test_equal_versions_are_equal_sights(one: Seen, other: Seen) -> None:
    assert (seal(one, TASK, OLD) == seal(other, TASK, OLD)) == (one == other)


def test_it_is_a_version_of_one_resource_alone() -> None:
    version = seal(Seen(5, 7), TASK, OLD)
    assert unseal(version, "Task/b", OLD) is None
    assert unseal(version, "Goal/a", OLD) is None
    assert seal(Seen(5, 7), "Task/b", OLD) != version


def test_the_previous_key_still_opens_and_the_one_before_no_more() -> None:
    version = seal(Seen(5, 7), TASK, OLD)
    assert unseal(version, TASK, NEW) == Seen(5, 7)
    assert seal(Seen(5, 7), TASK, NEW) != version
    assert unseal(version, TASK, (b"3" * 64, b"2" * 64)) is None


@given(st.integers(0, 51), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_tampered_with_it_is_none(at: int, letter: str) -> None:
    version = seal(Seen(5, 7), TASK, OLD)
    changed = version[:at] + letter + version[at + 1 :]
    # The last letter carries three bits only: others that decode alike are the same 32 bytes.
    assert unseal(changed, TASK, OLD) in ((None,) if at < 51 and changed != version else (None, Seen(5, 7)))


@given(st.text(max_size=60) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefg189=", min_size=52, max_size=52))
def test_anything_else_is_none(text: str) -> None:
    assert unseal(text, TASK, OLD) is None


@pytest.mark.parametrize("change", [str.upper, lambda v: v + "=", lambda v: v[:-1], lambda v: " " + v[1:]])
def test_other_spellings_are_none(change: object) -> None:
    assert unseal(change(seal(Seen(5, 7), TASK, OLD)), TASK, OLD) is None  # type: ignore[operator]
