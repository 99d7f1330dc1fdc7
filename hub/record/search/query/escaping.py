"""The words of a search value: separators that no backslash escapes (https://hl7.org/fhir/R4/search.html#escaping). Pure."""

from __future__ import annotations


def split(text: str, separator: str) -> list[str]:
    """`text` cut at each `separator` that is not escaped; what is escaped stays so."""
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
    """`text` without its escapes."""
    unescaped, escaped = "", False
    for char in text:
        if char == "\\" and not escaped:
            escaped = True
            continue
        unescaped, escaped = unescaped + char, False
    return unescaped
