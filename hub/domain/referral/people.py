"""The people of a referral: the person, relatives, professionals. Frozen, no FHIR."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.referral.datatypes import Address, Code, Identifier, Name, Telecom


@dataclass(frozen=True)
class Person:
    """Whom it is about. `identity_status`: PROV, VALI, QUAL, RECUP or "" (docs/domain.md §2.8); the INS counts as
    qualified only under QUAL. `gender`: male, female, other, unknown or "". `known_as`: the Patient that an agent of the desk
    chose on a page; no format that comes from outside has it."""

    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    birth_date: str = ""
    gender: str = ""
    addresses: tuple[Address, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    identity_status: str = ""
    marital_status: Code | None = None
    language: Code | None = None
    deceased: str = ""
    birth_rank: str = ""
    known_as: str = ""


@dataclass(frozen=True)
class Relative:
    """Someone close, or an association. `relationship`, `contact_role`: as coded by the sender. `roles`: emergency,
    next-of-kin, trusted (personne de confiance), caregiver, guardian, guarantor. `organisation`: its name. `start`, `end`: dates
    between which it holds."""

    names: tuple[Name, ...] = ()
    relationship: Code | None = None
    roles: tuple[str, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    addresses: tuple[Address, ...] = ()
    organisation: str = ""
    identifiers: tuple[Identifier, ...] = ()
    gender: str = ""
    birth_date: str = ""
    languages: tuple[Code, ...] = ()
    start: str = ""
    end: str = ""
    contact_role: Code | None = None


@dataclass(frozen=True)
class Professional:
    """`function`: referring, referred-to, primary (médecin traitant), attending, requester, referent,
    consulting, admitting, laboratory, other. `organisation`: its
    name as written, `organisation_identifiers` FINESS or SIRET."""

    function: str
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    profession: Code | None = None
    organisation: str = ""
    organisation_identifiers: tuple[Identifier, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    addresses: tuple[Address, ...] = ()
