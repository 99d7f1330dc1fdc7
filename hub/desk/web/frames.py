"""The frame of a page (`hub.desk.frame`) from who opens it: context, menu, language, token of forms, end of the session."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request
from flask_babel import force_locale, gettext

from hub.accounts.entry.sessions import get_seconds_left, list_contexts
from hub.desk.frame import ActingContext, Frame, Language, MenuItem, SessionLimits
from hub.desk.kit import LOCALES
from hub.desk.web.local_addresses import is_under
from hub.desk.web.role_titles import get_role_title
from hub.desk.web.routes import PageRoute
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit, get_desk, get_visit
from hub.record.accounts.organisations import read_party_names

CONTEXTS_HREF, SEARCH_HREF = "/contexte", "/recherche"


def make_frame(routes: tuple[PageRoute, ...]) -> Frame:
    """The frame of Flask's current request. `routes`: those from which the menu is made."""
    visit = get_visit()
    session = visit.present
    if session is None:
        return make_plain_frame(visit.language)
    # The sentences of the frame are made before the page knows its language.
    with force_locale(LOCALES[visit.language]):
        return replace(
            make_plain_frame(visit.language),
            context=_make_context(visit) if session.party else None,
            menu=make_menu(routes, session.role),
            search_hint=gettext("Nom, date de naissance") if _may_search(routes, session.role) else "",
            csrf_token=visit.make_csrf_token(),
            session=SessionLimits(min(get_seconds_left(session, session.seen))),
        )


def make_plain_frame(language: Language) -> Frame:
    """The frame of a page for who is not signed in, and of a fault: it asks nothing of the record."""
    territory, settings = load_territory(), get_desk().settings
    return Frame(territory.name, territory.organisation, settings.demo, language, zone=territory.zone)


def use_plain_frame(language: Language) -> None:
    """Let the current request be answered in a plain frame."""
    g.desk_frame = make_plain_frame(language)


def make_menu(routes: tuple[PageRoute, ...], role: str) -> tuple[MenuItem, ...]:
    """The menu of a role: the routes that have a word for it and are open to the role, in the order of the table."""
    if not role:
        return ()
    return tuple(
        MenuItem(str(route.menu), route.path, is_under(request.path, (route.path,)))
        for route in routes
        if route.menu and route.is_open_to(role)
    )


def _may_search(routes: tuple[PageRoute, ...], role: str) -> bool:
    """Whether the role has the search box: it acts, and finds the page that answers it."""
    return bool(role) and any(route.path == SEARCH_HREF and route.is_open_to(role) for route in routes)


def name_context(party: str, names: dict[str, str]) -> str:
    """An acting context in words: the name of its organisation; for a person's or a relative's own record, that it is theirs."""
    if not party.startswith("Organization/"):
        return str(gettext("en votre nom"))
    return names.get(party, "")


def _make_context(visit: Visit) -> ActingContext:
    session = visit.session
    names = read_party_names(visit.store, [session.party])
    several = len(list_contexts(visit.store, session)) > 1
    return ActingContext(
        session.name,
        get_role_title(session.role),
        name_context(session.party, names),
        CONTEXTS_HREF if several else "",
    )
