"""A trace as an AuditEvent, and its sealed id."""

from __future__ import annotations

import re

import pytest
from msgspec.json import decode

from hub.conformance import check
from hub.record.audit.event import (
    Event,
    EventKey,
    build_event_slice,
    decrypt_event_id,
    encrypt_event_id,
    list_action_words,
)

OLD, NEW = (bytes(range(64)),), (bytes(range(64, 128)),)
KEY = EventKey(1 << 62, 1_763_712_000_000_000, 7)


def event(action: str = "read", session: str = "jti", role: str = "ssiad") -> Event:
    return Event(KEY, "jeanne", "Organization/ssiad", role, "logiciel", session, action, KEY.at, [(3, "Condition/c")])


def test_an_id_is_legal_and_means_its_event_under_its_key_and_the_one_before() -> None:
    sealed = encrypt_event_id(KEY, OLD)
    assert re.fullmatch(r"[a-z2-7]{64}", sealed)
    assert decrypt_event_id(sealed, OLD) == decrypt_event_id(sealed, NEW + OLD) == KEY
    assert encrypt_event_id(KEY, OLD) == sealed != encrypt_event_id(KEY._replace(rid=8), OLD)


@pytest.mark.parametrize("wrong", ["", "x", "A" * 64, "1" * 64, "a" * 64, "a" * 63])
def test_what_was_never_an_id_means_nothing(wrong: str) -> None:
    assert decrypt_event_id(wrong, OLD) is None
    assert decrypt_event_id(encrypt_event_id(KEY, OLD), NEW) is None
    assert decrypt_event_id(encrypt_event_id(KEY, OLD).upper(), OLD) is None


@pytest.mark.parametrize(
    ("word", "action", "interaction", "agents"),
    [
        ("read", "R", "read", ["110152", "110153"]),
        ("vread", "R", "vread", ["110152", "110153"]),
        ("history", "R", "history-instance", ["110152", "110153"]),
        ("search", "E", "search-type", ["110153", "110152"]),
        ("create", "C", "create", ["110153", "110152"]),
        ("receive", "C", "create", ["110153", "110152"]),
        ("update", "U", "update", ["110153", "110152"]),
        ("patch", "U", "patch", ["110153", "110152"]),
        ("transaction", "E", "transaction", ["110153", "110152"]),
        ("everything", "E", "operation", ["110153", "110152"]),
        ("anything", "E", "operation", ["110153", "110152"]),
    ],
)
def test_what_was_done_is_said_after_balp(word: str, action: str, interaction: str, agents: list[str]) -> None:
    found = decode(build_event_slice(event(word), "x", OLD).body)
    check(found)
    assert (found["action"], found["subtype"][0]["code"]) == (action, interaction)
    assert [agent["type"]["coding"][0]["code"] for agent in found["agent"]] == agents
    assert (word in list_action_words(action)) == (interaction != "operation")


def test_it_says_who_in_which_role_by_which_software_and_token() -> None:
    caller, hub = decode(build_event_slice(event(), "x", OLD).body)["agent"]
    assert caller["who"] == {"reference": "Organization/ssiad"} and caller["altId"] == "logiciel"
    assert caller["requestor"] is True and hub["requestor"] is False
    assert caller["policy"] == ["urn:ietf:params:oauth:jti:jti"]
    assert "SSIAD" in caller["role"][0]["text"] or "oins" in caller["role"][0]["text"]
    assert "policy" not in decode(build_event_slice(event(session=""), "x", OLD).body)["agent"][0]


def test_a_role_that_is_no_more_keeps_its_name() -> None:
    found = decode(build_event_slice(event(role="parti"), "x", OLD).body)
    assert found["agent"][0]["role"] == [{"text": "parti"}]
