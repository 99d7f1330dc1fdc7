"""Bytes → text: removes the MLLP frame and finds the charset.

Source: HL7 MLLP release 1 (`<VT> message <FS><CR>`), HL7 v2.5 §2.15.9.18 (MSH-18, table 0211).
"""

from __future__ import annotations

from hub.domain.errors import Malformed

MAX_BYTES = 5 * 1024 * 1024
_BLANK = b" \t\r\n\x00\x1a"
_BOM = b"\xef\xbb\xbf"
_STARTS = (b"MSH", b"FHS", b"BHS")
_VT, _FS = b"\x0b", b"\x1c"

_UTF8 = {"UNICODE UTF-8", "UTF-8", "UTF8"}
# Whoever declares ISO 8859-1 sends Windows' superset of it (the euro, the curly apostrophe).
_SINGLE_BYTE = {"8859/1": "cp1252"} | {f"8859/{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 15)}


def unframe(raw: bytes) -> bytes:
    """Return one message without frame, byte order mark and blanks around.

    Malformed: no message, too large, or several messages (frames, or a batch with FHS and BHS)."""
    if len(raw) > MAX_BYTES:
        raise Malformed("hl7-too-large")
    message, _, after = raw.lstrip(_BLANK + _VT).removeprefix(_BOM).partition(_FS)
    if not message.startswith(_STARTS):
        raise Malformed("malformed", where="MSH")
    if message.startswith(_STARTS[1:]) or after.strip(_BLANK + _VT + _FS):
        raise Malformed("hl7-several-messages")
    return message.strip(_BLANK)


def decode(message: bytes, declared: str) -> tuple[str, str]:
    """Return `message` as text, and the codec of the answer.

    Bytes that are valid UTF-8 are read so, whatever MSH-18 (`declared`) says. Otherwise the declared single-byte set, or
    Windows-1252 when none is known. Malformed: UTF-8 was declared and the bytes are not, because any reading would guess
    at names."""
    codec = find_codec(declared)
    try:
        return message.decode("utf-8"), codec or "utf-8"
    except UnicodeDecodeError:
        if codec == "utf-8":
            raise Malformed("hl7-charset", where="MSH-18") from None
    codec = codec or "cp1252"
    try:
        return message.decode(codec), codec
    except UnicodeDecodeError:
        raise Malformed("hl7-charset", where="MSH-18") from None


def find_codec(declared: str) -> str:
    """Return Python's codec for a value of table 0211, "" for none or an unknown one (`ASCII` is often declared
    wrongly)."""
    return "utf-8" if declared.upper() in _UTF8 else _SINGLE_BYTE.get(declared, "")
