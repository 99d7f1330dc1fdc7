"""Passwords that are easy to guess: common ones, words of the site, the account's own words (LA-3). Pure but for two files.

`config/passwords/LICENSE` says where the lists come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from hub.domain.config_pages import read_config

_LISTS = ("passwords/common.txt", "passwords/site.txt")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_BETWEEN = re.compile(r"[\W_]+")
# Rows of keyboards, the digits and the alphabet; `_RUNS` has them backwards too.
_ROWS = (
    "12345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
)
_RUNS = tuple(run for row in _ROWS for run in (row, row[::-1]))
_SHORTEST_OWN_WORD = 4
_SHORTEST_RUN = 6
_FEWEST_CHARACTERS = 5


def is_common(password: str, own_words: Iterable[str] = ()) -> bool:
    """Return whether a password is easy to guess. Case does not matter.

    Such a password is a word of the lists or of `own_words` (login, name), with digits and signs around it or between its
    letters; or it repeats a few characters, or is a run of a keyboard."""
    folded = password.casefold()
    words = _load_words() | {word for text in own_words for word in _split(text)}
    unit = _find_unit(folded)
    cores = {core for text in (folded, unit) for core in (text, _EDGES.sub("", text), _BETWEEN.sub("", text))}
    cores |= {_EDGES.sub("", core) for core in cores}
    if cores & words or len(set(folded)) < _FEWEST_CHARACTERS:
        return True
    return any(core in run for core in cores if len(core) >= _SHORTEST_RUN for run in _RUNS)


def _find_unit(text: str) -> str:
    """Return the shortest text that makes `text` when it is repeated; the last repetition may be cut off."""
    for length in range(1, len(text)):
        if text == (text[:length] * (len(text) // length + 1))[: len(text)]:
            return text[:length]
    return text


def _split(text: str) -> set[str]:
    folded = text.casefold()
    parts = re.split(r"[\W_]+", folded)
    return {word for word in (folded, folded.partition("@")[0], *parts) if len(word) >= _SHORTEST_OWN_WORD}


@cache
def _load_words() -> frozenset[str]:
    return frozenset(word.casefold() for name in _LISTS for word in read_config(name).splitlines() if word)
