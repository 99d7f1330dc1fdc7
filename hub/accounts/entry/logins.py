"""Logins: which are valid, and which of them look alike. Pure (`docs/security.md` I11)."""

from __future__ import annotations

import re
import unicodedata

from hub.domain.errors import Invalid

_LONGEST = 254
_SHORTEST = 3
_ASCII = re.compile(r"[a-z0-9.@+_'-]+", re.ASCII)

# Letters of other scripts that are drawn like a Latin one, and pairs of Latin letters that are drawn like another (Unicode
# Technical Standard 39, "confusables.txt", those of Cyrillic, Greek and Latin).
_ALIKE = str.maketrans(
    {
        "а": "a", "ɑ": "a", "α": "a", "Ь": "b", "с": "c", "ϲ": "c", "ԁ": "d", "е": "e", "ҽ": "e", "ɡ": "g", "һ": "h", "і": "i",
        "ı": "i", "ι": "i", "ɩ": "i", "ј": "j", "ϳ": "j", "κ": "k", "к": "k", "ӏ": "l", "ⅼ": "l", "м": "m", "ո": "n", "п": "n",
        "о": "o", "ο": "o", "σ": "o", "օ": "o", "р": "p", "ρ": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "τ": "t", "υ": "u",
        "ս": "u", "ѵ": "v", "ν": "v", "ԝ": "w", "ш": "w", "х": "x", "χ": "x", "у": "y", "γ": "y", "ʏ": "y", "ᴢ": "z",
    }
)  # fmt: skip
_DRAWN_ALIKE = (("1", "l"), ("0", "o"), ("rn", "m"), ("vv", "w"), ("i", "l"))


def parse_login(text: str) -> str:
    """Return a login without the spaces around it. Raises Invalid `login-form` unless it has 3 to 254 characters, all of them
    letters of any script, digits or one of `. @ + _ ' -`."""
    login = text.strip()
    if not _SHORTEST <= len(login) <= _LONGEST:
        raise Invalid("login-form")
    folded = unicodedata.normalize("NFKC", login).casefold()
    if not all(character.isalnum() or _ASCII.fullmatch(character) for character in folded):
        raise Invalid("login-form")
    return login


def make_skeleton(text: str) -> str:
    """Return the skeleton of a login, which is the same for all logins that look alike: case, accents, compatibility forms and
    look-alike letters make no difference.

    Returns "" for a text that is empty or has characters that are not printed."""
    if not text.strip().isprintable():
        return ""
    folded = unicodedata.normalize("NFKC", text.strip()).casefold().translate(_ALIKE)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))
    for drawn, alike in _DRAWN_ALIKE:
        plain = plain.replace(drawn, alike)
    return plain[:_LONGEST]
