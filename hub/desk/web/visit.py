"""Who opens a page: the session of the request's cookie, the acting context, the record that is opened for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app, request

from hub.accounts.entry.actor import build_actor
from hub.accounts.entry.network import Origin, make_origin
from hub.accounts.entry.sessions import find_session, make_csrf_token
from hub.accounts.upstream.providers import Provider
from hub.desk.frame import Language
from hub.desk.web.cookies import LANGUAGE, SESSION
from hub.domain.actor import Actor
from hub.domain.errors import Refused
from hub.record.accounts.sessions import Session
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.settings.settings import Settings

_EXTENSION, _KEY = "desk", "hub.desk.visit"


class SignInNeeded(Refused):
    """The page needs a session, and the request has none."""

    def __init__(self) -> None:
        super().__init__("sign-in-needed")


class ContextNeeded(Refused):
    """The page needs an acting context, and the session has none yet."""

    def __init__(self) -> None:
        super().__init__("context-needed")


@dataclass(frozen=True)
class Desk:
    """What pages work on. `providers`: the identity providers of the operator's page, by name."""

    store: Store
    settings: Settings
    providers: dict[str, Provider]


@dataclass(frozen=True)
class Visit:
    """One request for a page. `token`: the session's id in the cookie. `present`: the session, None where nobody is signed in.
    `known_language`: that of the cookie, for those who are not."""

    desk: Desk
    token: str = field(repr=False)
    present: Session | None
    origin: Origin
    known_language: str

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def settings(self) -> Settings:
        return self.desk.settings

    @property
    def session(self) -> Session:
        """The session. Raises SignInNeeded where nobody is signed in."""
        if self.present is None:
            raise SignInNeeded
        return self.present

    @property
    def actor(self) -> Actor:
        """Who acts: organisation, role and account. Raises SignInNeeded; ContextNeeded before a context is chosen."""
        if not self.session.party:
            raise ContextNeeded
        return build_actor(self.session)

    @property
    def language(self) -> Language:
        """The language of the session, else of the browser's cookie, else French."""
        language = (self.present.language if self.present else "") or self.known_language
        return "en" if language == "en" else "fr"

    def open_record(self) -> Record:
        """The record, opened for the acting context. Raises as `actor` does."""
        return Record(self.store, self.actor)

    def make_csrf_token(self) -> str:
        """The token that the session's forms carry, "" where nobody is signed in."""
        return make_csrf_token(self.store, self.present) if self.present else ""


def begin_visit(environ: Mapping[str, Any], desk: Desk) -> Visit:
    """The visit of the request `environ`: made once, then kept there."""
    visit: Visit | None = environ.get(_KEY)
    if visit is None:
        base_url = desk.settings.base_url
        token = SESSION.read(environ, base_url)
        origin = make_origin(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_USER_AGENT", ""))
        language = LANGUAGE.read(environ, base_url)
        visit = Visit(desk, token, find_session(desk.store, token), origin, language)
        cast(dict[str, Any], environ)[_KEY] = visit  # a WSGI environment is a dict (PEP 3333)
    return visit


def get_visit() -> Visit:
    """The visit of Flask's current request."""
    return begin_visit(request.environ, get_desk())


def get_desk() -> Desk:
    """The desk of Flask's current application."""
    desk: Desk = current_app.extensions[_EXTENSION]
    return desk


def keep_desk(extensions: dict[str, Any], desk: Desk) -> None:
    """Let an application work on `desk`."""
    extensions[_EXTENSION] = desk
