"""How complete a demand is: the seven questions QQQQCP, 0 to 7 (`docs/domain.md` §1.12). Pure.

The sender is shown the same count and the same names. Only what the demand itself says is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

QUESTIONS = ("qui", "quoi", "ou", "quand", "comment", "combien", "pourquoi")
NEEDED = frozenset({"qui", "quoi"})
_IN_PLACE = "Service en place"


@dataclass(frozen=True)
class Completeness:
    """`answered`, `missing`: the questions of `QUESTIONS`, in that order. `needed`: those of `missing` without which nobody can
    decide."""

    answered: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def score(self) -> int:
        return len(self.answered)

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(question for question in self.missing if question in NEEDED)


def measure_completeness(request: Json, patient: Json, others: Sequence[Json] = ()) -> Completeness:
    """Return which questions a demand answers.

    `request`: its ServiceRequest; `patient`: the Patient, looked at where the request itself does not contain whom it names;
    `others`: what came with it (Conditions, Observations, CarePlans, Coverages, DocumentReferences ...), as the reader sees them.
    """
    patient = get_stated_patient(request) or patient
    answers = {
        "qui": _is_person_named(patient) and bool(request.get("requester")),
        "quoi": bool(_list_words(request.get("code"))) or bool(_list_words(*request.get("reasonCode", ()))),
        "ou": any(address.get("city") or address.get("postalCode") for address in patient.get("address", ())),
        "quand": bool(request.get("occurrencePeriod") or request.get("occurrenceDateTime"))
        or request.get("priority") in ("urgent", "asap", "stat"),
        "comment": _says_what_is_in_place(request, others),
        "combien": any(other.get("resourceType") in ("Observation", "Coverage") for other in others),
        "pourquoi": bool(_list_words(*request.get("reasonCode", ()))),
    }
    return Completeness(
        tuple(question for question in QUESTIONS if answers[question]),
        tuple(question for question in QUESTIONS if not answers[question]),
    )


def get_stated_patient(request: Json) -> Json:
    """Return the person as the sender of a message named her, contained in the request; {} where it does not."""
    contained = request.get("contained", ())
    return next((each for each in contained if each.get("resourceType") == "Patient"), {})


def _is_person_named(patient: Json) -> bool:
    return any(name.get("family") or name.get("text") for name in patient.get("name", ()))


def _says_what_is_in_place(request: Json, others: Sequence[Json]) -> bool:
    """Return whether the demand says what is there or was tried: a service in place, a procedure, a treatment."""
    kinds = {other.get("resourceType") for other in others}
    notes = " ".join(str(note.get("text", "")) for note in request.get("note", ()))
    return bool(kinds & {"Procedure", "MedicationStatement"}) or _IN_PLACE in notes


def _list_words(*concepts: Any) -> list[str]:
    """Return the words of CodeableConcepts: their texts, displays and codes."""
    words = []
    for concept in concepts:
        if isinstance(concept, Mapping):
            codings = concept.get("coding", ())
            words += [concept.get("text", ""), *(c.get("display") or c.get("code", "") for c in codings)]
    return [word for word in words if word]
