"""Split search values at their separators and remove escapes (https://hl7.org/fhir/R4/search.html#escaping)."""

from __future__ import annotations


def split(text: str, separator: str) -> list[str]:
    """Split `text` at each `separator` that is not escaped by a backslash; the escapes stay."""
    words, current, escaped = [], "", False
    for char in text:
        if char == separator and not escaped:
            words.append(current)
            current = ""
            continue
        escaped = char == "\\" and not escaped
        current += char
    return [*words, current]


def plain(text: str) -> str:
    """Return `text` without its escapes."""
    unescaped, escaped = "", False
    for char in text:
        if char == "\\" and not escaped:
            escaped = True
            continue
        unescaped, escaped = unescaped + char, False
    return unescaped
