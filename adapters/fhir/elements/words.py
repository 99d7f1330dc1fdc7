"""Any R4 value in words, for a note: nothing of it is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from typing import Any

NameReference = Callable[[dict[str, Any]], str]
"""A Reference → what its target is called, "" when it is not in the message."""

# Elements whose values are understood without their names: those of datatypes.
_BARE = frozenset(
    {"text", "display", "code", "coding", "system", "value", "unit", "comparator", "reference", "family", "given", "prefix"}
    | {"suffix", "line", "city", "postalCode", "country", "numerator", "denominator", "concept", "div"}
)  # fmt: skip
_TAG = re.compile(r"<[^>]*>")
_VALUE = re.compile(r"value[A-Z]\w*")


def say(value: Any, name_reference: NameReference) -> str:
    """Return a JSON value as one line of words; "" for one without any."""
    if isinstance(value, dict):
        return _say_object(value, name_reference)
    if isinstance(value, list):
        return " ; ".join(words for item in value if (words := say(item, name_reference)))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | Decimal):
        return str(value)
    return (
        " ".join(unescape(_TAG.sub(" ", value) if value.lstrip().startswith("<") else value).split()) if value else ""
    )


def _say_object(value: dict[str, Any], name_reference: NameReference) -> str:
    words = list(_list_words(value, name_reference))
    if not words and isinstance(value.get("reference"), str):
        return str(value["reference"])
    return ", ".join(dict.fromkeys(words))


def _list_words(value: dict[str, Any], name_reference: NameReference) -> Iterator[str]:
    for key, inner in value.items():
        if key == "reference" and isinstance(inner, str):
            yield name_reference(value) or inner
            continue
        words = say(inner, name_reference)
        if words:
            bare = key in _BARE or _VALUE.fullmatch(key) is not None
            yield words if bare else f"{key} : {words}"
