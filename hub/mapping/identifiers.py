"""Which number may be called what. The INS circulates as the INS under a qualified identity only (`docs/domain.md` §2.8)."""

from __future__ import annotations

from collections.abc import Iterable

from fhir_profiles import codes
from hub.domain.referral import Identifier
from hub.mapping.context import Context
from hub.mapping.shape import Json, build_concept, build_reference, compact

_TYPES = frozenset({"PI", "AN", "VN", "PLAC", "FILL", "XX"})
_RPPS_DIGITS = 11


def build_person_identifiers(found: Iterable[Identifier], identity_status: str, context: Context) -> list[Json]:
    """A person's identifiers. A matricule under QUAL is the INS, official. Otherwise it is only a number that the
    sender holds: type NH in a system of ours, `use` temp, never the INS system, so that no exit can pass it for an
    INS. Every number but the INS names its holder as assigner (`docs/parts.md` 6)."""
    made = [_build_ins(i) if _is_ins(i, identity_status) else _held(i, context) for i in found if i.value.strip()]
    return [identifier for identifier in made if identifier]


def build_demand_identifiers(placer: Identifier | None, filler: Identifier | None, context: Context) -> list[Json]:
    """The sender's and the filler's numbers of the demand, typed PLAC and FILL (`docs/loop.md` D6.3)."""
    return [
        build_local_identifier(number, kind, context)
        for kind, number in (("PLAC", placer), ("FILL", filler))
        if number and number.value.strip()
    ]


def build_local_identifier(number: Identifier, kind: str, context: Context) -> Json:
    """A number that means something at its holder: its own system, else one named after the source."""
    return compact(
        type=build_concept(codes.IDENTIFIER_TYPE, kind),
        system=number.system or f"{codes.SOURCE_NUMBERS}{context.source}/{kind.lower()}",
        value=number.value,
        assigner=build_reference(context.requester, number.assigner),
    )


def format_professional_token(found: Iterable[Identifier]) -> tuple[str, str] | None:
    """(system, value) of a professional's national number, or None. An IDNPS is a prefix and a number: 8 for RPPS,
    0 for ADELI (`docs/domain.md` §2.8)."""
    for number in found:
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


def format_structure_token(found: Iterable[Identifier]) -> tuple[str, str] | None:
    """(system, value) of an organisation's FINESS or SIRET, or None."""
    for number in found:
        if number.kind in ("FINESS", "SIRET") and number.value.strip():
            return (codes.FINESS if number.kind == "FINESS" else codes.SIRET), number.value.strip()
    return None


def _is_ins(number: Identifier, identity_status: str) -> bool:
    return number.kind == "INS" and identity_status == "QUAL" and number.system in codes.INS_TYPES


def _build_ins(number: Identifier) -> Json:
    kind = build_concept(codes.FR_IDENTIFIER_TYPE, codes.INS_TYPES[number.system])
    return compact(use="official", type=kind, system=number.system, value=number.value)


def _held(number: Identifier, context: Context) -> Json:
    holder = build_reference(context.requester, number.assigner)
    if number.kind in ("INS", "NIR"):
        kind = build_concept(codes.IDENTIFIER_TYPE, "NH")
        return compact(use="temp", type=kind, system=codes.UNQUALIFIED_NIR, value=number.value, assigner=holder)
    if number.kind == "CAF":
        kind = build_concept(codes.IDENTIFIER_TYPE, "MB", text="CAF")
        return compact(type=kind, system=number.system or codes.CAF, value=number.value, assigner=holder)
    return build_local_identifier(number, number.kind if number.kind in _TYPES else "XX", context)
