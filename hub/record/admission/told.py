"""The persons that a sender was told of, by the numbers in its own messages (`docs/parts.md` 25).

The sender of a referral learns which person it is about: `Task.for`. Whether two referrals are about the same person must
follow from what the sender itself sent; otherwise it could find out by a number whether the record has the person. So the
record remembers, for each sender and number, which person it was told of, and what it said of that person in its first
message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.domain.matching import Traits
from hub.record.admission.lookup_statements import TOLD_PERSONS
from hub.record.tables import told_person
from hub.slices import get_reference_rid

_WIDTH = 200


@dataclass(frozen=True)
class ToldPerson:
    """A person told to a sender. `traits`: what the sender's first message under the number said."""

    patient: str
    traits: Traits


def list_told_persons(connection: Connection, party: str, system: str, code: str) -> list[ToldPerson]:
    """Return the persons told to `party` under a number, the first told first."""
    values = {"party": party, "system": system[:_WIDTH], "code": code[:_WIDTH]}
    rows = TOLD_PERSONS.rows(connection, values)
    return [ToldPerson(f"Patient/{patient}", _read_traits(traits)) for patient, traits in rows]


def is_told(connection: Connection, party: str, patient: str) -> bool:
    """Return whether `party` was told of this person, under any number."""
    same = (told_person.c.rid == get_reference_rid(patient), told_person.c.party == party)
    return bool(connection.scalar(select(exists().where(*same))))


def remember_person(
    connection: Connection, party: str, patient: str, numbers: Iterable[tuple[str, str]], traits: Traits, *, at: int
) -> None:
    """Note that `party` is told of `patient` under each of `numbers` (system, code), now (`at`, µs). What it said first is
    kept."""
    rid, traits_json = get_reference_rid(patient), json.dumps(asdict(traits))
    rows = [
        {"party": party, "system": system, "code": code, "rid": rid, "at": at, "traits": traits_json}
        for system, code in dict.fromkeys((system[:_WIDTH], code[:_WIDTH]) for system, code in numbers)
    ]
    if rows:
        put = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(put(told_person).on_conflict_do_nothing(), rows)


def _read_traits(text: str) -> Traits:
    values: dict[str, Any] = json.loads(text)
    lists = {name: tuple(values[name]) for name in ("families", "givens", "phones", "numbers")}
    return Traits(**lists, birth_date=values["birth_date"], gender=values["gender"])
