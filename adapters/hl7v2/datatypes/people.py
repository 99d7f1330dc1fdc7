"""XPN, XCN, XAD and XTN → names, professionals, addresses, telecoms.

Source: HL7 v2.5 §2.A.86 to 2.A.89; IHE PAM France (name types L and D, address type BDL, MSSanté addresses in XTN).
"""

from __future__ import annotations

from adapters.hl7v2.datatypes.identifiers import read_xcn_id
from adapters.hl7v2.syntax.er7 import Segment, Value
from hub.domain.referral.datatypes import Address, Name, Telecom
from hub.domain.referral.people import Professional

NAME_USES = {"L": "official", "B": "official", "M": "official"}
"""Table 0200: legal (in France: of birth), at birth, maiden. Any other name is one that the person goes by."""
ADDRESS_USES = {"C": "temp", "B": "work", "O": "work", "BA": "old", "BDL": "birth"}
"""Table 0190: current or temporary, firm, office, bad address, birth delivery location."""
_EQUIPMENT = {"": "phone", "PH": "phone", "CP": "phone", "SAT": "phone", "FX": "fax"}
_TELECOM_USES = {"PRN": "home", "ORN": "home", "VHN": "home", "WPN": "work", "HOME": "home", "MOBILE": "mobile"}


def read_xpn(value: Value) -> Name | None:
    """Read XPN as Name: 1 family, 2 first given name, 3 the others (in France: the whole list of birth), 4 and 6 suffixes, 5
    prefix, 7 type."""
    return _read_name(value, first=1, prefix=5, kind=7)


def read_xpns(segment: Segment, number: int) -> tuple[Name, ...]:
    """Read each repetition of a field, XPN, as Name."""
    return tuple(name for value in segment.values(number) if (name := read_xpn(value)))


def read_xcn(value: Value, function: str) -> Professional | None:
    """Read XCN as Professional: 1 identifier, 2 family, 3 and 4 given names, 5 and 7 suffixes, 6 prefix, 9 authority, 10 name
    type, 13 type."""
    name, identifier = _read_name(value, first=2, prefix=6, kind=10), read_xcn_id(value)
    if not name and not identifier:
        return None
    return Professional(function, names=(name,) if name else (), identifiers=(identifier,) if identifier else ())


def read_xcns(segment: Segment, number: int, function: str) -> tuple[Professional, ...]:
    """Read each repetition of a field, XCN, as Professional."""
    return tuple(professional for value in segment.values(number) if (professional := read_xcn(value, function)))


def read_xads(segment: Segment, number: int, use: str = "home") -> tuple[Address, ...]:
    """Read each repetition, XAD, as Address: 1 street, 2 other line, 3 city, 4 state, 5 postal code, 6 country, 7 type, 9
    INSEE.

    `use` is that of the field itself, where the type says nothing else."""
    return tuple(_read_address(value, use) for value in segment.values(number))


def read_xtns(segment: Segment, number: int, use: str = "") -> tuple[Telecom, ...]:
    """Read each repetition, XTN, as Telecom: 12 number, else 1, else 5 to 7, else 9; 2 use, 3 equipment, 4 mail address.

    `use` is that of the field itself (PID-13 home, PID-14 work), where the repetition does not give one."""
    return tuple(telecom for value in segment.values(number) if (telecom := _read_telecom(value, use)))


def _read_name(value: Value, first: int, prefix: int, kind: int) -> Name | None:
    family, first_given, others = (value.part(first + offset) for offset in range(3))
    if not family and not first_given:
        return None
    # French senders repeat the first given name at the head of the list of birth.
    if others.casefold().split()[: len(first_given.split())] == first_given.casefold().split():
        others = " ".join(others.split()[len(first_given.split()) :])
    use = NAME_USES.get(value.part(kind), "usual")
    given_names = tuple(part for part in (first_given, *others.split()) if part)
    suffixes = tuple(part for part in (value.part(prefix - 1), value.part(prefix + 1)) if part)
    return Name(family, given_names, use, value.part(prefix), suffixes)


def _read_address(value: Value, use: str) -> Address:
    use = ADDRESS_USES.get(value.part(7), use)
    return Address(
        lines=tuple(line for line in (_read_street(value), value.part(2)) if line),
        postal_code=value.part(5),
        city=value.part(3),
        state=value.part(4),
        country=value.part(6),
        insee=value.part(9) if use == "birth" else "",
        use=use,
    )


def _read_street(value: Value) -> str:
    """SAD: 1 the whole line; 2 name and 3 number only where senders split it."""
    line, name, number = (value.part(1, sub) for sub in (1, 2, 3))
    return " ".join(
        part for part in (number if number not in line else "", line, name if name not in line else "") if part
    )


def _read_telecom(value: Value, use: str) -> Telecom | None:
    equipment = value.part(3).upper()
    own_use = _TELECOM_USES.get(value.part(2).upper(), use)
    mail = next((part for part in (value.part(4), value.part(1)) if "@" in part), "")
    if mail:
        return Telecom(mail, "email", own_use)
    country = value.part(5)
    prefix = f"+{country.lstrip('+0')}" if country.lstrip("+").isdecimal() and value.part(7) else country
    dialled = " ".join(part for part in (prefix, value.part(6), value.part(7)) if part)
    number = value.part(12) or value.part(1) or (dialled if value.part(7) else "") or value.part(9) or dialled
    if not number:
        return None
    return Telecom(number, _EQUIPMENT.get(equipment, "other"), "mobile" if equipment == "CP" else own_use)
