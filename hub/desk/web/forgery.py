"""The defence against forged posts (`docs/security.md` SE-3, W03): where a post comes from, and a token that only the page has.

Each is enough by itself; both are required. A program that posts says where it stands by `Origin`.
"""

from __future__ import annotations

import hmac

from werkzeug.datastructures import Headers

_SAME_SITE = frozenset({"same-origin", "none"})


def is_from_here(headers: Headers, base_url: str) -> bool:
    """Whether a post was sent by a page of the hub at `base_url`, or by a program that says so.

    Browsers say it in Sec-Fetch-Site, or in Origin alone. A request with neither is nobody's."""
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is None and origin is None:
        return False
    return (site is None or site in _SAME_SITE) and (origin is None or origin == base_url)


def has_token(token: str, expected: str) -> bool:
    """Whether a form has the token of its session. `expected` is never empty."""
    return hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode())
