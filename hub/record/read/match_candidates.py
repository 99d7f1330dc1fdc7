"""Find the candidates of `Patient/$match` among the Patients that the actor sees.

https://hl7.org/fhir/R4/patient-operation-match.html. Unlike `hub.record.admission`, whose answers go to the desk alone, it
compares only with Patients that the caller sees (`docs/leaks.md` L84), so that nobody is found by guessing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from sqlalchemy import FromClause, Select, func, select, union_all

from hub.domain.dates import parse_moment
from hub.domain.normalization.folding import fold
from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.read.current import read_several
from hub.record.read.slice import Slice
from hub.record.tables import index_date, index_string, index_token, resource

# At most so many candidates, and so many rows for each of name, birth date and number.
MOST_ALIKE, MOST_ROWS = 20, 200


def find_candidates(
    session: ReadSession, families: Iterable[str], days: Iterable[str], numbers: Iterable[str]
) -> list[Slice]:
    """Return the Patients that share a family name, a birth date or a number (identifier or telephone) visible to the actor.

    Those that share most come first, at most `MOST_ALIKE`. Two statements. Raises ValueError when one of `days` is not a date."""
    shared = union_all(
        *(
            select(rids.subquery())
            for rids in (
                _select_by_family(sorted({fold(family) for family in families})),
                _select_by_birth_date([parse_moment(day, UTC) for day in sorted(set(days))]),
                _select_by_number(sorted(set(numbers))),
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


def _select_by_family(families: list[str]) -> Select[int]:
    c = index_string.c
    return _select_rids(index_string).where(c.type == "Patient", c.name == "family", c.folded.in_(families))


def _select_by_birth_date(days: list[int]) -> Select[int]:
    # Birth dates are indexed in UTC (`Parameter.zone`).
    c = index_date.c
    return _select_rids(index_date).where(c.type == "Patient", c.name == "birthdate", c.low.in_(days))


def _select_by_number(numbers: list[str]) -> Select[int]:
    c = index_token.c
    return _select_rids(index_token).where(
        c.type == "Patient", c.name.in_(("identifier", "phone")), c.code.in_(numbers)
    )


def _select_rids(index: FromClause) -> Select[int]:
    return select(index.c.rid).where(visible(index)).distinct().order_by(index.c.rid).limit(MOST_ROWS)
