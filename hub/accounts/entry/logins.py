"""Logins: how they are written, and which of them look alike. Pure (`docs/security.md` I11)."""

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
    """A login as it is kept: without spaces around it. Raises Invalid `login-form` for what nobody could type again.

    Letters of any script, digits and `. @ + _ ' -`, 3 to 254 of them."""
    login = text.strip()
    if not _SHORTEST <= len(login) <= _LONGEST:
        raise Invalid("login-form")
    folded = unicodedata.normalize("NFKC", login).casefold()
    if not all(character.isalnum() or _ASCII.fullmatch(character) for character in folded):
        raise Invalid("login-form")
    return login


def make_skeleton(text: str) -> str:
    """What two logins that look alike have in common: compatibility forms, case, accents and look-alike letters are one.

    "" for what is no login: empty, or with characters that are not printed."""
    if not text.strip().isprintable():
        return ""
    folded = unicodedata.normalize("NFKC", text.strip()).casefold().translate(_ALIKE)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))
    for drawn, alike in _DRAWN_ALIKE:
        plain = plain.replace(drawn, alike)
    return plain[:_LONGEST]
