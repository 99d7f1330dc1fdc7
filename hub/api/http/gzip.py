"""gzip of answers and of bodies: RFC 9110 §8.4. Pure.

On BREACH (a secret and an attacker's text in one compressed answer, whose size is measured): no body of the API has a token, a
cookie or a secret of a form, and no browser sends a bearer token by itself, so an attacker cannot choose what another
person's software asks.
"""

from __future__ import annotations

import gzip
import re
import zlib

from hub.domain.errors import Malformed

MIN_BYTES = 1024  # bytes: less fits in one packet anyway
_LEVEL = 1  # 26 kB in 30 µs, and a twentieth of the size; level 6 takes three times as long (`docs/performance.md` §6)
_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?P<quality>[0-9.]+)\s*)?(?:,|$)", re.IGNORECASE | re.ASCII)
_WITH_HEADER = 16 + zlib.MAX_WBITS  # zlib: only gzip


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the header asks for gzip. `*` does not."""
    match = _GZIP.search(accept_encoding)
    return match is not None and (match["quality"] or "1").strip("0.") != ""


def compress(body: bytes) -> bytes:
    """`body` compressed, without a time: the same bytes give the same bytes (`docs/leaks.md` L137)."""
    return gzip.compress(body, _LEVEL, mtime=0)


def decompress(body: bytes, max_size: int) -> bytes:
    """`body` expanded. Malformed `json-too-large`: more than `max_size` bytes, beyond which nothing is expanded;
    `body-encoding`: not exactly one complete gzip member."""
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
