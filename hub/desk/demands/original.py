"""A message as it came, readable by a human: lines of HL7, indented JSON, rows of a table; lines about psychiatry are folded.

Pure. What is binary is not shown here: it is a document of the demand.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from hub.slices.placement.terms_page import load_terms

MOST_LINES = 2000


@dataclass(frozen=True)
class OriginalLine:
    """A line of the message. `is_folded`: it has a word of the territory's list (`config/terms.toml`), and opens by a click."""

    number: int
    text: str
    is_folded: bool


@dataclass(frozen=True)
class Original:
    """`lines`: none for what is no text. `fingerprint`: SHA-256 of the bytes, in hexadecimal."""

    media_type: str
    size: int
    fingerprint: str
    lines: tuple[OriginalLine, ...]
    is_cut: bool


def read_original(binary: Mapping[str, Any]) -> Original:
    """Return a Binary as a page shows it."""
    data = base64.b64decode(binary.get("data", ""))
    media_type = str(binary.get("contentType", ""))
    texts = _split(data, media_type)
    lines = tuple(
        OriginalLine(number, text, _is_sensitive(text)) for number, text in enumerate(texts[:MOST_LINES], start=1)
    )
    return Original(media_type, len(data), sha256(data).hexdigest(), lines, len(texts) > MOST_LINES)


def _split(data: bytes, media_type: str) -> list[str]:
    if not any(kind in media_type for kind in ("json", "xml", "hl7", "csv", "text")):
        return []
    text = data.decode("utf-8-sig", "replace") if not _is_latin(data) else data.decode("cp1252", "replace")
    if "json" in media_type:
        with suppress(ValueError):
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    return [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]


def _is_latin(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return True
    return False


def _is_sensitive(text: str) -> bool:
    return bool(load_terms().find_by_words({"resourceType": "Observation", "code": {"text": text}})[0])
