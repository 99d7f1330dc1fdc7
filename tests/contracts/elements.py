"""Where each value of a FHIR message is found afterwards: in an element, in a note, in the answer, or nowhere.

What counts is what the holder of the intake Task reads. The message itself does not count. A *value* is a primitive of a
resource; left aside are what only says how to read another one (systems, uses, kinds of identifiers) and links.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any, NamedTuple

from adapters.fhir.ledger import find_line
from tests.contracts.fields import fold

TECHNICAL = (
    "resourceType",
    "id",
    "meta",
    "implicitRules",
    "language",
    "contained",
    "fullUrl",
    "request",
    "search",
    "response",
    "link",
)
_SERVING = ("system", "use", "userSelected", "preferred", "size", "hash")
# What an element says in other words: the base policy of a consent.
_SAID = {"permit": "optin", "deny": "optout"}


class Value(NamedTuple):
    """`place`: `Bundle.entry[1].resource.code.text`; `kind`: the resource; `path`: its elements without ranks."""

    place: str
    kind: str
    path: tuple[str, ...]
    value: Any


def list_values(message: dict[str, Any]) -> Iterator[Value]:
    """Yield every value of the resources of a message."""
    for place, resource in list_resources(message, message["resourceType"]):
        kind = resource["resourceType"]
        for key, inner in resource.items():
            narrative = key == "text" and isinstance(inner, dict) and inner.get("status") == "generated"
            if key in TECHNICAL or find_line(kind, key).link or narrative:
                continue
            yield from _walk(inner, f"{place}.{key}", kind, (key,))


def list_resources(resource: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, resource) of a message, of the Bundles in it and of what they contain."""
    if resource["resourceType"] == "Bundle":
        for i, entry in enumerate(resource.get("entry", ())):
            yield from list_resources(entry["resource"], f"{place}.entry[{i}].resource")
        return
    yield place, resource
    for i, inner in enumerate(resource.get("contained", ())):
        yield from list_resources(inner, f"{place}.contained[{i}]")


def _walk(value: Any, place: str, kind: str, path: tuple[str, ...]) -> Iterator[Value]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "id" or (key == "url" and path[-1] in ("extension", "modifierExtension")):
                continue
            yield from _walk(inner, f"{place}.{key}", kind, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _walk(inner, f"{place}[{i}]", kind, path)
    elif value is not None and path[-1] not in _SERVING and not _serves_identifier(path):
        yield Value(place, kind, path, value)


def _serves_identifier(path: tuple[str, ...]) -> bool:
    return "dentifier" in path[0] and len(path) > 1 and path[1] in ("type", "assigner")


def find(value: Value, texts: frozenset[str], notes: str, answer: frozenset[str], data: frozenset[str]) -> str:
    """Return where a value is: `element`, `note`, `answer` or "nowhere".

    `texts`: every text of the resources, folded; `notes`: all notes, joined and folded; `answer`: the places that the answer
    names; `data`: the contents of the documents, Base64."""
    words = _say(value.value)
    if value.path[-2:] == ("attachment", "url") and not str(value.value).startswith("http"):
        return "element"  # the link to a Binary of the message
    if value.path[-1] == "data" and "".join(str(value.value).split()) in data:
        return "element"
    if words in texts or _SAID.get(words) in texts or any(_is_part(words, text) for text in texts):
        return "element"
    if words in notes or (isinstance(value.value, bool) and {True: "oui", False: "non"}[value.value] in notes):
        return "note"
    if value.path[-1] == "reference":
        return "note"  # by what its target is called; the target is a resource of the message or is nowhere to be found
    return "answer" if any(value.place.startswith(place) for place in answer) else "nowhere"


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.lstrip().startswith("<"):
        value = unescape(re.sub("<[^>]*>", " ", value))
    return fold(str(value))


def _is_part(words: str, text: str) -> bool:
    return len(words) > 3 and words in text


def parse(raw: bytes) -> dict[str, Any]:
    """Return a message with the digits of its numbers."""
    return json.loads(raw, parse_float=Decimal)
