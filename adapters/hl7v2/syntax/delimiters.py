"""The syntax of one message: its delimiters, its charset, the zone of its source; and escape sequences.

Source: HL7 v2.5 §2.5.4 (delimiters) and §2.7 (escape sequences). What an escape yields is data, never structure: a
message is split first and unescaped after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NULL = '""'
"""HL7's "this field is empty on purpose" (§2.5.3). A new referral has nothing to erase: it reads as absent."""

# A control character means nothing to a reader, and neither FHIR strings nor PostgreSQL take it.
_NO_CONTROLS = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
# Formatting commands (§2.7.6) that break the line; highlighting (H, N) and the other commands only dress the text.
_BREAKS = re.compile(r"\.(br|sp|ce)[ +]?\d{0,3}", re.IGNORECASE)
_DRESSING = re.compile(r"[HN]|\.(in|ti|fi|nf|sk)[ +-]?\d{0,3}", re.IGNORECASE)


@dataclass(frozen=True)
class Syntax:
    """The delimiters of MSH-1 and MSH-2 (those of the standard unless the message has others), the codec of its `\\X..\\`
    escapes, and the zone of a local time, "" for the territory's."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    codec: str = "utf-8"
    zone: str = ""

    @property
    def names(self) -> dict[str, str]:
        """The delimiter of each escape letter."""
        return {
            "F": self.field,
            "S": self.component,
            "T": self.subcomponent,
            "R": self.repetition,
            "E": self.escape,
        }

    @property
    def msh2(self) -> str:
        """The four encoding characters, in the order of MSH-2."""
        return self.component + self.repetition + self.escape + self.subcomponent


def escape(text: str, syntax: Syntax) -> str:
    """Return `text` escaped so that it can be part of a component: the inverse of `unescape`."""
    letters = {delimiter: f"{syntax.escape}{letter}{syntax.escape}" for letter, delimiter in syntax.names.items()}
    letters["\n"] = f"{syntax.escape}.br{syntax.escape}"
    letters["\r"] = f"{syntax.escape}X0D{syntax.escape}"
    return "".join(letters.get(character, character) for character in text)


def unescape(text: str, syntax: Syntax) -> str:
    """Return the text that `text` encodes, without control characters. An unknown escape is left as written."""
    if syntax.escape in text:
        mark = re.escape(syntax.escape)
        text = re.sub(f"{mark}([^{mark}]+){mark}", lambda match: _decode_escape(match, syntax), text)
    return text.translate(_NO_CONTROLS)


def _decode_escape(match: re.Match[str], syntax: Syntax) -> str:
    sequence = match[1]
    if sequence in syntax.names:
        return syntax.names[sequence]
    if _BREAKS.fullmatch(sequence):
        return "\n"
    if _DRESSING.fullmatch(sequence):
        return ""
    if sequence[0] == "X":
        try:
            return bytes.fromhex(sequence[1:]).decode(syntax.codec)
        except ValueError:
            return match[0]
    return match[0]
