"""The names and values of a query string or a form, parsed strictly and in order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from hub.domain.errors import Invalid

Pairs = list[tuple[str, str]]

MAX_PARAMETERS = 100  # parameters of one request
MAX_CACHED_BYTES = 1024  # longer texts are not cached; a form may be as long as a body


def get_query(environ: Mapping[str, Any]) -> bytes:
    """Return the query string of a WSGI environment, as it was sent."""
    return str(environ.get("QUERY_STRING", "")).encode("latin-1")


def split_cursor(pairs: Pairs) -> tuple[Pairs, str | None]:
    """Return `pairs` without the page cursor, and the cursor or None. Raises Invalid `parameter-twice` for two of them."""
    cursors = [value for name, value in pairs if name == "_cursor"]
    if not cursors:
        return pairs, None
    if len(cursors) > 1:
        raise Invalid("parameter-twice", where="_cursor")
    return [pair for pair in pairs if pair[0] != "_cursor"], cursors[0]


def parse_pairs(text: bytes) -> Pairs:
    """Return the pairs of a query string or an urlencoded form, including those without a value.

    Raises Invalid `parameter-malformed` for more than `MAX_PARAMETERS`, bytes that are not UTF-8, and U+0000, which no
    database stores."""
    if not text:
        return []
    return list(_parse_cached(text)) if len(text) <= MAX_CACHED_BYTES else _parse(text)


def _parse(text: bytes) -> Pairs:
    try:
        pairs = parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise Invalid("parameter-malformed") from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise Invalid("parameter-malformed")
    return pairs


# Clients send the same few queries again and again, and the result depends on the bytes alone.
_parse_cached = lru_cache(maxsize=1024)(_parse)
