"""The cookies of pages (`docs/security.md` SE-2). Over https each has the prefix `__Host-`, which binds it to this host alone.

The id of the session; for ten minutes, what binds a browser to a sign-in at a provider; for twelve hours, by what the browser
finds what was typed before a session ended; and the language of those who are not signed in. No cookie is read by a script, and
the API reads none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response

_LONGEST = 4_000


@dataclass(frozen=True)
class Cookie:
    """A cookie by its plain `name`. `seconds`: how long a browser keeps it; None until it is closed."""

    name: str
    seconds: int | None = None

    def read(self, environ: Mapping[str, object], base_url: str) -> str:
        """Its value in a request, "" without one. The first, if it is there twice."""
        header = environ.get("HTTP_COOKIE", "")
        value = parse_cookie(str(header)).get(self._name(base_url), "")
        return value if len(value) <= _LONGEST else ""

    def set(self, response: Response, base_url: str, value: str) -> None:
        """Let the browser keep `value`."""
        response.set_cookie(
            self._name(base_url), value, max_age=self.seconds, path="/", secure=_is_https(base_url), httponly=True,
            samesite="Lax",
        )  # fmt: skip

    def delete(self, response: Response, base_url: str) -> None:
        """Let the browser forget it."""
        response.delete_cookie(
            self._name(base_url), path="/", secure=_is_https(base_url), httponly=True, samesite="Lax"
        )

    def _name(self, base_url: str) -> str:
        return f"__Host-{self.name}" if _is_https(base_url) else self.name


def _is_https(base_url: str) -> bool:
    return base_url.startswith("https:")


SESSION = Cookie("sid")
UPSTREAM = Cookie("lg", 10 * 60)
ONCE = Cookie("codes", 10 * 60)
DRAFT = Cookie("brouillon", 12 * 3_600)
LANGUAGE = Cookie("langue", 365 * 24 * 3_600)
