"""Which of some Patients may be the one to match: grades for the desk, sameness for the other roles. Pure.

The grades are those of https://hl7.org/fhir/R4/valueset-match-grade.html; Patients that are not even possible are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from fhir_profiles import codes
from hub.domain.matching import ALIKE, Traits, contradicts, score
from hub.domain.normalization.folding import fold
from hub.fhir import loads
from hub.intake.persons import get_patient_traits
from hub.record.read.slice import Slice

Json = dict[str, Any]

# From this score on only a typing error can separate two identities (`hub.domain.matching`: a shared national number).
_PROBABLE = 85.0


class Candidate(NamedTuple):
    """`score`: from 0 to 100."""

    patient: Slice
    score: float
    grade: str


def grade_candidates(patients: Iterable[Slice], traits: Traits) -> list[Candidate]:
    """Return those of `patients` that may be the person of `traits`, the best first."""
    candidates = (_grade(patient, traits) for patient in patients)
    likely = (candidate for candidate in candidates if candidate.score >= ALIKE)
    return sorted(
        likely, key=lambda candidate: (candidate.grade != "certain", -candidate.score, candidate.patient.name)
    )


def keep_only_certain(candidates: list[Candidate]) -> list[Candidate]:
    """Return the one that is certain; nobody when several are (`onlyCertainMatches`)."""
    certain = [candidate for candidate in candidates if candidate.grade == "certain"]
    return certain if len(certain) == 1 else []


def _grade(patient: Slice, traits: Traits) -> Candidate:
    other = get_patient_traits(loads(patient.body))
    likeness = score(traits, other).score
    if {*traits.numbers} & {*other.numbers} and not contradicts(traits, other):
        return Candidate(patient, likeness, "certain")
    return Candidate(patient, likeness, "probable" if likeness >= _PROBABLE else "possible")


def find_same(slices: Iterable[Slice], patient: Json) -> list[Slice]:
    """Return those of `slices` that have every trait of `patient`: the names without case and accents, birth date and gender
    exactly, a national number or, when it has none, the place of birth."""
    return [part for part in slices if _is_same(patient, loads(part.body))]


def _is_same(patient: Json, other: Json) -> bool:
    own_traits, other_traits = get_patient_traits(patient), get_patient_traits(other)
    names = ((own_traits.families, other_traits.families), (own_traits.givens, other_traits.givens))
    if not all({*map(fold, some)} & {*map(fold, others)} for some, others in names):
        return False
    if (own_traits.birth_date, own_traits.gender) != (other_traits.birth_date, other_traits.gender):
        return False
    if own_traits.numbers:
        return bool({*own_traits.numbers} & {*other_traits.numbers})
    return bool(list_birth_places(patient) & list_birth_places(other))


def list_birth_places(patient: Json) -> frozenset[str]:
    """Where a Patient was born: the code of the commune, the name of the town."""
    places = [extension.get("valueAddress", {}) for extension in _list_extensions(patient, codes.BIRTH_PLACE_EXTENSION)]
    communes = (
        extension.get("valueCoding", {}).get("code")
        for place in places
        for extension in _list_extensions(place, codes.INSEE_EXTENSION)
    )
    return frozenset(filter(None, [*communes, *(fold(place.get("city", "")) for place in places)]))


def _list_extensions(element: Json, url: str) -> list[Json]:
    return [extension for extension in element.get("extension", ()) if extension.get("url") == url]
