"""The content of a message: what two copies of it have in common, however they were carried (`docs/parts.md` 24). Pure."""

from __future__ import annotations

from hashlib import sha256

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The frame of MLLP (HL7 v2, Appendix C): a vertical tab before, a file separator and a carriage return after.
_FRAME_START, _FRAME_END = b"\x0b", b"\x1c"


def hash_content(body: bytes) -> str:
    """Return the SHA-256 (hexadecimal) of `body` without frame, byte order mark, kind of line end and final line ends."""
    content = body.removeprefix(_BYTE_ORDER_MARK).removeprefix(_FRAME_START).removeprefix(_BYTE_ORDER_MARK)
    content = content.replace(b"\r\n", b"\r").replace(b"\n", b"\r").rstrip(b"\r").removesuffix(_FRAME_END)
    return sha256(content.rstrip(b"\r")).hexdigest()
