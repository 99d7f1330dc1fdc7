"""Addresses of the hub's own pages, as a request may name one to go on to (`docs/security.md` W07). Pure."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

FIRST = "/"
_LONGEST = 1_000
# One slash, then visible ASCII without a backslash: browsers read `//host` and `/\host` as another host.
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
# Pages that nobody goes on to: they sign in or out, or only take forms.
_NO_TARGET = ("/connexion", "/deconnexion", "/langue", "/session", "/enrolement", "/static")


def read_target(text: str) -> str:
    """`text` if it is an address of one of the hub's pages, without its host; else the first page."""
    if len(text) > _LONGEST or not _LOCAL.fullmatch(text) or is_under(text.partition("?")[0], _NO_TARGET):
        return FIRST
    return text


def read_referrer(referrer: str, base_url: str) -> str:
    """The page that a form was sent from, by its Referer, if it is one of the hub at `base_url`; else the first page."""
    try:
        parts = urlsplit(referrer)
    except ValueError:
        return FIRST
    if f"{parts.scheme}://{parts.netloc}" != base_url:
        return FIRST
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return address if len(address) <= _LONGEST and _LOCAL.fullmatch(address) else FIRST


def lead_to(page: str, target: str) -> str:
    """The address of `page`, which goes on to `target` once it is done."""
    return page if target == FIRST else f"{page}?{urlencode({'suite': target})}"


def is_under(path: str, prefixes: tuple[str, ...]) -> bool:
    """Whether `path` is one of `prefixes` or below one."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in prefixes)
