from __future__ import annotations

import pytest

from adapters.hl7v2.syntax.framing import MAX_BYTES, decode, unframe
from hub.domain.errors import Malformed


@pytest.mark.parametrize(
    "raw",
    [
        b"MSH|a\rPID|b",
        b"\x0bMSH|a\rPID|b\r\x1c\r",
        b"\x0bMSH|a\rPID|b\r",
        b"MSH|a\rPID|b\r\x1c\r",
        b"\xef\xbb\xbfMSH|a\rPID|b\r\n\x00",
        b"\r\n  MSH|a\rPID|b",
    ],
)
def test_a_frame_is_taken_off_wherever_it_is_whole_or_not(raw: bytes) -> None:
    assert unframe(raw) == b"MSH|a\rPID|b"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "malformed"),
        (b"\x0b\x1c\r", "malformed"),
        (b"PID|1", "malformed"),
        (b"\xff\xfeM\x00S\x00H\x00", "malformed"),
        (b"\x0bMSH|a\r\x1c\rGARBAGE", "hl7-several-messages"),
        (b"FHS|^~\\&\rBHS|^~\\&\rMSH|a", "hl7-several-messages"),
        (b"MSH" + b"x" * MAX_BYTES, "hl7-too-large"),
    ],
)
def test_what_is_not_one_message_is_malformed(raw: bytes, code: str) -> None:
    with pytest.raises(Malformed) as refused:
        unframe(raw)
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize(
    ("raw", "declared", "text", "codec"),
    [
        ("Zoé".encode(), "UNICODE UTF-8", "Zoé", "utf-8"),
        ("Zoé".encode(), "", "Zoé", "utf-8"),
        ("Zoé".encode("cp1252"), "", "Zoé", "cp1252"),
        ("Zoé".encode("cp1252"), "ASCII", "Zoé", "cp1252"),
        ("Œuvre".encode("cp1252"), "8859/1", "Œuvre", "cp1252"),
        ("Œuvre €".encode("iso8859_15"), "8859/15", "Œuvre €", "iso8859_15"),
        # UTF-8 that proves itself is believed against MSH-18, and the sender answered as it asked.
        ("Zoé".encode(), "8859/1", "Zoé", "cp1252"),
    ],
)
def test_the_charset_is_the_declared_one_unless_the_bytes_prove_another(
    raw: bytes, declared: str, text: str, codec: str
) -> None:
    assert decode(raw, declared) == (text, codec)


@pytest.mark.parametrize(("raw", "declared"), [(b"Zo\xe9", "UNICODE UTF-8"), (b"\x81\x8d", "8859/1")])
def test_a_charset_that_lies_is_refused_rather_than_guessed(raw: bytes, declared: str) -> None:
    with pytest.raises(Malformed) as refused:
        decode(raw, declared)
    assert str(refused.value) == "hl7-charset@MSH-18"
