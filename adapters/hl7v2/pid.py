"""PID (with ZFD) → Person.

Source: HL7 v2.5 §3.4.2; IHE PAM France: birth and used names, birth place in PID-11, identity status; docs/domain.md §5.2.
"""

from __future__ import annotations

from adapters.hl7v2.codes import code
from adapters.hl7v2.dates import day, moment
from adapters.hl7v2.er7 import Er7, Segment
from adapters.hl7v2.identifiers import cx
from adapters.hl7v2.people import xads, xpns, xtns
from hub.domain.errors import Invalid
from hub.domain.referral import Address, Identifier, Person

GENDERS = {"F": "female", "FEMALE": "female", "M": "male", "MALE": "male", "O": "other", "A": "other", "": ""}
"""Table 0001. What else senders write there (unknown, not applicable, words) is `unknown`."""
IDENTITY_STATUSES = ("QUAL", "VALI", "RECUP", "PROV")


def pid_segment(message: Er7) -> Segment:
    """The one PID. Invalid: none, or several, for then nobody can say whom the rest is about."""
    found = message.all("PID")
    if not found:
        raise Invalid("required-missing", where="PID")
    if len(found) > 1:
        raise Invalid("several-persons", where="PID[2]")
    return found[0]


def person(message: Er7) -> Person:
    """PID[Person]: 3 identifiers (else 2, before v2.3), 5 names, 7 birth date, 8 gender, 11 addresses,
    13 and 14 telecoms, 15 language, 16 marital status, 23 birth place, 29 and 30 death, 32 identity status (and ZFD-5).

    `deceased` is a time, or `true` when no time is known. Invalid: as `pid_segment`; PID-7 or PID-29 no date."""
    pid = pid_segment(message)
    return Person(
        names=xpns(pid, 5),
        identifiers=_identifiers(pid, 3) or _identifiers(pid, 2),
        birth_date=day(pid.value(7)),
        gender=GENDERS.get(pid.text(8).upper(), "unknown"),
        addresses=_addresses(pid),
        telecoms=xtns(pid, 13, "home") + xtns(pid, 14, "work"),
        identity_status=_identity_status(message, pid),
        marital_status=code(pid.value(16), own_table="0002"),
        language=code(pid.value(15)),
        deceased=moment(pid.value(29)) or ("true" if pid.text(30) == "Y" else ""),
    )


def _identifiers(pid: Segment, number: int) -> tuple[Identifier, ...]:
    return tuple(found for value in pid.values(number) if (found := cx(value, default="PI")))


def _addresses(pid: Segment) -> tuple[Address, ...]:
    addresses, place = xads(pid, 11), pid.text(23)
    if place and all(address.use != "birth" for address in addresses):
        addresses += (Address(lines=(place,), use="birth"),)
    return addresses


def _identity_status(message: Er7, pid: Segment) -> str:
    """PID-32; an identity validated on papers (VALI) and found by the national service (ZFD-5 INSI) is qualified."""
    said = [value.part(1).upper() for value in pid.values(32)]
    status = next((status for status in IDENTITY_STATUSES if status in said), "")
    return "QUAL" if status == "VALI" and message.first("ZFD").text(5) == "INSI" else status
