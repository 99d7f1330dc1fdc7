"""What surrounds a page: who is here, in whose name, where they can go. Whoever knows the session makes one a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en"]
Scheme = Literal["", "light", "dark"]


@dataclass(frozen=True)
class MenuItem:
    """An entry of the main menu. `key`: the letter that opens it, or empty."""

    label: str
    href: str
    is_current: bool = False
    key: str = ""


@dataclass(frozen=True)
class ActingContext:
    """In whose name the reader acts. `change_href`: where another context is chosen, empty when there is one only."""

    person: str
    role: str
    organisation: str
    change_href: str = ""


@dataclass(frozen=True)
class SessionLimits:
    """How long a page may stay untouched, in seconds, and how long before the end that is said."""

    idle: int
    warning: int = 120
    renew_href: str = "/session"


@dataclass(frozen=True)
class Frame:
    """Everything that `base.html` shows around the content of a page.

    `context` is None before anyone signed in. `scheme` is empty where the device decides between light and dark.
    `search_hint` is what the one search box suggests, empty where there is no box. `has_shortcuts` is False for those who
    switched single letters off (WCAG 2.1.4). `csrf_token` goes into every form. Times on pages are those of `zone`.
    """

    territory: str
    organisation: str
    is_sandbox: bool = False
    language: Language = "fr"
    scheme: Scheme = ""
    context: ActingContext | None = None
    menu: tuple[MenuItem, ...] = ()
    search_hint: str = ""
    csrf_token: str = ""
    has_shortcuts: bool = True
    session: SessionLimits | None = None
    is_accessible: bool = False
    zone: str = "Europe/Paris"
