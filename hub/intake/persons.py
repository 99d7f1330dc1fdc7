"""Who a message is about: someone whom the record knows, or someone new whom the desk may have to compare.

A qualified INS that the record has is that person, unless the rest of the identity contradicts it. A name, however
alike, never is: it makes a proposal that only the desk sees (domain.md §2.8 and §5.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_profiles import codes
from hub.domain import matching
from hub.domain.matching import Likeness, Traits
from hub.domain.referral import Identifier, Person
from hub.mapping.context import Context
from hub.mapping.identifiers import person_identifiers
from hub.record.admission.lookup import Lookup

MOST_PROPOSED = 5
_UNIQUE = frozenset({*codes.INS_TYPES, codes.UNQUALIFIED_NIR})


@dataclass(frozen=True)
class Alike:
    """Someone in the record who may be the newcomer."""

    patient: str
    likeness: Likeness


def known(person: Person, lookup: Lookup) -> str:
    """The one person in the record who bears this qualified INS and whom nothing contradicts, or ""."""
    found = list(
        dict.fromkeys(name for number in _qualified(person) for name in lookup.by_ins(number.system, number.value))
    )
    if len(found) != 1:
        return ""
    return "" if matching.contradicts(told(person), recorded(lookup.whole(found[0]))) else found[0]


def followed(person: Person, source: str, lookup: Lookup) -> list[str]:
    """The followed persons whom a hospital's notice may be about: by qualified INS, else by the hospital's own number."""
    by_ins = known(person, lookup)
    if by_ins:
        return [by_ins] if lookup.is_followed(by_ins) else []
    found = [name for system, value in _own_numbers(person, source) for name in lookup.by_own_number(system, value)]
    return [
        name
        for name in dict.fromkeys(found)
        if lookup.is_followed(name) and not matching.contradicts(told(person), recorded(lookup.whole(name)))
    ]


def alike(person: Person, lookup: Lookup) -> list[Alike]:
    """Whom the desk should compare with a newcomer, the most alike first."""
    traits = told(person)
    numbers = (*traits.phones, *traits.numbers, *(phone.value for phone in person.telecoms))
    candidates = lookup.lookalikes(traits.families, traits.birth_date, numbers)
    scored = [Alike(f"Patient/{one['id']}", matching.score(traits, recorded(one))) for one in candidates]
    likely = [one for one in scored if one.likeness.score >= matching.ALIKE]
    return sorted(likely, key=lambda one: (-one.likeness.score, one.patient))[:MOST_PROPOSED]


def with_numbers(patient: Mapping[str, Any], person: Person, context: Context) -> dict[str, Any] | None:
    """The known `patient` with the numbers under which the sender knows it, or None when it has them all already.

    So the sender finds its own numbers on the person, as it does on one that it brought itself."""
    has = {(number.get("system"), number.get("value"), _holder(number)) for number in patient.get("identifier", ())}
    new = [
        number
        for number in person_identifiers(person.identifiers, person.identity_status, context)
        if _holder(number) and (number.get("system"), number.get("value"), _holder(number)) not in has
    ]
    return {**patient, "identifier": [*patient.get("identifier", ()), *new]} if new else None


def told(person: Person) -> Traits:
    """The traits of a person in a message."""
    return Traits(
        families=tuple(name.family for name in person.names if name.family),
        givens=tuple(" ".join(name.given) for name in person.names if name.given),
        birth_date=person.birth_date,
        gender=person.gender,
        phones=tuple(telecom.value for telecom in person.telecoms if telecom.system == "phone"),
        numbers=tuple(number.value for number in person.identifiers if number.kind in ("INS", "NIR")),
    )


def recorded(patient: Mapping[str, Any]) -> Traits:
    """The traits of a Patient."""
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


def _qualified(person: Person) -> Iterable[Identifier]:
    """Those by which the mapping, too, calls a number the INS."""
    if person.identity_status != "QUAL":
        return ()
    return (number for number in person.identifiers if number.kind == "INS" and number.system in codes.INS_TYPES)


def _own_numbers(person: Person, source: str) -> Iterator[tuple[str, str]]:
    for number in person.identifiers:
        if number.kind == "PI" and number.value.strip():
            yield number.system or f"{codes.SOURCE_NUMBERS}{source}/pi", number.value


def _holder(number: Mapping[str, Any]) -> str:
    return str(number.get("assigner", {}).get("reference", ""))
