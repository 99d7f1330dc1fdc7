"""What intake may look up inside the record, while it admits a message and only then: who is this, is the person
followed, which directory entry bears this number (`docs/parts.md` 15, 24; docs/domain.md §5.7).

These queries ask no rights, so nothing of what they find may reach a sender: what they give goes into resources, which
the sender sees under its own rights, and to the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from hub.record.search.index.extract import fold, span
from hub.record.tables import index_date, index_string, index_token, party_role, resource
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import rid_of_reference

# Candidates compared with a newcomer, and rows read for each thing that they may have in common.
MOST_ALIKE, MOST_ROWS = 20, 200

_HELD: BindParameter[list[str]] = bindparam("codes", expanding=True)
_NAMED = select(resource.c.type, resource.c.id).where(resource.c.rid.in_(bindparam("rids", expanding=True)))
_DESK = select(party_role.c.party).where(party_role.c.role == "guichet").order_by(party_role.c.party).limit(1)
_OF_PERSON = (
    select(index_token.c.type, resource.c.id)
    .join_from(index_token, resource, index_token.c.rid == resource.c.rid)
    .where(resource.c.person == bindparam("person"), index_token.c.type == bindparam("type"))
    .where(index_token.c.name == "status", index_token.c.code.in_(bindparam("statuses", expanding=True)))
    .distinct()
    .order_by(resource.c.id)
)
# What makes someone followed (docs/domain.md §1.2): a situation, a plan, or a demand that waits at the desk.
FOLLOWED = {
    "EpisodeOfCare": ("planned", "waitlist", "active", "onhold"),
    "CarePlan": ("active", "on-hold", "draft"),
    "Task": ("requested", "received", "accepted", "in-progress", "on-hold"),
}


@dataclass(frozen=True)
class Lookup:
    """The record as `make` sees it in one admission. `party`: the sender's organisation."""

    connection: Connection
    unit: UnitOfWork
    party: str

    def desk(self) -> str:
        """The organisation that runs the intake: the one with a `guichet`. "" when there is none yet."""
        return self.connection.scalar(_DESK) or ""

    def directory(self, numbers: Iterable[tuple[str, str]]) -> dict[str, str]:
        """`system|value` → the organisation or professional of the directory that bears it; the first by id of several."""
        wanted = set(numbers)
        if not wanted:
            return {}
        asked = (
            select(index_token.c.system, index_token.c.code, index_token.c.type, resource.c.id)
            .join_from(index_token, resource, index_token.c.rid == resource.c.rid)
            .where(index_token.c.type.in_(("Organization", "Practitioner")), index_token.c.name == "identifier")
            .where(index_token.c.code.in_(_HELD))
            .order_by(resource.c.id.desc())
        )
        rows = self.connection.execute(asked, {"codes": sorted({value for _, value in wanted})})
        return {f"{row.system}|{row.code}": f"{row.type}/{row.id}" for row in rows if (row.system, row.code) in wanted}

    def by_ins(self, system: str, value: str) -> list[str]:
        """The persons who bear this INS, exactly: one, unless two records wait to be merged."""
        return self._patients(_bears(system, value))

    def by_own_number(self, system: str, value: str) -> list[str]:
        """The persons whom the sender itself knows by this number."""
        return self._patients(_bears(system, value).where(index_token.c.holder == self.party))

    def _patients(self, asked: Select[int]) -> list[str]:
        rids = sorted(set(self.connection.scalars(asked)))
        rows = self.connection.execute(_NAMED, {"rids": rids}) if rids else ()
        return list(dict.fromkeys(self._survivor(f"Patient/{row.id}") for row in rows))

    def _survivor(self, name: str) -> str:
        """The record that stands for this one after a merge (https://hl7.org/fhir/R4/patient.html#link)."""
        links = self.unit.whole(name).get("link", ())
        return next((link["other"]["reference"] for link in links if link["type"] == "replaced-by"), name)

    def is_followed(self, patient: str) -> bool:
        """Whether the hub follows this person now."""
        return any(self.having(patient, kind, *statuses) for kind, statuses in FOLLOWED.items())

    def having(self, patient: str, resource_type: str, *statuses: str) -> list[str]:
        """The person's resources of a type in one of these statuses, by id."""
        asked = {"person": rid_of_reference(patient), "type": resource_type, "statuses": statuses}
        return [f"{row.type}/{row.id}" for row in self.connection.execute(_OF_PERSON, asked)]

    def stay(self, patient: str, system: str, value: str) -> str:
        """The person's stay in the sender's own house with this number, or ""."""
        asked = (
            select(resource.c.id)
            .join_from(index_token, resource, index_token.c.rid == resource.c.rid)
            .where(index_token.c.type == "Encounter", index_token.c.name == "identifier")
            .where(index_token.c.system == system, index_token.c.code == value)
            .where(resource.c.person == rid_of_reference(patient))
            .order_by(resource.c.id)
        )
        found = (f"Encounter/{encounter}" for encounter in self.connection.scalars(asked))
        return next((name for name in found if self._runs(self.whole(name))), "")

    def _runs(self, encounter: Mapping[str, Any]) -> bool:
        return bool(encounter.get("serviceProvider", {}).get("reference") == self.party)

    def lookalikes(self, families: Iterable[str], birth_date: str, numbers: Iterable[str]) -> list[dict[str, Any]]:
        """The Patients to compare a newcomer with: those who share a name, the birth date (or its day and month the
        other way round) or a telephone or other number; those that share most first, at most `MOST_ALIKE`."""
        shared: Counter[int] = Counter()
        for asked in _alike(families, birth_date, numbers):
            shared.update(set(self.connection.scalars(asked.limit(MOST_ROWS))))
        rids = [rid for rid, _ in sorted(shared.items(), key=lambda one: (-one[1], one[0]))[:MOST_ALIKE]]
        rows = self.connection.execute(_NAMED, {"rids": rids}) if rids else ()
        found = [self.unit.whole(f"Patient/{row.id}") for row in rows]
        return sorted((one for one in found if one.get("active", True)), key=lambda one: str(one["id"]))

    def whole(self, name: str) -> dict[str, Any]:
        """A resource, hidden parts included: to be written again, never to be shown."""
        return self.unit.whole(name)


def _bears(system: str, value: str) -> Select[int]:
    return select(index_token.c.rid).where(
        index_token.c.type == "Patient",
        index_token.c.name == "identifier",
        index_token.c.code == value,
        index_token.c.system == system,
    )


def _alike(families: Iterable[str], birth_date: str, numbers: Iterable[str]) -> Iterator[Select[int]]:
    for family in sorted({fold(family) for family in families if family.strip()}):
        named = (index_string.c.type == "Patient", index_string.c.name == "family", index_string.c.folded == family)
        yield select(index_string.c.rid).where(*named).order_by(index_string.c.rid)
    for day in _days(birth_date):
        born = (index_date.c.type == "Patient", index_date.c.name == "birthdate", index_date.c.low == span(day)[0])
        yield select(index_date.c.rid).where(*born).order_by(index_date.c.rid)
    for number in sorted({number for number in numbers if number}):
        held = (index_token.c.type == "Patient", index_token.c.name.in_(("identifier", "phone")))
        yield select(index_token.c.rid).where(*held, index_token.c.code == number).order_by(index_token.c.rid)


def _days(birth_date: str) -> list[str]:
    """A full date, and the date that it is with day and month exchanged."""
    if len(birth_date) != 10:
        return []
    year, month, day = birth_date.split("-")
    return [birth_date] if int(day) > 12 or day == month else [birth_date, f"{year}-{day}-{month}"]
