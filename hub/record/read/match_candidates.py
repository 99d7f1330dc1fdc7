"""Whom of those that an actor sees a newcomer may be: the candidates of `Patient/$match`, under the one predicate.

https://hl7.org/fhir/R4/patient-operation-match.html. Unlike `identities`, which the intake asks and which answers the desk
alone, this compares with nobody whom its caller does not see (`docs/leaks.md` L84): there is nothing to find by guessing.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import FromClause, Select, func, select, union_all

from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.read.current import read_several
from hub.record.read.slice import Slice
from hub.record.search.index.extract import fold, span
from hub.record.tables import index_date, index_string, index_token, resource

# Candidates to compare, and rows read for each thing that they may have in common.
MOST_ALIKE, MOST_ROWS = 20, 200


def alike(session: ReadSession, families: Iterable[str], days: Iterable[str], numbers: Iterable[str]) -> list[Slice]:
    """The Patients with a family name, a birth date or a number (identifier or telephone) in common, as far as the actor
    sees these; those that share most first, at most `MOST_ALIKE`. Two statements. ValueError when a day is none."""
    shared = union_all(
        *(
            select(rids.subquery())
            for rids in (
                _by_family(sorted({fold(family) for family in families})),
                _by_birth([span(day)[0] for day in sorted(set(days))]),
                _by_number(sorted(set(numbers))),
            )
        )
    ).subquery()
    often = func.count().desc()
    ranked = (
        select(resource.c.id)
        .join_from(shared, resource, resource.c.rid == shared.c.rid)
        .group_by(resource.c.rid, resource.c.id)
        .order_by(often, resource.c.id)
        .limit(MOST_ALIKE)
    )
    names = [f"Patient/{id_}" for id_ in session.connection.scalars(ranked, session.params)]
    return read_several(session, names)


def _by_family(families: list[str]) -> Select[int]:
    c = index_string.c
    return _distinct(index_string).where(c.type == "Patient", c.name == "family", c.folded.in_(families))


def _by_birth(days: list[int]) -> Select[int]:
    c = index_date.c
    return _distinct(index_date).where(c.type == "Patient", c.name == "birthdate", c.low.in_(days))


def _by_number(numbers: list[str]) -> Select[int]:
    c = index_token.c
    return _distinct(index_token).where(c.type == "Patient", c.name.in_(("identifier", "phone")), c.code.in_(numbers))


def _distinct(index: FromClause) -> Select[int]:
    return select(index.c.rid).where(visible(index)).distinct().order_by(index.c.rid).limit(MOST_ROWS)
