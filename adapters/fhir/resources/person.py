"""Patient → Person; RelatedPerson and Patient.contact → Relative (FR Core: `docs/domain.md` §2.8)."""

from __future__ import annotations

from dataclasses import replace

from adapters.births import is_plausible_birth
from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Library
from adapters.fhir.resources.demand import Subject
from hub.domain.referral.datatypes import Address, Code, Name
from hub.domain.referral.people import Person, Relative

GENDERS = frozenset({"male", "female", "other", "unknown"})
_STATUSES = frozenset({"PROV", "VALI", "QUAL", "RECUP"})
# v2-0131, HL7 RoleClass and FR Core contact roles. K and, in the French TRE_R260, NOK is the personne de confiance.
_ROLES = {
    "C": "emergency", "ECON": "emergency", "N": "next-of-kin", "NOK": "next-of-kin", "K": "trusted",
    "CAREGIVER": "caregiver", "GUARD": "guardian", "GRD": "guardian", "GUADLTM": "guardian", "CURTL": "guardian",
    "SVG": "guardian", "GUARANT": "guarantor",
}  # fmt: skip
_FRENCH_ROLES = "TRE_R260"


def read_person(library: Library, subject: Subject) -> Person:
    """Read the Person whom the demand is about. A problem is noted when there is neither name nor identifier."""
    if subject.entry is None:
        return _read_identifier_alone(subject)
    node = library.use(subject.entry)
    if node.peek("active") is True:
        node.ignore("active")
    birth, death = _read_plausible_dates(node, library.sent_on)
    person = Person(
        names=dt.read_names(node.children("name")),
        identifiers=dt.read_identifiers(node.children("identifier")),
        birth_date=birth,
        gender=node.code("gender", GENDERS),
        addresses=_read_birth_place(node) + dt.read_addresses(node.children("address")),
        telecoms=dt.read_telecoms(node.children("telecom")),
        identity_status=_read_identity_status(node),
        marital_status=dt.read_concept(node.child("maritalStatus")),
        language=_read_language(node),
        deceased=death,
        birth_rank=node.number("multipleBirthInteger"),
    )
    if not person.names and not person.identifiers:
        node.report("name", "required-missing")
    return person


def read_relatives(library: Library, subject: Subject) -> tuple[Relative, ...]:
    """Read those close to the person: the RelatedPersons of the message, then the contacts of the Patient."""
    relatives = []
    for entry in library.list_entries("RelatedPerson"):
        if subject.owns(entry):
            node = library.use(entry)
            if node.peek("active") is True:
                node.ignore("active")
            relative = _read_relative(node, node.children("name"), node.children("address"))
            languages = [concept for item in node.children("communication") if (concept := item.child("language"))]
            relatives.append(
                replace(
                    relative,
                    identifiers=dt.read_identifiers(node.children("identifier")),
                    birth_date=node.date("birthDate"),
                    languages=dt.read_concepts(languages),
                )
            )
    for node in subject.entry.node.children("contact") if subject.entry is not None else []:
        name, address = node.child("name"), node.child("address")
        relatives.append(_read_relative(node, [name] if name else [], [address] if address else []))
    return tuple(relatives)


def _read_relative(node: Node, names: list[Node], addresses: list[Node]) -> Relative:
    concepts = dt.read_concepts(node.children("relationship"))
    every = [code for concept in concepts for code in (concept, *concept.others)]
    # What ties the person and the relative comes first; a role, such as the trusted person, is written besides.
    ties = sorted(concepts, key=lambda concept: bool(_get_role(concept)))
    for concept in node.children("relationship")[2:] if len(ties) > 2 else ():
        concept.forget()
    start, end = dt.read_period(node.child("period"))
    return Relative(
        names=dt.read_names(names),
        relationship=next(iter(ties), None),
        contact_role=next(iter(ties[1:]), None),
        roles=tuple(dict.fromkeys(role for role in map(_get_role, every) if role)),
        telecoms=dt.read_telecoms(node.children("telecom")),
        addresses=dt.read_addresses(addresses),
        gender=node.code("gender", GENDERS),
        start=start,
        end=end,
    )


def _get_role(code: Code) -> str:
    if code.code == "NOK" and _FRENCH_ROLES in code.system:
        return "trusted"
    return _ROLES.get(code.code, "")


def _read_identifier_alone(subject: Subject) -> Person:
    identifier = dt.read_identifier(subject.reference.child("identifier"))
    name = Name(subject.reference.text("display"))
    return Person(names=(name,), identifiers=(identifier,) if identifier is not None else ())


def _read_birth_place(node: Node) -> tuple[Address, ...]:
    extension = node.extension("patient-birthPlace", "birthPlace")
    place = extension.child("valueAddress") if extension is not None else None
    return (dt.read_address(place, use="birth"),) if place is not None else ()


def _read_identity_status(node: Node) -> str:
    reliability = node.extension("fr-core-identity-reliability", "fr-core-patient-ident-reliability")
    status = reliability.extension("identityStatus", "identityReliability") if reliability is not None else None
    code = status.child("valueCoding") if status is not None else None
    value = code.text("code") if code is not None else ""
    if code is not None:
        code.ignore("system")
    return value if value in _STATUSES else ""


def _read_language(node: Node) -> Code | None:
    """Read the preferred language, else the first; the others are not read."""
    languages = node.children("communication")
    chosen = next((item for item in languages if item.peek("preferred") is True), languages[0] if languages else None)
    if chosen is None:
        return None
    chosen.flag("preferred")
    return dt.read_concept(chosen.child("language"))


def _read_plausible_dates(node: Node, sent_on: str) -> tuple[str, str]:
    """Return the birth date and `deceased`: a time, `true`, `false` or "". A birth before 1900 or after the message, and a death
    before the birth, are left out, and the sender is told."""
    birth, death, flag = node.date("birthDate"), node.date("deceasedDateTime"), node.flag("deceasedBoolean")
    if birth and not is_plausible_birth(birth, sent_on):
        node.leave("birthDate")
        node.reading.warn("implausible-date", f"{node.where}.birthDate")
        birth = ""
    if birth and death and death[: len(birth)] < birth[: len(death)]:
        node.leave("deceasedDateTime")
        node.reading.warn("implausible-date", f"{node.where}.deceasedDateTime")
        return birth, "true"
    return birth, death or ({True: "true", False: "false"}[flag] if flag is not None else "")
