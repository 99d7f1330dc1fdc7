"""Who of some Patients may be the one that is sought: grades for the desk, sameness for the others. Pure.

The grades are those of https://hl7.org/fhir/R4/valueset-match-grade.html; what is not even possible is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from fhir_profiles import codes
from hub.domain.matching import ALIKE, Traits, contradicts, fold, score
from hub.fhir import loads
from hub.intake.persons import get_patient_traits
from hub.record.read.slice import Slice

Json = dict[str, Any]

# From here on only a slip of the pen can separate two identities (`hub.domain.matching`: a shared national number).
_PROBABLE = 85.0


class Candidate(NamedTuple):
    """`score`: from 0 to 100."""

    found: Slice
    score: float
    grade: str


def grade_candidates(found: Iterable[Slice], traits: Traits) -> list[Candidate]:
    """Those of `found` who may be the person of `traits`, the best first."""
    candidates = (_graded(one, traits) for one in found)
    likely = (one for one in candidates if one.score >= ALIKE)
    return sorted(likely, key=lambda one: (one.grade != "certain", -one.score, one.found.name))


def only_certain(candidates: list[Candidate]) -> list[Candidate]:
    """The one that is certain; nobody when several are (`onlyCertainMatches`)."""
    certain = [one for one in candidates if one.grade == "certain"]
    return certain if len(certain) == 1 else []


def _graded(found: Slice, traits: Traits) -> Candidate:
    other = get_patient_traits(loads(found.body))
    likeness = score(traits, other).score
    if {*traits.numbers} & {*other.numbers} and not contradicts(traits, other):
        return Candidate(found, likeness, "certain")
    return Candidate(found, likeness, "probable" if likeness >= _PROBABLE else "possible")


def same(found: Iterable[Slice], sought: Json) -> list[Slice]:
    """Those of `found` who have every trait of the Patient `sought`: the names without case and accents, birth date and
    gender to the letter, a national number or, when none is given, the place of birth."""
    return [one for one in found if _is_same(loads(one.body), sought)]


def _is_same(patient: Json, sought: Json) -> bool:
    mine, theirs = get_patient_traits(sought), get_patient_traits(patient)
    names = ((mine.families, theirs.families), (mine.givens, theirs.givens))
    return (
        all({*map(fold, some)} & {*map(fold, others)} for some, others in names)
        and (mine.birth_date, mine.gender) == (theirs.birth_date, theirs.gender)
        and bool({*mine.numbers} & {*theirs.numbers} if mine.numbers else birth_places(sought) & birth_places(patient))
    )


def birth_places(patient: Json) -> frozenset[str]:
    """What a Patient says of where the person was born: the code of the commune, the name of the town."""
    found = [one.get("valueAddress", {}) for one in _under(patient, codes.BIRTH_PLACE_EXTENSION)]
    communes = (
        one.get("valueCoding", {}).get("code") for place in found for one in _under(place, codes.INSEE_EXTENSION)
    )
    return frozenset(filter(None, [*communes, *(fold(place.get("city", "")) for place in found)]))


def _under(element: Json, url: str) -> list[Json]:
    return [one for one in element.get("extension", ()) if one.get("url") == url]
