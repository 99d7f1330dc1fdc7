"""A new format: an adapter that a test adds to the registry takes messages at once, and nothing else knows of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from adapters.adapter import Adapter, ReceivedMessage, Reply, Result, Source
from adapters.fields import Text
from adapters.registry import ADAPTERS
from adapters.sources import load
from hub.domain.errors import HubError, Invalid, Malformed, Problem
from hub.domain.referral.datatypes import Name
from hub.domain.referral.message import Header, Referral
from hub.domain.referral.people import Person
from hub.intake import load_sources
from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from hub.record.tables import message
from tests.territory import settle_territory

SCOPES = ("system/*.crus",)
SETTINGS = {"mark": Text(), "family": Text()}
GOOD = "number: L-1\nfamily: Exemple\ngiven: Alix\nreason: Ne sort plus\n"


class LineAdapter(Adapter):
    """`key: value`, one a line. A source may say by which mark its keys end."""

    media_types = ("text/plain",)
    identifiers_place = "number"
    settings = SETTINGS

    def check_settings(self, settings: Mapping[str, Any]) -> Iterable[Problem]:
        if "family" in settings and "mark" not in settings:
            yield Problem("required-missing", "mark")

    def describe(self, source: Source) -> dict[str, Any]:
        return {"required": ["number", "family"], "example": GOOD.replace(":", self.mark(source))}

    def read(self, body: bytes, source: Source) -> Referral:
        lines = body.decode().splitlines()
        if not all(self.mark(source) in line for line in lines):
            raise Malformed("malformed", where="line 1")
        values = {key: value.strip() for key, _, value in (line.partition(self.mark(source)) for line in lines)}
        missing = [Problem("required-missing", key) for key in ("number", "family") if not values.get(key)]
        if missing:
            raise Invalid(*missing)
        person = Person(names=(Name(values["family"], (values.get("given", ""),)),))
        return Referral(Header(values["number"], "lines"), person, status="pending", reason=values.get("reason", ""))

    def answer(self, message: ReceivedMessage, results: Sequence[Result]) -> Reply:
        [result] = results
        problems = " ".join(f"{problem.code}@{problem.where}" for problem in result.problems)
        return Reply(f"{result.status} {result.task or problems}\n".encode(), "text/plain")

    def get_status(self, error: HubError | None) -> int:
        return 202 if error is None else 422

    def mark(self, source: Source) -> str:
        return source.settings.get("mark", ":")


SOURCES = """
[sources.maison]
adapter = "lines"
title = "Maison de santé"
organisation = "Maison de santé (fictive)"
role = "medecin_traitant"
mark = "="
"""


@pytest.fixture
def adapter(monkeypatch):
    adapter = LineAdapter()
    monkeypatch.setitem(ADAPTERS, "lines", adapter)
    return adapter


@pytest.fixture
def sender(adapter, monkeypatch, store, http):
    """Sends a body to the source `maison`, or asks for its description."""
    settle_territory(store)
    monkeypatch.setitem(load_sources(), "maison", load(SOURCES.replace('mark = "="', ""))["maison"])
    register(store, Partner("maison", "maison", "Organization/cabinet", "medecin_traitant", SCOPES, ("maison",)))
    headers = {"Authorization": f"Bearer {issue_token(store, 'maison', SCOPES)}", "Content-Type": "text/plain"}

    def send(body=None):
        return http.open("/intake/maison", method="POST" if body else "GET", data=body, headers=headers)

    return send


def read_states(store):
    with store.read() as connection:
        return [row.state for row in connection.execute(message.select().order_by(message.c.received))]


def test_a_message_is_accepted_and_answered_in_its_own_format(sender, store):
    answer = sender(GOOD)
    assert (answer.status_code, answer.mimetype, "Location" in answer.headers) == (202, "text/plain", False)
    assert answer.text.startswith("accepted Task/")
    assert read_states(store) == ["admitted"]


def test_the_same_message_again_gets_the_same_answer(sender, store):
    first, again = sender(GOOD), sender(GOOD)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert sorted(read_states(store)) == ["admitted", "repeated"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("nothing", "malformed@line 1"),
        ("number: L-2\nfamily:\n", "required-missing@family"),
        (GOOD.replace("Alix", "Zoé"), "message-id-reused@"),
    ],
)
def test_a_refused_message_is_a_dead_letter(sender, store, body, problem):
    sender(GOOD)
    answer = sender(body)
    assert (answer.status_code, answer.text) == (422, f"refused {problem}\n")
    assert sorted(read_states(store)) == ["admitted", "dead"]


def test_the_source_is_described(sender):
    assert json.loads(sender().data) == {
        "source": "maison",
        "title": "Maison de santé",
        "mediaTypes": ["text/plain"],
        "required": ["number", "family"],
        "example": GOOD,
    }


def test_the_settings_of_the_adapter_are_read_and_checked(adapter):
    source = load(SOURCES)["maison"]
    assert (source.settings, source.describe()["example"]) == ({"mark": "="}, GOOD.replace(":", "="))
    assert adapter.read(GOOD.replace(":", "=").encode(), source).header.message_id == "L-1"
    with pytest.raises(Invalid) as refused:
        load(SOURCES.replace('mark = "="', 'family = 3\nshoe_size = "42"'))
    assert {(problem.code, problem.where) for problem in refused.value.problems} == {
        ("wrong-type", "sources.maison.family"),
        ("unknown-setting", "sources.maison.shoe_size"),
        ("required-missing", "sources.maison.mark"),
    }


def test_without_the_adapter_its_source_does_not_load():
    with pytest.raises(Invalid) as refused:
        load(SOURCES)
    assert Problem("unknown-code", "sources.maison.adapter") in refused.value.problems
