"""The bytes of one HTTP/1.1 request while they arrive: whether it is whole, so that a thread may take it.

Only the end of the message is looked for (RFC 9112 §6, §7.1). gunicorn's parser reads the same bytes afterwards and decides
what they mean; a message that is malformed is given to it at once, to be refused.
"""

from __future__ import annotations

import re

# Bytes of the request line and all headers together (`docs/security.md` §5.3); nginx has the same by default.
HEAD_LIMIT = 32 * 1024
_CHUNK_LINE_LIMIT = 8190

# In the headers in small letters.
_BODY_HEADER = re.compile(rb"\n(?:content-length|transfer-encoding):")
_LENGTH = re.compile(rb"^content-length:([^\r\n]*)\r$", re.MULTILINE)
_CODING = re.compile(rb"^transfer-encoding:([^\r\n]*)\r$", re.MULTILINE)
_CONTINUE = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r$", re.MULTILINE)
_DIGITS = re.compile(rb"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)


class Arrival:
    """What has arrived of one request.

    `data`: its bytes, and perhaps the first ones of the next request. `is_whole`: a thread may take it. `refusal`: the status
    of a request that is too large to wait for, else 0. `is_cut`: it is given to a thread without its body, which is longer
    than `body_limit` (bytes), so that the application refuses it.
    """

    def __init__(self, body_limit: int) -> None:
        self.data = bytearray()
        self.is_whole = self.is_cut = self.expects_continue = False
        self.refusal = 0
        self._body_limit = body_limit
        self._body = 0
        self._end = 0
        self._chunks: ChunkedBody | None = None

    @property
    def has_head(self) -> bool:
        """Whether the request line and all headers are here."""
        return self._body > 0

    def feed(self, piece: bytes) -> None:
        """Take the bytes that came next."""
        looked_at = len(self.data)
        self.data += piece
        if not self.has_head:
            self._find_head(max(looked_at - 3, 0))
        if self.has_head and not self.is_whole:
            self._find_end()

    def _find_head(self, start: int) -> None:
        end = self.data.find(b"\r\n\r\n", start)
        if (len(self.data) if end < 0 else end) > HEAD_LIMIT:
            self.refusal = 431
        elif end >= 0:
            self._body = end + 4
            self._read_head(bytes(self.data[: self._body]).lower())
        elif self.data.count(b"\n") != self.data.count(b"\r\n"):
            # A line that ends with LF alone: gunicorn refuses it (RFC 9112 §2.2), and no head would ever end.
            self.is_whole = True

    def _read_head(self, head: bytes) -> None:
        self._end = self._body
        if _BODY_HEADER.search(head) is None:
            return
        lengths, codings = _LENGTH.findall(head), _CODING.findall(head)
        if [coding.strip() for coding in codings] == [b"chunked"] and not lengths:
            self._chunks = ChunkedBody(self._body)
        elif len(lengths) == 1 and not codings and _DIGITS.fullmatch(length := lengths[0].strip()):
            if int(length) > self._body_limit:
                self.is_cut = True
            else:
                self._end += int(length)
        self.expects_continue = _CONTINUE.search(head) is not None

    def _find_end(self) -> None:
        if self._chunks is None:
            self.is_whole = len(self.data) >= self._end
            return
        self.is_whole = self._chunks.has_ended(self.data)
        # A chunk of one byte takes six.
        if not self.is_whole and len(self.data) - self._body > 2 * self._body_limit:
            self.refusal = 413


class ChunkedBody:
    """Where a body in chunks ends that begins at `start` of a message (RFC 9112 §7.1)."""

    def __init__(self, start: int) -> None:
        self._next, self._in_trailers = start, False

    def has_ended(self, data: bytearray) -> bool:
        """Return whether the last chunk and the trailers are in `data`, or something that is no chunk."""
        while not self._in_trailers:
            line_end = data.find(b"\r\n", self._next, self._next + _CHUNK_LINE_LIMIT + 2)
            if line_end < 0:
                return len(data) - self._next > _CHUNK_LINE_LIMIT
            size = _CHUNK_SIZE.fullmatch(data, self._next, line_end)
            if size is None:
                return True
            length = int(size[1], 16)
            if length == 0:
                self._in_trailers, self._next = True, line_end
            elif len(data) < (after := line_end + 2 + length + 2):
                return False
            else:
                self._next = after
        # From the end of the last chunk's line: with no trailer the empty line follows at once.
        return data.find(b"\r\n\r\n", self._next) >= 0
