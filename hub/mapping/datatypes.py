"""Names, addresses and telecoms (https://hl7.org/fhir/R4/datatypes.html)."""

from __future__ import annotations

from collections.abc import Iterable

from fhir_profiles import codes
from hub.domain.referral.datatypes import Address, Name, Telecom
from hub.mapping.shape import Json, build_coding, build_extension, compact

_ADDRESS_USES = frozenset({"home", "work", "temp", "old", "billing"})
_TELECOM_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
_TELECOM_USES = frozenset({"home", "work", "temp", "old", "mobile"})


def build_human_name(name: Name) -> Json:
    """Return a HumanName without its use; {} without family and given names, for a title alone names nobody."""
    names = compact(family=name.family, given=name.given)
    return {**names, **compact(prefix=[name.prefix], suffix=name.suffixes)} if names else {}


def build_person_names(names: Iterable[Name]) -> list[Json]:
    """Return the birth identity (`official`) when there is one, then a `usual` name, which the extract `identity.usual` needs,
    then any further ones.

    A usual name that the sender left out, or gave in part, is completed from the birth identity: its family name, its
    first given name (`docs/domain.md` §2.8, *INS traits*: the first birth given name is the one in use by default).
    """
    all_names = list(names)
    official = next((n for n in all_names if n.use == "official" and build_human_name(n)), None)
    usual = next((n for n in all_names if n.use != "official" and build_human_name(n)), None)
    birth = official or Name()
    family, first = (usual.family if usual else ""), (usual.given if usual else ())
    used = Name(
        family or birth.family,
        first or birth.given[:1],
        prefix=usual.prefix if usual else birth.prefix,
        suffixes=(usual or birth).suffixes,
    )
    built = []
    if official:
        birth_given = build_extension(codes.BIRTH_GIVEN_EXTENSION, valueString=" ".join(official.given))
        built.append(compact(extension=[birth_given], use="official", **build_human_name(birth)))
    if build_human_name(used):
        built.append(compact(use="usual", **build_human_name(used)))
    further = (name for name in all_names if name is not official and name is not usual and build_human_name(name))
    return built + [compact(use=name.use, **build_human_name(name)) for name in further]


def build_relative_names(names: Iterable[Name]) -> list[Json]:
    """Return every name of a relative or professional, with its use."""
    return [
        compact(use=n.use if n.use in ("official", "usual") else "", **build_human_name(n))
        for n in names
        if build_human_name(n)
    ]


def format_full_name(names: Iterable[Name]) -> str:
    """Return the first name as people write it, `Dr Anne Martin`; "" without any."""
    for name in names:
        if build_human_name(name):
            return " ".join(" ".join([name.prefix, *name.given, name.family, *name.suffixes]).split())
    return ""


def build_addresses(addresses: Iterable[Address]) -> list[Json]:
    """Return the addresses, without the birth place (`build_birth_place`)."""
    built = []
    for address in addresses:
        place = _build_place(address)
        if place and address.use != "birth":
            built.append(compact(use=address.use if address.use in _ADDRESS_USES else "", **place))
    return built


def build_birth_place(addresses: Iterable[Address]) -> Json:
    """Return the `patient-birthPlace` extension with the INSEE code of the commune (FR Core); {} when unknown."""
    for address in addresses:
        if address.use == "birth":
            insee = build_extension(codes.INSEE_EXTENSION, valueCoding=build_coding(codes.COMMUNE, address.insee))
            return build_extension(
                codes.BIRTH_PLACE_EXTENSION, valueAddress=compact(extension=[insee], **_build_place(address))
            )
    return {}


def build_telecoms(telecoms: Iterable[Telecom]) -> list[Json]:
    """Return the contact points; each has a system, as cpt-2 requires."""
    return [
        compact(
            system=telecom.system if telecom.system in _TELECOM_SYSTEMS else "other",
            value=telecom.value,
            use=telecom.use if telecom.use in _TELECOM_USES else "",
        )
        for telecom in telecoms
        if telecom.value.strip()
    ]


def _build_place(address: Address) -> Json:
    return compact(
        line=address.lines,
        city=address.city,
        state=address.state,
        postalCode=address.postal_code,
        country=address.country,
    )
