"""Whether two worlds told the same: to the byte, but for who a person is.

A message about somebody whom only one world has is about that person there and about a newcomer here. Its sender sees another
identifier, and may learn nothing from it: so the identifiers of persons of one world alone are compared by when they were first
told. One that was told before in one world and not in the other is a difference.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from tests.worlds.doors import Answer

_VERSION = re.compile(r"\b[a-z2-7]{52}\b")


@dataclass
class Names:
    """What one world calls the persons that the other one lacks, in the order in which the actor was told of them."""

    told: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def level(self, text: str, apart: frozenset[str]) -> str:
        """`text` with the persons `apart`, and the versions of what is said of them, called by their turn."""
        levelled = text
        if apart:
            pattern = re.compile("|".join(rf"\b{key}\b" for key in sorted(apart)))
            levelled = pattern.sub(lambda key: self.told.setdefault(key.group(), f"person{len(self.told)}"), text)
        return _VERSION.sub(lambda key: self.versions.setdefault(key.group(), f"version{len(self.versions)}"), levelled)


class Pair:
    """Compares the answers of two worlds, first to last."""

    def __init__(self) -> None:
        self._names = Names(), Names()

    def differ(self, one: Answer, other: Answer, apart: tuple[frozenset[str], frozenset[str]]) -> bool:
        """Whether two answers differ. `apart`: identifiers of persons, of the first world and of the second one, that
        cannot be told from others."""
        if one == other or not any(apart):
            return one != other
        first, second = (
            _level(answer, names, keys) for answer, names, keys in zip((one, other), self._names, apart, strict=True)
        )
        return first != second

    def differ_slices(self, one: Any, other: Any, apart: tuple[frozenset[str], frozenset[str]]) -> bool:
        """The same of two lists of slices as (name, body, version, updated)."""
        if one == other or not any(apart):
            return bool(one != other)
        levelled = [
            sorted(names.level(repr((name, body.decode(), updated)), keys) for name, body, _, updated in slices)
            for slices, names, keys in zip((one, other), self._names, apart, strict=True)
        ]
        return levelled[0] != levelled[1]


def _level(answer: Answer, names: Names, apart: frozenset[str]) -> Any:
    """An answer to compare: entries of a Bundle in an order of their own, since random identifiers break ties in a page."""
    headers = tuple(
        # Of an answer of the record itself the names are versions.
        (names.level(name, apart), names.level(value, apart))
        for name, value in answer.headers
        if name != "Content-Length"
    )
    body = answer.body.decode("utf-8", "replace")
    if '"entry"' in body:
        bundle = json.loads(body)
        texts = [json.dumps(entry, sort_keys=True) for entry in bundle.pop("entry")]
        entries = sorted(names.level(text, apart) for text in sorted(texts, key=lambda text: _mask(text, names, apart)))
        return answer.status, headers, names.level(json.dumps(bundle), apart), entries
    return replace(answer, headers=headers, body=names.level(body, apart).encode(), version="", next="")


def _mask(text: str, names: Names, apart: frozenset[str]) -> str:
    """`text` without the persons that were not told yet: entries are named in an order that both worlds share."""
    for key in apart:
        text = text.replace(key, names.told.get(key, "person"))
    return _VERSION.sub("version", text)
