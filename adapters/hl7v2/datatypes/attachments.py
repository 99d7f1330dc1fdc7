"""ED → Attachment: a document inside a message.

Source: HL7 v2.5 §2.A.24, tables 0191 (type), 0291 (subtype), 0299 (encoding).
"""

from __future__ import annotations

import base64
import binascii
import re

from adapters.hl7v2.syntax.er7 import Value
from hub.domain.errors import Invalid
from hub.domain.referral.clinical import Attachment

_TYPES = {"AP": "application", "IM": "image", "NS": "image", "SI": "image", "TX": "text", "FT": "text", "AU": "audio"}
_TOP_TYPES = ("application", "image", "text", "audio", "video", "multipart")
_SUBTYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}")
_UNKNOWN = "application/octet-stream"


def read_attachment(value: Value) -> Attachment | None:
    """Read ED as Attachment: 2 and 3 content type, 4 encoding, 5 the document; None when it is empty.

    Invalid: component 5 is not in the encoding that component 4 declares."""
    content = value.part(5)
    if not content:
        return None
    try:
        return Attachment(_decode(content, value.part(4).upper()), get_content_type(value.part(2), value.part(3)))
    except (ValueError, binascii.Error):
        raise Invalid("bad-attachment", where=value.place) from None


def get_content_type(kind: str, subtype: str) -> str:
    """Return the media type of a type and subtype of the two tables; `application/octet-stream` when they make none."""
    kind, subtype = kind.lower(), subtype.lower()
    if "/" in kind:
        kind, _, subtype = kind.partition("/")
    top = "application" if subtype == "pdf" else _TYPES.get(kind.upper(), kind)
    subtype = subtype or ("plain" if top == "text" else "")
    return f"{top}/{subtype}" if top in _TOP_TYPES and _SUBTYPE.fullmatch(subtype) else _UNKNOWN


def _decode(content: str, encoding: str) -> bytes:
    if encoding == "BASE64":
        packed = "".join(content.split()).rstrip("=")  # lines and missing padding are common and harmless
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    if encoding == "HEX":
        return bytes.fromhex(content)
    if encoding in ("", "A"):
        return content.encode()
    raise ValueError
