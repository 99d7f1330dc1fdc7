"""Faults in search, in the pages of what was found, and in who may turn them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any
from unittest import mock
from urllib.parse import quote, unquote

from sqlalchemy import true

import hub.app
from hub.api.http.query_string import parse_pairs
from hub.api.interactions import search
from hub.api.resources import bundles
from hub.domain.errors import HubError, Invalid
from hub.record.audit import query
from hub.record.audit import visibility as judged
from hub.record.read import cursor
from hub.record.repository import searches
from hub.record.repository.record import Record
from tests.mutants.blind import EYES, all_of, blindly, everywhere, replaced, seeing, swapped


def _asks(*names: str, text: str = "") -> Callable[..., bool]:
    """Whether a search has one of the parameters, or `text` in a value."""

    def asks(_self: Any, _type: str, asked: list[tuple[str, str]], **_named: Any) -> bool:
        return any(name.partition(":")[0] in names or (text and text in value) for name, value in asked)

    return asks


def _included(*, reverse: bool | None = None, iterate: bool = False) -> Callable[[], Any]:
    """What comes along by some includes is read without the predicate."""

    def of(question: Any) -> bool:
        return any((reverse is None or one.reverse is reverse) and one.iterate is iterate for one in question.includes)

    beside: list[Any] = []

    def finds(whole: Any) -> Any:
        def included(session: Any, question: Any, names: Any, types: Any) -> Any:
            with EYES.opened(of(question)):
                found = whole(session, question, names, types)
            if of(question):
                beside.append(found.names)
            return found

        return included

    def reads(whole: Any) -> Any:
        return blindly(whole, lambda _session, names: any(names is one for one in beside))

    return all_of(replaced(searches, "find_included", finds), replaced(searches, "read_rids", reads))


def _noticing(whole: Any) -> Any:
    """The page says that something was left out."""

    @wraps(whole)
    def searching(self: Any, resource_type: str, asked: Any, **named: Any) -> Any:
        page = whole(self, resource_type, asked, **named)
        with EYES.opened():
            every = whole(self, resource_type, asked, **named)
        hidden = len(every.slices) + len(every.included) > len(page.slices) + len(page.included)
        return replace(page, asked=[*page.asked, ("_suppressed", "true")]) if hidden else page

    return searching


def _remembering(whole: Any) -> Any:
    """Who asks what somebody else asked is given the same page."""
    known: dict[Any, Any] = {}

    @wraps(whole)
    def searching(self: Any, resource_type: str, asked: Any, **named: Any) -> Any:
        key = (id(self._store), resource_type, tuple(asked), named.get("cursor"))
        if key not in known:
            known[key] = whole(self, resource_type, asked, **named)
        return known[key]

    return searching


def _own_words(whole: Any) -> Any:
    def link(relation: str, address: str, pairs: Any) -> bytes:
        return whole(relation, address, (*pairs, ("_holder", "x")) if relation == "self" else pairs)

    return link


def _scored(whole: Any) -> Any:
    return lambda base, found, mode: whole(base, found, mode)[:-2] + b',"score":0.5}}'


def _form_alone(_whole: Any) -> Any:
    def read(request: Any) -> Any:
        return request.body.read_form([]) if request.method == "POST" else parse_pairs(request.query)

    return read


def _lenient(whole: Any) -> Any:
    @wraps(whole)
    def searching(*given: Any, **named: Any) -> Any:
        return whole(*given, **(named | {"lenient": True}))

    return searching


@contextmanager
def _in_clear() -> Iterator[None]:
    """Cursors that say what they mean."""

    def seal(last: object, _purpose: bytes, _keys: Any) -> str:
        return quote(json.dumps(last))

    def open_(told: str, _purpose: bytes, _keys: Any) -> Any:
        try:
            return json.loads(unquote(told))
        except ValueError:
            raise Invalid("parameter-value", where="_cursor") from None

    with seeing(), everywhere((cursor.seal_cursor, seal), (cursor.open_cursor, open_)):
        yield


def _whoever_was_here(whole: Any) -> Any:
    """Without a token, one is who asked last."""
    last: list[Any] = []

    def maker(store: Any) -> Any:
        know = whole(store)

        def authenticate(header: str | None) -> Any:
            try:
                last.append(know(header))
            except HubError:
                if header is not None or not last:
                    raise
            return last[-1]

        return authenticate

    return maker


@contextmanager
def _open_pages() -> Iterator[None]:
    made = _whoever_was_here(hub.app.make_authenticator)
    with seeing(), mock.patch.object(hub.app, "make_authenticator", made):
        yield


def _all_events(whole: Any) -> Any:
    """The events of a person whose journal is open, whoever could read what was opened."""

    def events(context: Any) -> Any:
        with (
            mock.patch.object(judged, "_EVERY_OPENING", frozenset(judged.load_roles()[context.actor.role].relations)),
            mock.patch.object(judged, "is_found", lambda _rid: true()),
        ):
            return whole(context)

    return events


MUTANTS: dict[str, Callable[[], Any]] = {
    "includes bring what is hidden (L43)": _included(reverse=False),
    "_revinclude brings what is hidden (L44)": _included(reverse=True),
    "the second hop of an include is not judged (L45)": _included(iterate=True),
    "a page says that something was left out (L46)": replaced(Record, "search", _noticing),
    "a cursor is whoever's (L49)": swapped(cursor.build_purpose, lambda _: lambda *_asked: b""),
    "what comes after a cursor is not judged again (L50)": replaced(
        Record, "search", lambda whole: blindly(whole, lambda *_given, cursor=None: cursor is not None)
    ),
    "a cursor says what it means (L51)": _in_clear,
    "a page opens without a token (L52)": _open_pages,
    "an answer is kept for the next who asks (L53)": replaced(Record, "search", _remembering),
    "the hub's own words stand in the self link (L54)": replaced(bundles, "write_link", _own_words),
    "entries have a score (L55)": replaced(bundles, "_write_match", _scored),
    "the page is cut before the rule (L42)": replaced(searches, "find", blindly),
    "what is unknown is let fall (L33)": swapped(search.search_page, _lenient),
    "a parameter takes the place of the rule (L34)": replaced(
        Record, "search", lambda whole: blindly(whole, _asks("patient", "owner"))
    ),
    "a comma closes the rule (L35)": replaced(Record, "search", lambda whole: blindly(whole, _asks(text=","))),
    "a list of ids is read as it is (L29)": replaced(Record, "search", lambda whole: blindly(whole, _asks("_id"))),
    "of the body and the address only one holds (L36)": swapped(search.read_search_parameters, _form_alone),
    "the journal tells of every opening (L117)": replaced(query, "select_visible_events", _all_events),
}
