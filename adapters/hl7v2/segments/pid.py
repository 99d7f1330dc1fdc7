"""PID (with ZFD) → Person.

Source: HL7 v2.5 §3.4.2; IHE PAM France: birth and used names, birth place in PID-11, identity status; docs/domain.md §5.2.
"""

from __future__ import annotations

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_date, read_datetime
from adapters.hl7v2.datatypes.identifiers import read_cx
from adapters.hl7v2.datatypes.people import read_xads, read_xpns, read_xtns
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.errors import Invalid, Problem
from hub.domain.referral.datatypes import Address, Identifier
from hub.domain.referral.people import Person

GENDERS = {"F": "female", "FEMALE": "female", "M": "male", "MALE": "male", "O": "other", "A": "other", "": ""}
"""Table 0001. What else senders write there (unknown, not applicable, words) is `unknown`."""
_FIRST_BIRTH = "1900"
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
    """Read PID as Person: 2, 3 and 4 identifiers, 5 names, 7 birth date, 8 gender, 11 addresses, 13, 14 and 40
    telecoms, 15 language, 16 marital status, 23 birth place, 25 rank of
    birth, 29 and 30 death, 32 identity status (and ZFD-5).

    `deceased` is a time, or `true` or `false` when no time is known. A birth that cannot be (`find_doubts`) is left out.
    Invalid: as `find_pid`."""
    pid = find_pid(message)
    return Person(
        names=read_xpns(pid, 5),
        identifiers=_read_all_identifiers(pid),
        birth_date=read_date(pid.value(7)) if _is_plausible_birth(message, pid) else "",
        gender=GENDERS.get(pid.text(8).upper(), "unknown"),
        addresses=_read_addresses(pid),
        telecoms=read_xtns(pid, 13, "home") + read_xtns(pid, 14, "work") + read_xtns(pid, 40),
        identity_status=_read_identity_status(message, pid),
        marital_status=read_code(pid.value(16), own_table="0002"),
        language=read_code(pid.value(15)),
        deceased=_read_death(message, pid),
        birth_rank=pid.text(25).lstrip("0") if pid.text(25).isdecimal() else "",
    )


def find_doubts(message: Er7) -> tuple[Problem, ...]:
    """Return the places of a birth and a death that cannot be: before 1900, after the message was sent, death before birth."""
    pid, doubts = message.first("PID"), []
    if not _is_plausible_birth(message, pid):
        doubts.append(Problem("implausible-date", f"{pid.place}-7"))
    if _is_dead_before_birth(message, pid):
        doubts.append(Problem("implausible-date", f"{pid.place}-29"))
    return tuple(doubts)


def list_unused(message: Er7) -> tuple[str, ...]:
    """Return the places that have an element and were not read into it in this message."""
    pid = message.first("PID")
    has_birth_place = any(address.use == "birth" for address in read_xads(pid, 11))
    return (
        *(() if message.first("PV1") else (f"{pid.place}-18",)),
        *((f"{pid.place}-23",) if has_birth_place else ()),
        *((f"{pid.place}-30",) if pid.text(30) == "N" and read_datetime(pid.value(29)) else ()),
    )


def _is_plausible_birth(message: Er7, pid: Segment) -> bool:
    birth, sent_at = read_date(pid.value(7)), read_date(message.first("MSH").value(7))
    return not birth or (birth >= _FIRST_BIRTH and (not sent_at or birth[: len(sent_at)] <= sent_at[: len(birth)]))


def _is_dead_before_birth(message: Er7, pid: Segment) -> bool:
    birth, death = read_date(pid.value(7)), read_date(pid.value(29))
    return bool(birth and death) and _is_plausible_birth(message, pid) and death[: len(birth)] < birth[: len(death)]


def _read_death(message: Er7, pid: Segment) -> str:
    death = read_datetime(pid.value(29))
    if death and not _is_dead_before_birth(message, pid):
        return death
    return {"Y": "true", "N": "false"}.get(pid.text(30), "true" if death else "")


def _read_all_identifiers(pid: Segment) -> tuple[Identifier, ...]:
    """Return PID-3, then 2 and 4: numbers of no type there (only alone is PID-2 the sender's own, before v2.3)."""
    own = _read_identifiers(pid, 3)
    if not own:
        own = _read_identifiers(pid, 2)
    known = {identifier.value for identifier in own}
    further = (identifier for number in (2, 4) for identifier in _read_identifiers(pid, number, "XX"))
    return own + tuple(identifier for identifier in further if identifier.value not in known)


def _read_identifiers(pid: Segment, number: int, default: str = "PI") -> tuple[Identifier, ...]:
    return tuple(identifier for value in pid.values(number) if (identifier := read_cx(value, default=default)))


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
