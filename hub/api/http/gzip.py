"""gzip, both ways: RFC 9110 §8.4. Pure.

On BREACH (a secret and an attacker's text in one compressed answer, measured from outside): no body of these doors holds
a token, a cookie or a form's secret, and no browser sends a bearer token on its own, so nobody can have another's
software ask what he chose. The desk, which has cookies, does not answer through here.
"""

from __future__ import annotations

import gzip
import re
import zlib

from hub.domain.errors import Malformed

MIN_BYTES = 1024  # bytes: what is smaller fits in one packet anyway
_LEVEL = 1  # 26 kB in 30 µs, and a twentieth of the size; level 6 takes three times as long (`docs/performance.md` §6)
_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?P<quality>[0-9.]+)\s*)?(?:,|$)", re.IGNORECASE | re.ASCII)
_WITH_HEADER = 16 + zlib.MAX_WBITS  # zlib's word for: gzip and nothing else


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the caller takes gzip. `*` is not read as a wish for it."""
    found = _GZIP.search(accept_encoding)
    return found is not None and (found["quality"] or "1").strip("0.") != ""


def compress(body: bytes) -> bytes:
    """`body`, smaller; the same bytes make the same bytes, whatever the time (`docs/leaks.md` L137)."""
    return gzip.compress(body, _LEVEL, mtime=0)


def decompress(body: bytes, most: int) -> bytes:
    """What `body` holds. Malformed `json-too-large`: beyond `most` bytes, of which no more is expanded (a bomb);
    `body-encoding`: not one whole gzip member and nothing after it."""
    reader = zlib.decompressobj(_WITH_HEADER)
    try:
        found = reader.decompress(body, most + 1)
    except zlib.error:
        raise Malformed("body-encoding") from None
    if len(found) > most:
        raise Malformed("json-too-large")
    if not reader.eof or reader.unused_data:
        raise Malformed("body-encoding")
    return found
