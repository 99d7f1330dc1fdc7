"""Version ids (`docs/parts.md` 17): legal, bound to one resource, unreadable and unforgeable, kept through a rotation."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.record.read.version_id import VersionKey, decrypt_version_id, encrypt_version_id

OLD, NEW = (b"1" * 64,), (b"2" * 64, b"1" * 64)
TASK = "Task/a"
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
sights = st.builds(VersionKey, st.integers(0, (1 << 63) - 1), st.integers(0, (1 << 63) - 1))


@given(sights)
def test_a_version_is_52_characters_of_a_legal_id_and_opens_again(seen: VersionKey) -> None:
    version = encrypt_version_id(seen, TASK, OLD)
    assert len(version) == 52
    assert FHIR_ID.fullmatch(version)
    assert decrypt_version_id(version, TASK, OLD) == seen


@given(sights, sights)
def test_equal_versions_are_equal_sights(one: VersionKey, other: VersionKey) -> None:
    assert (encrypt_version_id(one, TASK, OLD) == encrypt_version_id(other, TASK, OLD)) == (one == other)


def test_it_is_a_version_of_one_resource_alone() -> None:
    version = encrypt_version_id(VersionKey(5, 7), TASK, OLD)
    assert decrypt_version_id(version, "Task/b", OLD) is None
    assert decrypt_version_id(version, "Goal/a", OLD) is None
    assert encrypt_version_id(VersionKey(5, 7), "Task/b", OLD) != version


def test_the_previous_key_still_opens_and_the_one_before_no_more() -> None:
    version = encrypt_version_id(VersionKey(5, 7), TASK, OLD)
    assert decrypt_version_id(version, TASK, NEW) == VersionKey(5, 7)
    assert encrypt_version_id(VersionKey(5, 7), TASK, NEW) != version
    assert decrypt_version_id(version, TASK, (b"3" * 64, b"2" * 64)) is None


@given(st.integers(0, 51), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_tampered_with_it_is_none(at: int, letter: str) -> None:
    version = encrypt_version_id(VersionKey(5, 7), TASK, OLD)
    changed = version[:at] + letter + version[at + 1 :]
    # The last letter carries three bits only: others that decode alike are the same 32 bytes.
    assert decrypt_version_id(changed, TASK, OLD) in (
        (None,) if at < 51 and changed != version else (None, VersionKey(5, 7))
    )


@given(st.text(max_size=60) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefg189=", min_size=52, max_size=52))
def test_anything_else_is_none(text: str) -> None:
    assert decrypt_version_id(text, TASK, OLD) is None


@pytest.mark.parametrize("change", [str.upper, lambda v: v + "=", lambda v: v[:-1], lambda v: " " + v[1:]])
def test_other_spellings_are_none(change: object) -> None:
    assert decrypt_version_id(change(encrypt_version_id(VersionKey(5, 7), TASK, OLD)), TASK, OLD) is None  # type: ignore[operator]
