"""Identifiers and their types. An INS is one only under a qualified identity (`docs/domain.md` §2.8)."""

from __future__ import annotations

from collections.abc import Iterable

from fhir_profiles import codes
from hub.domain.referral.datatypes import Identifier
from hub.mapping.context import MappingContext
from hub.mapping.shape import Json, build_concept, build_period, build_reference, compact

_TYPES = frozenset({"PI", "AN", "VN", "PLAC", "FILL", "XX"})
_RPPS_DIGITS = 11


def build_person_identifiers(
    numbers: Iterable[Identifier], identity_status: str, context: MappingContext
) -> list[Json]:
    """Return a person's identifiers. A matricule under QUAL is the INS, official. Otherwise it is a number that the sender holds:
    type NH in a system of ours, `use` temp, never the INS system, so that nothing can take it for an INS. Every number but the
    INS names its holder as assigner (`docs/parts.md` 6)."""
    built = [
        _build_ins(number) if _is_ins(number, identity_status) else _build_held_number(number, context)
        for number in numbers
        if number.value.strip()
    ]
    return [identifier for identifier in built if identifier]


def build_demand_identifiers(
    placer: Identifier | None, filler: Identifier | None, context: MappingContext
) -> list[Json]:
    """Return the sender's and the filler's numbers of the demand, with the types PLAC and FILL (`docs/loop.md` D6.3)."""
    return [
        build_local_identifier(number, kind, context)
        for kind, number in (("PLAC", placer), ("FILL", filler))
        if number and number.value.strip()
    ]


def build_local_identifier(number: Identifier, kind: str, context: MappingContext) -> Json:
    """Return a number that has a meaning at its holder, in its own system or in one named after the source."""
    return compact(
        type=build_concept(codes.IDENTIFIER_TYPE, kind),
        system=number.system or f"{codes.SOURCE_NUMBERS}{context.source}/{kind.lower()}",
        value=number.value,
        period=build_period(number.start, number.end),
        assigner=build_reference(context.requester, number.assigner),
    )


def format_professional_token(numbers: Iterable[Identifier]) -> tuple[str, str] | None:
    """Return (system, value) of a professional's national number, or None. An IDNPS is a prefix and a number: 8 for RPPS,
    0 for ADELI (`docs/domain.md` §2.8)."""
    for number in numbers:
        value = number.value.strip()
        if not value:
            continue
        if number.kind == "IDNPS" and value[0] == "8" and len(value) == _RPPS_DIGITS + 1:
            return codes.RPPS, value[1:]
        if number.kind == "IDNPS" and value[0] == "0" and len(value) > 1:
            return codes.ADELI, value[1:]
        if number.kind in ("RPPS", "ADELI", "IDNPS"):
            system = {"RPPS": codes.RPPS, "ADELI": codes.ADELI, "IDNPS": codes.OID_IDNPS}[number.kind]
            return system, value
    return None


def format_structure_token(numbers: Iterable[Identifier]) -> tuple[str, str] | None:
    """Return (system, value) of an organisation's FINESS or SIRET, or None."""
    for number in numbers:
        if number.kind in ("FINESS", "SIRET") and number.value.strip():
            return (codes.FINESS if number.kind == "FINESS" else codes.SIRET), number.value.strip()
    return None


def _is_ins(number: Identifier, identity_status: str) -> bool:
    return number.kind == "INS" and identity_status == "QUAL" and number.system in codes.INS_TYPES


def _build_ins(number: Identifier) -> Json:
    kind = build_concept(codes.FR_IDENTIFIER_TYPE, codes.INS_TYPES[number.system])
    period = build_period(number.start, number.end)
    return compact(use="official", type=kind, system=number.system, value=number.value, period=period)


def _build_held_number(number: Identifier, context: MappingContext) -> Json:
    holder = build_reference(context.requester, number.assigner)
    period = build_period(number.start, number.end)
    if number.kind in ("INS", "NIR"):
        kind = build_concept(codes.IDENTIFIER_TYPE, "NH")
        return compact(
            use="temp", type=kind, system=codes.UNQUALIFIED_NIR, value=number.value, period=period, assigner=holder
        )
    if number.kind == "CAF":
        kind = build_concept(codes.IDENTIFIER_TYPE, "MB", text="CAF")
        return compact(type=kind, system=number.system or codes.CAF, value=number.value, period=period, assigner=holder)
    return build_local_identifier(number, number.kind if number.kind in _TYPES else "XX", context)
