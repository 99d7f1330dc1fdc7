"""Where each value of an HL7 v2 message is found afterwards: in an element, in a note, in the answer, or nowhere.

What counts is what the holder of the intake Task reads: the resources that the Task hands, its focus and the person. The message
itself does not count. A *value* is one repetition of a field that is not empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from adapters.hl7v2.fields import load_fields
from adapters.hl7v2.syntax.er7 import Er7, Segment, Value

JUDGED = ("PID", "PV1", "NK1", "PRD", "DG1", "AL1", "OBX", "NTE", "IN1", "RF1")
NEVER_BY_ANSWER_ALONE = ("NK1", "PRD", "DG1", "AL1", "OBX")
_DATE = re.compile(r"[0-9]{4,14}(\.[0-9]+)?([+-][0-9]{4})?")

# Values that an element says in FHIR's own words: (segment, field) → HL7 value → the words, any of which is enough.
_SAID: dict[tuple[str, int], dict[str, str]] = {
    ("PID", 8): {
        "M": "male",
        "F": "female",
        "O": "other",
        "A": "other",
        "U": "unknown",
        "MALE": "male",
        "FEMALE": "female",
    },
    ("NK1", 15): {
        "M": "male",
        "F": "female",
        "O": "other",
        "A": "other",
        "U": "unknown",
        "MALE": "male",
        "FEMALE": "female",
    },
    ("PID", 30): {"Y": "true", "N": "false"},
    ("PV1", 2): {"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC", "R": "AMB"},
    ("DG1", 6): {"F": "confirmed", "W": "provisional"},
    ("AL1", 2): {"DA": "medication", "FA": "food", **dict.fromkeys(("EA", "AA", "PA", "LA"), "environment")},
    ("AL1", 4): {"SV": "severe", "MO": "moderate", "MI": "mild"},
    ("RF1", 1): {"P": "requested", "R": "revoked", "E": "revoked"},
    ("RF1", 2): {"S": "stat", "A": "asap", "R": "routine", "U": "urgent"},
    ("OBX", 11): {
        **dict.fromkeys("FU", "final"),
        **dict.fromkeys("PSR", "preliminary"),
        **dict.fromkeys("IO", "registered"),
        **dict.fromkeys("DW", "entered-in-error"),
        **dict.fromkeys("XN", "cancelled"),
        "C": "corrected",
    },
    ("OBX", 2): {},
}


def list_values(message: Er7) -> Iterator[tuple[Segment, int, Value]]:
    """Yield every value of the judged segments."""
    for segment in message.segments:
        if segment.name in JUDGED:
            for number in range(1, len(segment.fields)):
                for value in segment.values(number):
                    yield segment, number, value


def find(segment: Segment, number: int, value: Value, texts: frozenset[str], notes: str, answer: frozenset[str]) -> str:
    """Return where a value is: `note`, `element`, `answer` or "nowhere".

    `texts`: every text of the resources, folded; `notes`: all notes, joined; `answer`: the places that the answer names."""
    place = fold(value.place)
    if f"{place} " in notes:
        words = fold(value.words)
        if words in notes or all(fold(value.part(*at)) in notes for at in value.list_places()):
            return "note"
    if _is_said(segment, number, value, texts):
        return "element"
    return "answer" if value.place in answer or segment.place in answer else "nowhere"


def _is_said(segment: Segment, number: int, value: Value, texts: frozenset[str]) -> bool:
    said = _SAID.get((segment.name, number))
    if said is not None:
        return (segment.name, number) == ("OBX", 2) or fold(said.get(value.part(1).upper(), "?")) in texts
    if (segment.name, number) == ("OBX", 5) and segment.text(2) == "ED":
        return True
    if (segment.name, number) == ("PID", 32) and value.part(1) == "VALI" and "qual" in texts:
        return True  # validated on papers and found by the national service
    whole = fold(value.whole)
    if whole in texts or any(whole in text for text in texts if len(whole) > 5):
        return True
    type_ = load_fields()[segment.name][number].type
    parts = [
        fold(value.part(*place)).strip("= ") or "="
        for place in value.list_places()
        if place[0] not in _SERVING.get(type_, ())
    ]
    if type_ == "XTN":
        parts = [re.sub("[^0-9]", "", part) or part for part in parts]
        texts = texts | {re.sub("[^0-9]", "", text) for text in texts}
        return all(any(part in text for text in texts) for part in parts)
    if type_ == "PL":
        return all(any(part in text for text in texts) for part in parts)
    return bool(parts) and all(_is_among(part, texts) for part in parts)


# Components that only say how to read another: types, authorities, coding systems.
_SERVING = {
    "CWE": (3, 6, 7, 8, 12, 14),
    "UNIT": (3, 14),
    "ID": (2, 3),
    "CX": (4, 5),
    "EI": (2, 3, 4),
    "XPN": (7,),
    "XCN": (9, 10, 13),
    "PLN": (2, 3),
    "XON": (6, 7),
    "XAD": (7,),
    "XTN": (2, 3),
    "VALUE": (3, 6, 7, 8),
}


def _is_among(part: str, texts: frozenset[str]) -> bool:
    if part in texts or part == "=":
        return True
    if part.lstrip("0") in texts or (part[1:] in texts and len(part) > 9):
        return True  # leading zeros of a rank; an RPPS after its prefix
    if _DATE.fullmatch(part):
        digits = part[:8]
        return any(re.sub(r"[^0-9]", "", text).startswith(digits) for text in texts if text[:2] == part[:2])
    number = part.replace(",", ".").lstrip("0<>= ") or part
    return any(part in text.split() or number == text.lstrip("0") or (len(part) > 2 and part in text) for text in texts)


def list_texts(value: Any) -> Iterator[str]:
    """Yield every text, number and truth value inside a JSON value."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from list_texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from list_texts(inner)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif value is not None:
        yield str(value)


def list_notes(resources: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the text of every note."""
    for resource in resources:
        for note in resource.get("note", ()):
            yield note["text"]


def fold(text: str) -> str:
    """Return a text to compare: single spaces, no case; decimals as they are."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
