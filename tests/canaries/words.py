"""Canaries: words that stand at one place only, so that an answer that holds one tells which element of what left.

`Canaries.filled` puts one into every element of a type that can hold text: names, displays, codes, addresses of things,
notes, attachments. What is written follows R4's own definitions (`hub.fhir.structure`), so no element is forgotten.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from hub.fhir import Element, get_structure

Json = dict[str, Any]

WORD = re.compile(r"zq0[0-9a-f]{4}z")
_DATA = re.compile(r"enEw[0-9A-Za-z+/]{7}=")  # a word in base64
_UCUM = "http://unitsofmeasure.org"
# Objects deeper than this hold only what they must.
DEPTH = 4

# What no partner can write (`hub.conformance.admissible`), and what is no text.
NEVER = frozenset({"id", "implicitRules", "language"})
NO_TEXT = frozenset({"Resource", "Extension", "Narrative", "Meta"})
# Left out, because an invariant or the shape of the type forbids it beside the rest, or asks for more than words.
ASIDE = {
    "Observation": {"dataAbsentReason"},  # obs-6: not beside a value; has a variant of its own
    "ObservationComponent": {"dataAbsentReason"},  # obs-6
    "CarePlanActivity": {"reference"},  # cpl-3: not beside detail
    "QuestionnaireResponseItem": {"item"},  # qrs-1: not beside answer
    "QuestionnaireItem": {
        "initial",
        "answerValueSet",
        "enableWhen",
    },  # que-4, que-11; a condition says no more than its question
    "Appointment": {"cancelationReason"},  # app-4: only of a cancelled one
    "Timing": {"repeat"},  # tim-1 to tim-10: numbers
    "Quantity": {"code", "system"},  # a unit is text; its code is UCUM's
    "Identifier": {"period"},
    "HumanName": {"period"},
    "ConsentProvision": {"provision"},  # each nested one is written by hand: it has a place of its own
}
# Without them an object is not right, and they are no text.
GIVEN: dict[str, Json] = {
    "Age": {"value": 1, "system": _UCUM, "code": "a"},
    "AllergyIntolerance": {
        "clinicalStatus": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}
            ]
        }
    },
    "Appointment": {"start": "2026-12-01T10:00:00Z", "end": "2026-12-01T11:00:00Z"},
    "Attachment": {"contentType": "text/plain"},
    "ContactPoint": {"system": "phone"},
    "Duration": {"value": 1, "system": _UCUM, "code": "d"},
    "EncounterClassHistory": {"period": {"start": "2026-10-01"}},
    "Money": {"value": 1, "currency": "EUR"},
    "QuestionnaireItem": {"type": "choice"},
}
_FIXED = {
    "boolean": True,
    "date": "2026-10-01",
    "dateTime": "2026-10-01T10:00:00Z",
    "decimal": 1,
    "instant": "2026-10-01T10:00:00Z",
    "integer": 1,
    "positiveInt": 1,
    "unsignedInt": 1,
    "time": "10:00:00",
}
_TEXTS = frozenset({"string", "markdown", "uri", "url", "canonical", "base64Binary"})


def words_in(value: object) -> frozenset[str]:
    """The canaries of a JSON value, or of its bytes; those in base64 too."""
    said = value.decode() if isinstance(value, bytes) else json.dumps(value)
    return frozenset(WORD.findall(said)) | {base64.b64decode(data).decode() for data in _DATA.findall(said)}


class Canaries:
    """Words that occur once, and resources full of them."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def __call__(self) -> str:
        return f"zq0{next(self._count):04x}z"

    def text(self) -> Json:
        """A CodeableConcept."""
        return {"text": self()}

    def data(self) -> str:
        return base64.b64encode(self().encode()).decode()

    def filled(self, resource_type: str, variant: int = 0, **given: Any) -> Json:
        """A resource with a canary in every element that can hold text, but those of `given` (None leaves one out).

        `variant`: which type each choice takes, so that `variants()` of them try all."""
        said = self._object(resource_type, 0, variant, frozenset(given))
        return (
            {"resourceType": resource_type} | said | {name: value for name, value in given.items() if value is not None}
        )

    def piece(self, kind: str, **given: Any) -> Json:
        """A filled value of a data type or of a backbone element (`HumanName`, `CarePlanActivityDetail`); `given` as above."""
        said = self._object(kind, 1, 0, frozenset(given))
        return said | {name: value for name, value in given.items() if value is not None}

    def _object(self, kind: str, depth: int, variant: int, besides: frozenset[str] = frozenset()) -> Json:
        if kind == "Reference":
            return {"display": self(), "identifier": {"system": f"urn:x:{self()}", "value": self()}}
        found: Json = dict(GIVEN.get(kind, {}))
        taken = {
            get_structure(kind).elements[name].choice for name in besides if name in get_structure(kind).elements
        } - {""}
        for element in _chosen(kind, variant if depth == 0 else 0):
            if element.name in besides or element.name in found or element.choice in taken:
                continue
            must = element.required or _in_required_choice(kind, element)
            if must or (may_hold_text(element) and (element.primitive or depth < DEPTH)):
                value = self._value(element, depth)
                if value != {}:  # what has no text of its own says nothing so deep
                    found[element.name] = [value] if element.many else value
        return found

    def _value(self, element: Element, depth: int) -> Any:
        if not element.primitive:
            return self._object(element.kind, depth + 1, 0)
        match element.kind:
            case "base64Binary":
                return self.data()
            case "uri" | "url" | "canonical":
                return f"urn:x:{self()}"
            case "code":
                return sorted(element.codes)[0] if element.codes else self()
            case "string" | "markdown":
                return self()
            case _:
                return _FIXED[element.kind]


@cache
def may_hold_text(element: Element, above: tuple[str, ...] = ()) -> bool:
    """Whether a word can stand in an element or under it."""
    if element.primitive:
        return element.kind in _TEXTS or (element.kind == "code" and not element.codes and element.name == "code")
    if element.kind in NO_TEXT or element.kind in above:
        return False
    inner = get_structure(element.kind).elements.values()
    return any(
        may_hold_text(found, (*above, element.kind))
        for found in inner
        if found.name not in NEVER and found.name not in ASIDE.get(element.kind, ())
    )


@cache
def text_elements(kind: str) -> dict[str, Element]:
    """The elements of a type that can hold text, by name."""
    found = get_structure(kind).elements.items()
    return {name: element for name, element in found if name not in NEVER and may_hold_text(element)}


@cache
def variants(kind: str) -> int:
    """How many variants it takes to fill each type of each choice once."""
    counts = [len(list(group)) for _, group in _choices(kind)]
    return max(counts, default=1)


def _choices(kind: str) -> Iterator[tuple[str, list[Element]]]:
    found = [element for element in text_elements(kind).values() if element.choice]
    for choice, group in itertools.groupby(sorted(found, key=lambda e: e.choice), key=lambda e: e.choice):
        yield choice, list(group)


@cache
def _chosen(kind: str, variant: int) -> tuple[Element, ...]:
    """The elements that an object gets, of each choice one; what holds no text only when the choice asks for it."""
    shape, aside = get_structure(kind), NEVER | ASIDE.get(kind, set())
    of_choice = {choice: group[variant % len(group)] for choice, group in _choices(kind)}
    return tuple(
        element
        for name, element in shape.elements.items()
        if name not in aside
        and element.kind not in NO_TEXT
        and (not element.choice or of_choice.get(element.choice) is element)
    )


def _in_required_choice(kind: str, element: Element) -> bool:
    return element.choice in get_structure(kind).required_choices
