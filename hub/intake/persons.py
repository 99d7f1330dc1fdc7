"""Whom a message is about: someone whom the record knows, or a newcomer whom the desk may have to compare.

A qualified INS that the record has identifies that person, unless the rest of the identity contradicts it. A name, however
alike, never does: it makes a proposal that only the desk sees (`docs/domain.md` §2.8 and §5.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_profiles import codes
from hub.domain import matching
from hub.domain.errors import Invalid
from hub.domain.matching import Likeness, Traits
from hub.domain.referral.datatypes import Identifier
from hub.domain.referral.people import Person
from hub.mapping.context import MappingContext
from hub.mapping.identifiers import build_person_identifiers
from hub.record.admission.lookup import Lookup

MAX_CANDIDATES = 5
_TEST_SYSTEMS = frozenset({codes.OID_INS_TEST, codes.OID_INS_DEMO})
_UNIQUE = frozenset({*codes.INS_TYPES, codes.UNQUALIFIED_NIR})


@dataclass(frozen=True)
class Candidate:
    """Someone in the record who may be the newcomer."""

    patient: str
    likeness: Likeness


def check_test_identity(person: Person, place: str) -> None:
    """Raise Invalid `ins-test` at `place` for an identity of the national test range (`docs/domain.md` §2.8)."""
    if any(number.system in _TEST_SYSTEMS for number in person.identifiers):
        raise Invalid("ins-test", where=place)


def find_person(person: Person, source: str, lookup: Lookup) -> str:
    """Return the person whom a demand is about, or "" for a new one (`docs/parts.md` 25).

    First whom the sender was told of under the same INS, then under the same number of the same source, and whom its own
    earlier words do not contradict. For an INS that it never sent: the one bearer whom nothing contradicts. So whether two
    demands of a sender are about the same person follows from what that sender itself sent."""
    traits = get_traits(person)
    ins = [(number.system, number.value) for number in _list_qualified_ins(person)]
    own = list(_list_own_numbers(person, source))
    if patient := _find_among_told(traits, [*ins, *own], lookup):
        return patient
    if any(lookup.list_told(system, value) for system, value in ins):
        return ""
    return _find_bearer(person, ins, lookup) or _find_of_old(person, own, lookup)


def find_told(person: Person, source: str, lookup: Lookup) -> str:
    """Return the person whom the sender was told of under one of the numbers of a message, and whom its own earlier words do not
    contradict, or ""."""
    return _find_among_told(get_traits(person), list_numbers(person, source), lookup)


def _find_among_told(traits: Traits, numbers: Iterable[tuple[str, str]], lookup: Lookup) -> str:
    for system, value in numbers:
        for told_person in lookup.list_told(system, value):
            if not matching.contradicts(traits, told_person.traits):
                return told_person.patient
    return ""


def list_numbers(person: Person, source: str) -> list[tuple[str, str]]:
    """Return the numbers, as (system, value), under which a sender is told of a person: INS and its source's own."""
    return [(number.system, number.value) for number in _list_qualified_ins(person)] + list(
        _list_own_numbers(person, source)
    )


def list_conflicts(person: Person, patient: str, lookup: Lookup) -> list[Candidate]:
    """Return whom the desk should compare with `patient`, because the record has another identity for what a demand says of
    the person: the other bearers of the INS, and the person itself where the demand contradicts it."""
    bearers = [
        bearer
        for number in _list_qualified_ins(person)
        for bearer in lookup.find_by_ins(number.system, number.value)
        if bearer != patient
    ]
    own = [patient] if _is_contradicted(person, patient, lookup) else []
    likeness = Likeness(0.0, ("match-same-number", "match-contradicted"))
    return [Candidate(name, likeness) for name in dict.fromkeys([*bearers, *own])][:MAX_CANDIDATES]


def find_followed(person: Person, source: str, lookup: Lookup) -> tuple[str, list[str]]:
    """Return the followed person whom a hospital's notice is about, by qualified INS, else by the hospital's own number; ""
    when there is none. When it is in doubt also return whom it may be about: several agree, or none does."""
    ins = [(number.system, number.value) for number in _list_qualified_ins(person)]
    bearers = [patient for system, value in ins for patient in lookup.find_by_ins(system, value)]
    own = [
        patient
        for system, value in _list_own_numbers(person, source)
        for patient in lookup.find_by_own_number(system, value)
    ]
    for patients in (dict.fromkeys(bearers), dict.fromkeys(own)):
        agreeing = [patient for patient in patients if not _is_contradicted(person, patient, lookup)]
        if len(agreeing) == 1:
            return (agreeing[0], []) if lookup.is_followed(agreeing[0]) else ("", [])
        if patients:
            followed = [patient for patient in agreeing or patients if lookup.is_followed(patient)]
            if len(followed) == 1 and agreeing:
                return followed[0], []
            return "", followed
    return "", []


def _find_bearer(person: Person, ins: Sequence[tuple[str, str]], lookup: Lookup) -> str:
    """Return the one bearer of an INS whom nothing contradicts and of whom the sender was not told under another number.

    Bearers with whom the sender is shown the INS come first. One whom it knows without the INS is passed over: being told that
    the demand is about her would confirm the number. So whether a demand is about somebody whom the sender knows follows from
    what it is shown, and another bearer in the record changes nothing there."""
    patients = list(dict.fromkeys(patient for system, value in ins for patient in lookup.find_by_ins(system, value)))
    slices_by_patient = lookup.read_shown(patients)
    with_ins = [name for name in patients if any(_has_number(patient, ins) for patient in slices_by_patient[name])]
    bearers = with_ins or [name for name in patients if not slices_by_patient[name] and not lookup.is_known(name)]
    if len(bearers) != 1 or _is_contradicted(person, bearers[0], lookup) or lookup.is_told(bearers[0]):
        return ""
    return bearers[0]


def _has_number(patient: Mapping[str, Any], numbers: Iterable[tuple[str, str]]) -> bool:
    own = {(number.get("system"), number.get("value")) for number in patient.get("identifier", ())}
    return not own.isdisjoint(numbers)


def _find_of_old(person: Person, own: Iterable[tuple[str, str]], lookup: Lookup) -> str:
    """Return the person who has one of the sender's own numbers since before the record noted what it told."""
    patients = dict.fromkeys(patient for system, value in own for patient in lookup.find_by_own_number(system, value))
    agreeing = [patient for patient in patients if not _is_contradicted(person, patient, lookup)]
    return agreeing[0] if len(agreeing) == 1 and not lookup.is_told(agreeing[0]) else ""


def find_alike(person: Person, lookup: Lookup) -> list[Candidate]:
    """Return whom the desk should compare with a newcomer, the most alike first."""
    traits = get_traits(person)
    numbers = (*traits.phones, *traits.numbers, *(phone.value for phone in person.telecoms))
    patients = lookup.find_lookalikes(traits.families, traits.birth_date, numbers)
    candidates = [
        Candidate(f"Patient/{patient['id']}", matching.score(traits, get_patient_traits(patient)))
        for patient in patients
    ]
    likely = [candidate for candidate in candidates if candidate.likeness.score >= matching.ALIKE]
    return sorted(likely, key=lambda candidate: (-candidate.likeness.score, candidate.patient))[:MAX_CANDIDATES]


def add_identifiers(patient: Mapping[str, Any], person: Person, context: MappingContext) -> dict[str, Any] | None:
    """Return the known `patient` with the numbers under which the sender knows it, or None when it has them all already.

    So the sender finds its own numbers on the person, as it does on a newcomer."""
    present = {_get_key(number) for number in patient.get("identifier", ())}
    new = [
        number
        for number in build_person_identifiers(person.identifiers, person.identity_status, context)
        if _get_assigner(number) and _get_key(number) not in present
    ]
    return {**patient, "identifier": [*patient.get("identifier", ()), *new]} if new else None


def get_traits(person: Person) -> Traits:
    """Return the traits of a person in a message."""
    return Traits(
        families=tuple(name.family for name in person.names if name.family),
        givens=tuple(" ".join(name.given) for name in person.names if name.given),
        birth_date=person.birth_date,
        gender=person.gender,
        phones=tuple(telecom.value for telecom in person.telecoms if telecom.system == "phone"),
        numbers=tuple(number.value for number in person.identifiers if number.kind in ("INS", "NIR")),
    )


def get_patient_traits(patient: Mapping[str, Any]) -> Traits:
    """Return the traits of a Patient."""
    names, telecoms = patient.get("name", ()), patient.get("telecom", ())
    return Traits(
        families=tuple(name["family"] for name in names if "family" in name),
        givens=tuple(" ".join(name["given"]) for name in names if "given" in name),
        birth_date=patient.get("birthDate", ""),
        gender=patient.get("gender", ""),
        phones=tuple(
            telecom["value"] for telecom in telecoms if telecom.get("system") == "phone" and "value" in telecom
        ),
        numbers=tuple(number["value"] for number in patient.get("identifier", ()) if number.get("system") in _UNIQUE),
    )


def _is_contradicted(person: Person, patient: str, lookup: Lookup) -> bool:
    return matching.contradicts(get_traits(person), get_patient_traits(lookup.read_whole(patient)))


def _list_qualified_ins(person: Person) -> Iterable[Identifier]:
    """Return the numbers that the mapping, too, writes as an INS."""
    if person.identity_status != "QUAL":
        return ()
    return (number for number in person.identifiers if number.kind == "INS" and number.system in codes.INS_TYPES)


def _list_own_numbers(person: Person, source: str) -> Iterator[tuple[str, str]]:
    for number in person.identifiers:
        if number.kind == "PI" and number.value.strip():
            yield number.system or f"{codes.SOURCE_NUMBERS}{source}/pi", number.value


def _get_key(number: Mapping[str, Any]) -> tuple[Any, Any, str]:
    return number.get("system"), number.get("value"), _get_assigner(number)


def _get_assigner(number: Mapping[str, Any]) -> str:
    return str(number.get("assigner", {}).get("reference", ""))
