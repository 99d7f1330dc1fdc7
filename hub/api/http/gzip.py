"""gzip of answers and bodies: RFC 9110 §8.4. Pure.

BREACH measures the size of one compressed answer that has both a secret and a text of the attacker. It does not apply here: no
body of the API has a token, a cookie or a secret of a form, and no browser sends a bearer token by itself, so an attacker
cannot choose what another person's software requests.
"""

from __future__ import annotations

import gzip
import re
import zlib

from hub.domain.errors import Malformed

MIN_BYTES = 1024  # fewer fit in one packet
_LEVEL = 1  # 26 kB in 30 µs, and a twentieth of the size; level 6 takes three times as long (`docs/performance.md` §6)
_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?P<quality>[0-9.]+)\s*)?(?:,|$)", re.IGNORECASE | re.ASCII)
_WITH_HEADER = 16 + zlib.MAX_WBITS  # zlib: only gzip


def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether the header asks for gzip. `*` does not."""
    match = _GZIP.search(accept_encoding)
    return match is not None and (match["quality"] or "1").strip("0.") != ""


def compress(body: bytes) -> bytes:
    """Return `body` compressed, without a time, so that equal bodies give equal bytes (`docs/leaks.md` L137)."""
    return gzip.compress(body, _LEVEL, mtime=0)


def decompress(body: bytes, max_size: int) -> bytes:
    """Return `body` expanded. Raises Malformed `json-too-large` beyond `max_size` bytes, without expanding more;
    `body-encoding` when it is not exactly one complete gzip member."""
    reader = zlib.decompressobj(_WITH_HEADER)
    try:
        expanded = reader.decompress(body, max_size + 1)
    except zlib.error:
        raise Malformed("body-encoding") from None
    if len(expanded) > max_size:
        raise Malformed("json-too-large")
    if not reader.eof or reader.unused_data:
        raise Malformed("body-encoding")
    return expanded
