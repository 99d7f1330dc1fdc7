"""The datatypes of a referral, whatever format it came in: codes, numbers, names, addresses. Frozen, no FHIR."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """A coded notion: `system` is a URI ("" when the sender gave none), `text` what the sender wrote. `others`: the same notion
    in other code systems, in the sender's order. `display`: what the code is called, if the text says something else."""

    code: str = ""
    system: str = ""
    text: str = ""
    others: tuple[Code, ...] = ()
    display: str = ""


@dataclass(frozen=True)
class Identifier:
    """`kind`: INS (matricule, NIR or NIA), NIR (not qualified), PI (local), AN, VN, PLAC, FILL, RPPS, IDNPS, FINESS,
    SIRET, ADELI, CAF, XX (other). `system`: URI (`urn:oid:…` or a FHIR system). `assigner`: name of who gave it.
    `start`, `end`: dates between which it holds."""

    value: str
    kind: str = "XX"
    system: str = ""
    assigner: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Name:
    """`use`: `official` (birth identity) or `usual`."""

    family: str = ""
    given: tuple[str, ...] = ()
    use: str = "usual"
    prefix: str = ""
    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Address:
    """`use`: home, temp, work, old, or `birth` for the birth place, whose INSEE code is `insee`."""

    lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""
    insee: str = ""
    use: str = "home"
    state: str = ""


@dataclass(frozen=True)
class Telecom:
    """`system`: phone, email, fax, other. `use`: home, work, mobile."""

    value: str
    system: str = "phone"
    use: str = ""
