"""One form of a text for comparison, in search and between persons. Pure.

R4 string search ignores case, accents, punctuation and repeated spaces (https://hl7.org/fhir/R4/search.html#string). French
people type Leboeuf for Lebœuf, a straight apostrophe for a curly one, a space for a hyphen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# Letters that have no decomposition into a letter and an accent.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
)


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with one space for every run of other characters.

    `Jean-Éric` and `JEAN  ERIC` give the same, so do `Lebœuf` and `leboeuf`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = ("" if unicodedata.combining(char) else char if char.isalnum() else " " for char in decomposed)
    return " ".join("".join(letters).split())


def list_word_starts(folded: str) -> Iterator[str]:
    """Yield a folded text, and what is left of it from each further word on: `dupont martin`, `martin`."""
    yield folded
    while " " in folded:
        folded = folded.partition(" ")[2]
        yield folded
