"""PID (with ZFD) → Person.

Source: HL7 v2.5 §3.4.2; IHE PAM France: birth and used names, birth place in PID-11, identity status; docs/domain.md §5.2.
"""

from __future__ import annotations

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_date, read_datetime
from adapters.hl7v2.datatypes.identifiers import read_cx
from adapters.hl7v2.datatypes.people import read_xads, read_xpns, read_xtns
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.errors import Invalid
from hub.domain.referral import Address, Identifier, Person

GENDERS = {"F": "female", "FEMALE": "female", "M": "male", "MALE": "male", "O": "other", "A": "other", "": ""}
"""Table 0001. What else senders write there (unknown, not applicable, words) is `unknown`."""
IDENTITY_STATUSES = ("QUAL", "VALI", "RECUP", "PROV")


def find_pid(message: Er7) -> Segment:
    """Return the one PID. Invalid: none, or several, because the rest of the message could be about any of them."""
    segments = message.all("PID")
    if not segments:
        raise Invalid("required-missing", where="PID")
    if len(segments) > 1:
        raise Invalid("several-persons", where="PID[2]")
    return segments[0]


def read_person(message: Er7) -> Person:
    """PID[Person]: 3 identifiers (else 2, before v2.3), 5 names, 7 birth date, 8 gender, 11 addresses, 13 and 14
    telecoms, 15 language, 16 marital status, 23 birth place, 29 and 30 death, 32 identity status (and ZFD-5).

    `deceased` is a time, or `true` when no time is known. Invalid: as `find_pid`; PID-7 or PID-29 not a date."""
    pid = find_pid(message)
    return Person(
        names=read_xpns(pid, 5),
        identifiers=_read_identifiers(pid, 3) or _read_identifiers(pid, 2),
        birth_date=read_date(pid.value(7)),
        gender=GENDERS.get(pid.text(8).upper(), "unknown"),
        addresses=_read_addresses(pid),
        telecoms=read_xtns(pid, 13, "home") + read_xtns(pid, 14, "work"),
        identity_status=_read_identity_status(message, pid),
        marital_status=read_code(pid.value(16), own_table="0002"),
        language=read_code(pid.value(15)),
        deceased=read_datetime(pid.value(29)) or ("true" if pid.text(30) == "Y" else ""),
    )


def _read_identifiers(pid: Segment, number: int) -> tuple[Identifier, ...]:
    return tuple(identifier for value in pid.values(number) if (identifier := read_cx(value, default="PI")))


def _read_addresses(pid: Segment) -> tuple[Address, ...]:
    addresses, place = read_xads(pid, 11), pid.text(23)
    if place and all(address.use != "birth" for address in addresses):
        addresses += (Address(lines=(place,), use="birth"),)
    return addresses


def _read_identity_status(message: Er7, pid: Segment) -> str:
    """Return PID-32; an identity validated on papers (VALI) and found by the national service (ZFD-5 INSI) is qualified."""
    statuses = [value.part(1).upper() for value in pid.values(32)]
    status = next((status for status in IDENTITY_STATUSES if status in statuses), "")
    return "QUAL" if status == "VALI" and message.first("ZFD").text(5) == "INSI" else status
