from __future__ import annotations

import pytest

from adapters.hl7v2.datatypes.attachments import get_content_type, read_attachment
from adapters.hl7v2.syntax.delimiters import Syntax
from adapters.hl7v2.syntax.er7 import Value
from hub.domain.errors import Invalid


def value(written: str) -> Value:
    return Value(written, "OBX[2]-5", Syntax())


@pytest.mark.parametrize(
    ("written", "held"),
    [
        ("^AP^PDF^Base64^Zmljb2Y=", b"ficof"),
        ("^AP^PDF^Base64^Zmljb2Y", b"ficof"),
        (r"^AP^PDF^BASE64^Zmlj\.br\b2Y=", b"ficof"),
        ("^TEXT^^Hex^C3A9", b"\xc3\xa9"),
        (r"^TEXT^^A^a \T\ b", b"a & b"),
    ],
)
def test_a_document_is_its_bytes(written: str, held: bytes) -> None:
    found = read_attachment(value(written))
    assert found
    assert found.data == held


@pytest.mark.parametrize("encoded", ["Base64^no base64!", "Base64^é", "Hex^xyz", "Zip^AAAA"])
def test_a_document_in_another_encoding_than_announced_is_refused(encoded: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_attachment(value(f"^AP^PDF^{encoded}"))
    assert str(refused.value) == "bad-attachment@OBX[2]-5"


def test_an_empty_document_is_none() -> None:
    assert read_attachment(value("^AP^PDF^Base64^")) is None


@pytest.mark.parametrize(
    ("kind", "subtype", "said"),
    [
        ("AP", "PDF", "application/pdf"),
        ("TEXT", "PDF", "application/pdf"),
        ("text", "XML", "text/xml"),
        ("TEXT", "", "text/plain"),
        ("IM", "JPEG", "image/jpeg"),
        ("application/pdf", "", "application/pdf"),
        ("AP", "", "application/octet-stream"),
        ("text", "html\r\nX: y", "application/octet-stream"),
    ],
)
def test_a_content_type_is_a_media_type_or_unknown(kind: str, subtype: str, said: str) -> None:
    assert get_content_type(kind, subtype) == said
