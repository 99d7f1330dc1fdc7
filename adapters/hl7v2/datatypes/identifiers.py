"""CX, EI, PLN and the identifier inside XCN and XON → Identifier.

Source: HL7 v2.5 §2.A.14 (CX), IHE PAM France (PID-3), ANS: OIDs of the INS, RPPS, FINESS (docs/domain.md §2.8).
"""

from __future__ import annotations

import re

from adapters.hl7v2.datatypes.dates import read_date
from adapters.hl7v2.syntax.er7 import Value
from hub.domain.referral.datatypes import Identifier

INS_OIDS = {f"1.2.250.1.213.1.4.{leaf}" for leaf in (8, 9, 10, 11)}
"""NIR, NIA, and the national test and demonstration ones, which `hub.intake` refuses outside a demo."""
_INS_AUTHORITIES = {"ASIP-SANTE-INS-NIR": "1.2.250.1.213.1.4.8", "ASIP-SANTE-INS-NIA": "1.2.250.1.213.1.4.9"}
_PEOPLE_OID, _PLACES_OID = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"

KINDS = {
    **{kind: kind for kind in ("PI", "AN", "VN", "RPPS", "IDNPS", "FINESS", "SIRET", "ADELI", "CAF", "NIR")},
    "MR": "PI",
    "MRN": "PI",
    "INS": "NIR",  # declared an INS, without the OID of one
    "FINEG": "FINESS",
    "FINEJ": "FINESS",
}
"""Identifier type (table 0203 and its French codes) → the hub's kind."""
_SYSTEMS = {
    "RPPS": "https://rpps.esante.gouv.fr",
    "ADELI": "https://adeli.esante.gouv.fr",
    "IDNPS": f"urn:oid:{_PEOPLE_OID}",
    "FINESS": "https://finess.esante.gouv.fr",
    "SIRET": "https://sirene.fr",
}
_CX_AUTHORITY = 4
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def make_uri(identifier: str, kind: str) -> str:
    """Return HD-2 and HD-3 as a URI; "" for what is not a universal identifier, such as a local number."""
    if kind in ("ISO", "") and _OID.fullmatch(identifier):
        return f"urn:oid:{identifier}"
    if kind in ("UUID", "GUID") and _UUID.fullmatch(identifier):
        return f"urn:uuid:{identifier.lower()}"
    return identifier if kind == "URI" else ""


def read_cx(value: Value, default: str = "XX") -> Identifier | None:
    """Read CX as Identifier: 1 value, 4 assigning authority, 5 type, 7 start, 8 end; `default` is the kind of a CX without
    type."""
    return _read_identifier(value, authority=_CX_AUTHORITY, kind=value.part(5), default=default)


def read_ei(value: Value, kind: str) -> Identifier | None:
    """Read EI as Identifier: 1 value, 2 namespace, 3 and 4 universal id."""
    if not value.part(1):
        return None
    return Identifier(value.part(1), kind, make_uri(value.part(3), value.part(4)), value.part(2))


def read_pln(value: Value) -> Identifier | None:
    """Read PLN as Identifier: 1 value, 2 type, 3 issuer."""
    number = value.part(1)
    if not number:
        return None
    kind = KINDS.get(value.part(2).upper(), "XX")
    if kind in ("RPPS", "IDNPS"):
        return make_professional_id(number, "")
    if kind in ("FINESS", "SIRET"):
        return make_structure_id(number, "")
    return Identifier(number, kind, _SYSTEMS.get(kind, ""), value.part(3))


def read_xcn_id(value: Value) -> Identifier | None:
    """Read XCN as Identifier: 1 value, 9 assigning authority, 13 type."""
    national = value.part(9, 2) == _PEOPLE_OID or value.part(13).upper() in ("RPPS", "IDNPS")
    if value.part(1) and national:
        return make_professional_id(value.part(1), value.part(9))
    return _read_identifier(value, authority=9, kind=value.part(13), default="XX")


def read_xon_id(value: Value) -> Identifier | None:
    """Read XON as Identifier: 10 value (else 3, before v2.5), 6 assigning authority, 7 type."""
    number = value.part(10) or value.part(3)
    if not number:
        return None
    kind = KINDS.get(value.part(7).upper(), "XX")
    if value.part(6, 2) == _PLACES_OID or kind == "FINESS":
        return make_structure_id(number, value.part(6))
    system = _SYSTEMS.get(kind) or make_uri(value.part(6, 2), value.part(6, 3))
    return Identifier(number, kind, system, value.part(6))


def make_professional_id(number: str, assigner: str) -> Identifier:
    """Return an RPPS (11 digits) or an IDNPS (any other form, such as the RPPS after a prefix 8): the form decides,
    because senders confuse the two type codes."""
    kind = "RPPS" if len(number) == 11 and number.isdecimal() else "IDNPS"
    return Identifier(number, kind, _SYSTEMS[kind], assigner)


def make_structure_id(number: str, assigner: str) -> Identifier:
    """Return a FINESS (9 characters, or 10 after the national prefix 1) or a SIRET (14 digits, or 15 after the prefix
    3)."""
    if len(number) == 10 and number[0] == "1":
        number = number[1:]
    kind = "SIRET" if len(number) in (14, 15) else "FINESS"
    if len(number) == 15 and number[0] == "3":
        number = number[1:]
    return Identifier(number, kind, _SYSTEMS[kind], assigner)


def _read_identifier(value: Value, authority: int, kind: str, default: str) -> Identifier | None:
    number, assigner, oid = value.part(1), value.part(authority), value.part(authority, 2)
    if not number:
        return None
    oid = oid if oid in INS_OIDS else _INS_AUTHORITIES.get(assigner, oid)
    start, end = (read_date(value, 7), read_date(value, 8)) if authority == _CX_AUTHORITY else ("", "")
    if oid in INS_OIDS:
        return Identifier(number, "INS", f"urn:oid:{oid}", assigner, start, end)
    known_kind = KINDS.get(kind.upper(), "XX") if kind else default
    system = _SYSTEMS.get(known_kind) or make_uri(oid, value.part(authority, 3))
    return Identifier(number, known_kind, system, assigner, start, end)
