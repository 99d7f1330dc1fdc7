"""A trace as an AuditEvent, and its sealed id."""

from __future__ import annotations

import re

import pytest
from msgspec.json import decode

from hub.conformance import check
from hub.record.audit.event import Event, EventKey, id_of, key_of, slice_of_event, words_of

OLD, NEW = (bytes(range(64)),), (bytes(range(64, 128)),)
KEY = EventKey(1 << 62, 1_763_712_000_000_000, 7)


def event(action: str = "read", session: str = "jti", role: str = "ssiad") -> Event:
    return Event(KEY, "jeanne", "Organization/ssiad", role, "logiciel", session, action, KEY.at, [(3, "Condition/c")])


def test_an_id_is_legal_and_means_its_event_under_its_key_and_the_one_before() -> None:
    sealed = id_of(KEY, OLD)
    assert re.fullmatch(r"[a-z2-7]{64}", sealed)
    assert key_of(sealed, OLD) == key_of(sealed, NEW + OLD) == KEY
    assert id_of(KEY, OLD) == sealed != id_of(KEY._replace(rid=8), OLD)


@pytest.mark.parametrize("wrong", ["", "x", "A" * 64, "1" * 64, "a" * 64, "a" * 63])
def test_what_was_never_an_id_means_nothing(wrong: str) -> None:
    assert key_of(wrong, OLD) is None
    assert key_of(id_of(KEY, OLD), NEW) is None
    assert key_of(id_of(KEY, OLD).upper(), OLD) is None


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
    found = decode(slice_of_event(event(word), "x", OLD).body)
    check(found)
    assert (found["action"], found["subtype"][0]["code"]) == (action, interaction)
    assert [agent["type"]["coding"][0]["code"] for agent in found["agent"]] == agents
    assert (word in words_of(action)) == (interaction != "operation")


def test_it_says_who_in_which_role_by_which_software_and_token() -> None:
    caller, hub = decode(slice_of_event(event(), "x", OLD).body)["agent"]
    assert caller["who"] == {"reference": "Organization/ssiad"} and caller["altId"] == "logiciel"
    assert caller["requestor"] is True and hub["requestor"] is False
    assert caller["policy"] == ["urn:ietf:params:oauth:jti:jti"]
    assert "SSIAD" in caller["role"][0]["text"] or "oins" in caller["role"][0]["text"]
    assert "policy" not in decode(slice_of_event(event(session=""), "x", OLD).body)["agent"][0]


def test_a_role_that_is_no_more_keeps_its_name() -> None:
    found = decode(slice_of_event(event(role="parti"), "x", OLD).body)
    assert found["agent"][0]["role"] == [{"text": "parti"}]
