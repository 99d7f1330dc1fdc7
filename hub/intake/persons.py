"""Whom a message is about: someone whom the record knows, or a newcomer whom the desk may have to compare.

A qualified INS that the record has identifies that person, unless the rest of the identity contradicts it. A name, however
alike, never does: it makes a proposal that only the desk sees (`docs/domain.md` §2.8 and §5.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_profiles import codes
from hub.domain import matching
from hub.domain.errors import Invalid
from hub.domain.matching import Likeness, Traits
from hub.domain.referral import Identifier, Person
from hub.mapping.context import Context
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


def find_known(person: Person, lookup: Lookup) -> str:
    """Return the one person in the record who has this qualified INS and whom nothing contradicts, or ""."""
    patients = list(
        dict.fromkeys(
            patient
            for number in _list_qualified_ins(person)
            for patient in lookup.find_by_ins(number.system, number.value)
        )
    )
    if len(patients) != 1:
        return ""
    return "" if _is_contradicted(person, patients[0], lookup) else patients[0]


def find_followed(person: Person, source: str, lookup: Lookup) -> list[str]:
    """Return the followed persons whom a hospital's notice may be about: by qualified INS, else by the hospital's own
    number."""
    known = find_known(person, lookup)
    if known:
        return [known] if lookup.is_followed(known) else []
    patients = [
        patient
        for system, value in _list_own_numbers(person, source)
        for patient in lookup.find_by_own_number(system, value)
    ]
    return [
        patient
        for patient in dict.fromkeys(patients)
        if lookup.is_followed(patient) and not _is_contradicted(person, patient, lookup)
    ]


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


def add_identifiers(patient: Mapping[str, Any], person: Person, context: Context) -> dict[str, Any] | None:
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
