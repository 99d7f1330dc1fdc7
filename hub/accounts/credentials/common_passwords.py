"""Passwords that are guessed first: common ones, words of the site, what the account itself says (LA-3). Pure but for two files.

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
# Rows of keyboards and what counts up, there and back.
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
    """Whether a password is easy to guess: a word of the lists or of `own_words` (login, name), whatever digits and signs stand
    around it, the same few characters again and again, or a run of the keyboard. Case does not matter."""
    folded = password.casefold()
    words = _load_words() | {word for text in own_words for word in _split(text)}
    unit = _find_unit(folded)
    cores = {text for whole in (folded, unit) for text in (whole, _EDGES.sub("", whole), _BETWEEN.sub("", whole))}
    cores |= {_EDGES.sub("", core) for core in cores}
    if cores & words or len(set(folded)) < _FEWEST_CHARACTERS:
        return True
    return any(core in run for core in cores if len(core) >= _SHORTEST_RUN for run in _RUNS)


def _find_unit(text: str) -> str:
    """The shortest beginning of `text` of which it is a repetition, the last one perhaps cut off."""
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
