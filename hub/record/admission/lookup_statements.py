"""The statements of `hub.record.admission.lookup` that each referral runs, built once. Each has its values bound by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, or_, select

from hub.record.db.statements import CompiledStatement
from hub.record.tables import index_date, index_string, index_token, resource, told_person

# Rows read for each trait that a newcomer may share with somebody.
MAX_ROWS = 200

_IDENTIFIER = index_token.c.name == "identifier"
_NUMBER = (index_token.c.system == bindparam("system"), index_token.c.code == bindparam("code"))
_BEARERS = select(index_token.c.rid).where(index_token.c.type == bindparam("type"), _IDENTIFIER, *_NUMBER)

# The resources of `type` that have a number (`system`, `code`): (rid).
BEARERS = CompiledStatement(_BEARERS)
# Those of them to which the organisation `party` gave it: (rid).
OWN_BEARERS = CompiledStatement(_BEARERS.where(index_token.c.holder == bindparam("party")))
# The persons told to `party` under a number, the first told first: (id, traits).
TOLD_PERSONS = CompiledStatement(
    select(resource.c.id, told_person.c.traits)
    .join_from(told_person, resource, told_person.c.rid == resource.c.rid)
    .where(told_person.c.party == bindparam("party"))
    .where(told_person.c.system == bindparam("system"), told_person.c.code == bindparam("code"))
    .order_by(told_person.c.at, told_person.c.rid)
)
# The stays of the person with the rid `person` that have a number, by id: (id).
STAYS = CompiledStatement(
    select(resource.c.id)
    .join_from(index_token, resource, index_token.c.rid == resource.c.rid)
    .where(index_token.c.type == "Encounter", _IDENTIFIER, *_NUMBER)
    .where(resource.c.person == bindparam("person", type_=BigInteger))
    .order_by(resource.c.id)
)


def _select_alike(rid: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(rid).where(*conditions).order_by(rid).limit(MAX_ROWS)


# The Patients with a folded family name `value`: (rid).
SAME_FAMILY = CompiledStatement(
    _select_alike(
        index_string.c.rid,
        index_string.c.type == "Patient",
        index_string.c.name == "family",
        index_string.c.folded == bindparam("value"),
    )
)
# Those born on the day that begins at `value`, in microseconds: (rid).
SAME_BIRTH_DATE = CompiledStatement(
    _select_alike(
        index_date.c.rid,
        index_date.c.type == "Patient",
        index_date.c.name == "birthdate",
        index_date.c.low == bindparam("value", type_=BigInteger),
    )
)
# Those with the number or telephone `value`: (rid).
SAME_NUMBER = CompiledStatement(
    _select_alike(
        index_token.c.rid,
        index_token.c.type == "Patient",
        or_(_IDENTIFIER, index_token.c.name == "phone"),
        index_token.c.code == bindparam("value"),
    )
)
