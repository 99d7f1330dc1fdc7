"""Names, addresses and telecoms (https://hl7.org/fhir/R4/datatypes.html)."""

from __future__ import annotations

from collections.abc import Iterable

from fhir_profiles import codes
from hub.domain.referral import Address, Name, Telecom
from hub.mapping.shape import Json, build_coding, build_extension, compact

_ADDRESS_USES = frozenset({"home", "work", "temp", "old", "billing"})
_TELECOM_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
_TELECOM_USES = frozenset({"home", "work", "temp", "old", "mobile"})


def build_human_name(name: Name) -> Json:
    """A HumanName without its use; {} without family and given names: a title alone names nobody."""
    said = compact(family=name.family, given=name.given)
    return {**said, **compact(prefix=[name.prefix])} if said else {}


def build_person_names(names: Iterable[Name]) -> list[Json]:
    """The birth identity (`official`) when given, then always a `usual` name: the extract `identity.usual` lives on
    it.

    A usual name that the sender left out, or gave in part, is completed from the birth identity: its family name, its
    first given name (`docs/domain.md` §2.8, *INS traits*: the first birth given name is the one in use by default).
    """
    given = list(names)
    official = next((n for n in given if n.use == "official" and build_human_name(n)), None)
    usual = next((n for n in given if n.use != "official" and build_human_name(n)), None)
    birth = official or Name()
    family, first = (usual.family if usual else ""), (usual.given if usual else ())
    used = Name(family or birth.family, first or birth.given[:1], prefix=usual.prefix if usual else birth.prefix)
    made = []
    if official:
        acts = build_extension(codes.BIRTH_GIVEN_EXTENSION, valueString=" ".join(official.given))
        made.append(compact(extension=[acts], use="official", **build_human_name(Name(birth.family, birth.given))))
    if build_human_name(used):
        made.append(compact(use="usual", **build_human_name(used)))
    return made


def build_relative_names(names: Iterable[Name]) -> list[Json]:
    """Every name of a relative or professional, with its use."""
    return [
        compact(use=n.use if n.use in ("official", "usual") else "", **build_human_name(n))
        for n in names
        if build_human_name(n)
    ]


def format_full_name(names: Iterable[Name]) -> str:
    """The first name as people write it: `Dr Anne Martin`; "" when there is none."""
    for name in names:
        if build_human_name(name):
            return " ".join(" ".join([name.prefix, *name.given, name.family]).split())
    return ""


def build_addresses(found: Iterable[Address]) -> list[Json]:
    """Where one lives or can be found; the birth place is `build_birth_place`'s."""
    made = []
    for address in found:
        place = _format_place(address)
        if place and address.use != "birth":
            made.append(compact(use=address.use if address.use in _ADDRESS_USES else "", **place))
    return made


def build_birth_place(found: Iterable[Address]) -> Json:
    """The `patient-birthPlace` extension with the INSEE code of the commune (FR Core); {} when unknown."""
    for address in found:
        if address.use == "birth":
            insee = build_extension(codes.INSEE_EXTENSION, valueCoding=build_coding(codes.COMMUNE, address.insee))
            return build_extension(
                codes.BIRTH_PLACE_EXTENSION, valueAddress=compact(extension=[insee], **_format_place(address))
            )
    return {}


def build_telecoms(found: Iterable[Telecom]) -> list[Json]:
    """Contact points; each has a system, as cpt-2 asks."""
    return [
        compact(
            system=telecom.system if telecom.system in _TELECOM_SYSTEMS else "other",
            value=telecom.value,
            use=telecom.use if telecom.use in _TELECOM_USES else "",
        )
        for telecom in found
        if telecom.value.strip()
    ]


def _format_place(address: Address) -> Json:
    return compact(line=address.lines, city=address.city, postalCode=address.postal_code, country=address.country)
