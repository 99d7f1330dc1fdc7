"""What intake looks up in the record while it admits a message: who the person is, whether the person is followed, which
directory entry has a number (`docs/parts.md` 15, 24; docs/domain.md §5.7).

These queries check no rights, so their results never go to a sender directly: they go into resources, which the sender
sees under its own rights, and to the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from hub.domain.actor import Actor
from hub.domain.dates import parse_moment
from hub.domain.matching import Traits
from hub.domain.normalization.folding import fold
from hub.fhir import loads
from hub.record.access.session import ReadSession
from hub.record.admission.lookup_statements import (
    BEARERS,
    OWN_BEARERS,
    SAME_BIRTH_DATE,
    SAME_FAMILY,
    SAME_NUMBER,
    STAYS,
)
from hub.record.admission.told import ToldPerson, is_told, list_told_persons, remember_person
from hub.record.db.statements import CompiledStatement
from hub.record.reactions.stakes import is_hub_task
from hub.record.read.current import read_several
from hub.record.tables import index_token, part, party_role, resource, stake
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import get_reference_rid

# Patients compared with a newcomer.
MAX_LOOKALIKES = 20

_CODES: BindParameter[list[str]] = bindparam("codes", expanding=True)
_SELECT_NAMES = select(resource.c.type, resource.c.id).where(resource.c.rid.in_(bindparam("rids", expanding=True)))
_SELECT_ROLES = select(party_role.c.role).where(party_role.c.party == bindparam("party")).order_by(party_role.c.role)
_SELECT_DESK = select(party_role.c.party).where(party_role.c.role == "guichet").order_by(party_role.c.party).limit(1)
_SELECT_OF_PERSON = (
    select(index_token.c.type, resource.c.id)
    .join_from(index_token, resource, index_token.c.rid == resource.c.rid)
    .where(resource.c.person == bindparam("person"), index_token.c.type == bindparam("type"))
    .where(index_token.c.name == "status", index_token.c.code.in_(bindparam("statuses", expanding=True)))
    .distinct()
    .order_by(resource.c.id)
)
# What makes someone followed (docs/domain.md §1.2): a situation, a plan, or a demand that waits at the desk.
OPEN_TASK = ("requested", "received", "accepted", "in-progress", "on-hold")
UNDECIDED = ("requested", "received")
FOLLOWED = {
    "EpisodeOfCare": ("planned", "waitlist", "active", "onhold"),
    "CarePlan": ("active", "on-hold", "draft"),
    "Task": OPEN_TASK,
}


@dataclass(frozen=True)
class Lookup:
    """The record inside one admission. `party`: the sender's organisation; `keys`: those of its slices (`ReadSession`);
    `makes_again`: the message makes a demand again that has ended or is long ago (`admit`)."""

    connection: Connection
    unit: UnitOfWork
    party: str
    keys: tuple[bytes, ...]
    makes_again: bool = False

    def find_desk(self) -> str:
        """Return the organisation that runs the intake: the one with a `guichet`. "" when there is none yet."""
        return self.connection.scalar(_SELECT_DESK) or ""

    def find_directory(self, numbers: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return the organisation or professional of the directory that has each number, by `system|value`; of several, the
        first by id."""
        numbers = set(numbers)
        if not numbers:
            return {}
        query = (
            select(index_token.c.system, index_token.c.code, index_token.c.type, resource.c.id)
            .join_from(index_token, resource, index_token.c.rid == resource.c.rid)
            .where(index_token.c.type.in_(("Organization", "Practitioner")), index_token.c.name == "identifier")
            .where(index_token.c.code.in_(_CODES))
            .order_by(resource.c.id.desc())
        )
        rows = self.connection.execute(query, {"codes": sorted({value for _, value in numbers})})
        return {f"{row.system}|{row.code}": f"{row.type}/{row.id}" for row in rows if (row.system, row.code) in numbers}

    def find_by_ins(self, system: str, value: str) -> list[str]:
        """Return the persons who have this INS, exactly: one, unless two records wait to be merged."""
        return self._list_patients(BEARERS.rows(self.connection, {"type": "Patient", "system": system, "code": value}))

    def find_by_own_number(self, system: str, value: str) -> list[str]:
        """Return the persons whom the sender itself knows by this number."""
        number = {"type": "Patient", "system": system, "code": value}
        return self._list_patients(OWN_BEARERS.rows(self.connection, number | {"party": self.party}))

    def list_told(self, system: str, value: str) -> list[ToldPerson]:
        """Return the persons that the sender was told of under this number. Of two that were merged since, it goes on to be told
        of the one that it knows: the other one would tell it of the merge (`docs/parts.md` 33)."""
        return list_told_persons(self.connection, self.party, system, value)

    def is_known(self, patient: str) -> bool:
        """Return whether the sender has or had a stake in something about this person, which names the person to it, or holds a
        part of what is said about the person, which it is shown once its demand is. A tie that shows it nothing, such as that
        of a notice, is no knowledge."""
        rid = get_reference_rid(patient)
        of_person = (
            (stake.c.person == rid, stake.c.party == self.party),
            (part.c.person == rid, part.c.holder == self.party),
        )
        return any(self.connection.scalar(select(exists().where(*conditions))) for conditions in of_person)

    def read_shown(self, patients: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """Return what the roles of the sender's organisation are shown of `patients`: slices by name, none of a hidden one."""
        slices_by_patient: dict[str, list[dict[str, Any]]] = {name: [] for name in patients}
        for role in self.connection.scalars(_SELECT_ROLES, {"party": self.party}) if slices_by_patient else ():
            session = ReadSession(Actor(self.party, role, ""), self.unit.time, self.connection, self.keys)
            for piece in read_several(session, list(slices_by_patient)):
                slices_by_patient[piece.name].append(loads(piece.body, size=len(piece.body)))
        return slices_by_patient

    def is_told(self, patient: str) -> bool:
        """Return whether the sender was told of this person."""
        return is_told(self.connection, self.party, patient)

    def remember(self, patient: str, numbers: Iterable[tuple[str, str]], traits: Traits) -> None:
        """Note that the sender is told of `patient`, about whom it says `traits`, under each of `numbers`."""
        remember_person(self.connection, self.party, patient, numbers, traits, at=self.unit.time)

    def find_open_demand(self, patient: str, system: str, value: str) -> str:
        """Return the open intake Task of the sender's demand that has this number, about `patient`, or ""."""
        for task in self.list_demands(patient, *OPEN_TASK):
            numbers = {(number.get("system"), number.get("value")) for number in task.get("identifier", ())}
            if (system, value) in numbers:
                return f"Task/{task['id']}"
        return ""

    def list_demands(self, patient: str, *statuses: str) -> list[dict[str, Any]]:
        """Return the intake Tasks in one of these statuses of the sender's own demands about `patient`."""
        tasks = [self.read_whole(name) for name in self.list_resources(patient, "Task", *statuses)]
        return [
            task
            for task in tasks
            if task.get("requester", {}).get("reference") == self.party and is_hub_task(task, "intake")
        ]

    def is_undecided(self, task: str) -> bool:
        """Return whether the desk has not yet decided about a demand: its intake Task is requested or received."""
        return self.read_whole(task).get("status") in UNDECIDED

    def find_task(self, system: str, value: str) -> str:
        """Return the Task of the hub with this identifier, or ""."""
        rids = [rid for (rid,) in BEARERS.rows(self.connection, {"type": "Task", "system": system, "code": value})]
        rows = list(self.connection.execute(_SELECT_NAMES, {"rids": rids[:1]})) if rids else []
        return f"Task/{rows[0].id}" if rows else ""

    def _list_patients(self, bearers: Iterable[tuple[int]]) -> list[str]:
        rids = sorted({rid for (rid,) in bearers})
        rows = self.connection.execute(_SELECT_NAMES, {"rids": rids}) if rids else ()
        return list(dict.fromkeys(self._follow_merge(f"Patient/{row.id}") for row in rows))

    def _follow_merge(self, name: str) -> str:
        """Return the Patient that replaces this one after a merge (https://hl7.org/fhir/R4/patient.html#link)."""
        links = self.unit.read_whole(name).get("link", ())
        return next((link["other"]["reference"] for link in links if link["type"] == "replaced-by"), name)

    def is_followed(self, patient: str) -> bool:
        """Return whether the hub follows this person now."""
        return any(self.list_resources(patient, kind, *statuses) for kind, statuses in FOLLOWED.items())

    def list_resources(self, patient: str, resource_type: str, *statuses: str) -> list[str]:
        """Return the person's resources of a type in one of these statuses, by id."""
        parameters = {"person": get_reference_rid(patient), "type": resource_type, "statuses": statuses}
        return [f"{row.type}/{row.id}" for row in self.connection.execute(_SELECT_OF_PERSON, parameters)]

    def find_stay(self, patient: str, system: str, value: str, *, is_written: bool) -> str:
        """Return the person's stay with this number at the sender's own organisation, or "". `is_written`: one that the sender
        wrote by a demand; else one that the hub wrote at a notice, which the sender may not even see."""
        values = {"system": system, "code": value, "person": get_reference_rid(patient)}
        names = (f"Encounter/{encounter}" for (encounter,) in STAYS.rows(self.connection, values))
        own = (name for name in names if self._is_own(self.read_whole(name)))
        return next((name for name in own if self._is_written(name) == is_written), "")

    def _is_written(self, name: str) -> bool:
        """Return whether the sender is the author of a resource."""
        authored = (stake.c.rid == get_reference_rid(name), stake.c.party == self.party, stake.c.kind == "authored")
        return bool(self.connection.scalar(select(exists().where(*authored))))

    def _is_own(self, encounter: Mapping[str, Any]) -> bool:
        return bool(encounter.get("serviceProvider", {}).get("reference") == self.party)

    def find_lookalikes(self, families: Iterable[str], birth_date: str, numbers: Iterable[str]) -> list[dict[str, Any]]:
        """Return the Patients to compare a newcomer with: those who share a name, the birth date (or its day and month the
        other way round) or a telephone or other number; those that share most first, at most `MAX_LOOKALIKES`."""
        shared: Counter[int] = Counter()
        for statement, value in _list_shared_traits(families, birth_date, numbers):
            shared.update({rid for (rid,) in statement.rows(self.connection, {"value": value})})
        rids = [rid for rid, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:MAX_LOOKALIKES]]
        rows = self.connection.execute(_SELECT_NAMES, {"rids": rids}) if rids else ()
        patients = [self.unit.read_whole(f"Patient/{row.id}") for row in rows]
        return sorted(
            (patient for patient in patients if patient.get("active", True)), key=lambda patient: str(patient["id"])
        )

    def read_whole(self, name: str) -> dict[str, Any]:
        """Return a whole resource, hidden parts included: to be written again, never to be shown."""
        return self.unit.read_whole(name)


def _list_shared_traits(
    families: Iterable[str], birth_date: str, numbers: Iterable[str]
) -> Iterator[tuple[CompiledStatement, str | int]]:
    """Yield the statements that find who shares a trait, each with its value."""
    yield from ((SAME_FAMILY, folded) for folded in sorted({fold(family) for family in families if family.strip()}))
    yield from ((SAME_BIRTH_DATE, parse_moment(day, UTC)) for day in _list_dates(birth_date))
    yield from ((SAME_NUMBER, number) for number in sorted({number for number in numbers if number}))


def _list_dates(birth_date: str) -> list[str]:
    """Return a full date, and the date with day and month exchanged; nothing for a partial one."""
    if len(birth_date) != 10:
        return []
    year, month, day = birth_date.split("-")
    return [birth_date] if int(day) > 12 or day == month else [birth_date, f"{year}-{day}-{month}"]
