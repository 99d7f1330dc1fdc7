"""Bring the periods of facts to what their resources say, after days are read in another zone (`hub reindex`).

A CareTeam, a representation, a Consent or a stay that ends with a day ends with that day of the territory. The fact has the
moment in microseconds, as it was read when the resource was written. Oppositions to a professional that an earlier version did
not read become masks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, insert, select, update

from hub.record.access.grants import rebuild_grants
from hub.record.reactions.agreements import read_statements
from hub.record.reactions.circle import read_members
from hub.record.reactions.masks import find_accounts, read_masks
from hub.record.reactions.stays import get_window
from hub.record.reactions.ties import read_representatives
from hub.record.tables import consent_fact, masked, relation
from hub.slices import get_reference_rid

# The ends of one day, read in two zones, or once as its beginning, are not further apart: in microseconds.
_SAME_DAY = 38 * 3_600_000_000


class StatedPeriod(NamedTuple):
    """A period as a resource states it, and the columns by which its fact is known in `table`."""

    table: Table
    key: dict[str, Any]
    since: int
    until: int


def update_fact_periods(connection: Connection, resources: Iterable[Mapping[str, Any]], now: int) -> None:
    """Move the beginnings and ends after `now` of the facts that come of `resources`, and derive the grants of their persons.

    Only a fact of the same day moves: one that ended otherwise, or that its resource may not change, stays as it is."""
    persons = set()
    for resource in resources:
        for stated in _list_periods(resource):
            persons |= _move(connection, stated, now)
        if resource["resourceType"] == "Consent":
            persons |= _update_masks(connection, resource, now)
    rebuild_grants(connection, persons)


def _list_periods(resource: Mapping[str, Any]) -> Iterator[StatedPeriod]:
    resource_type = resource["resourceType"]
    via = {"via": get_reference_rid(f"{resource_type}/{resource['id']}")}
    if resource_type == "CareTeam":
        for party, (since, until) in read_members(resource).items():
            yield StatedPeriod(relation, via | {"kind": "circle", "party": party}, since, until)
    elif resource_type == "Patient":
        for party, (since, until) in read_representatives(resource).items():
            yield StatedPeriod(relation, via | {"kind": "close", "party": party}, since, until)
    elif resource_type == "Encounter" and (window := get_window(resource)) is not None:
        party, since, until = window
        yield StatedPeriod(relation, via | {"kind": "stay", "party": party}, since, until)
    elif resource_type == "Consent":
        for effect, party, section, since, until in read_statements(resource):
            yield StatedPeriod(consent_fact, via | {"effect": effect, "party": party, "section": section}, since, until)


def _update_masks(connection: Connection, consent: Mapping[str, Any], now: int) -> set[int]:
    """Move the masks of a Consent, and add those of one that was written before the hub read oppositions to a professional."""
    masks, persons = read_masks(consent), set[int]()
    accounts = find_accounts(connection, {name for name, *_ in masks}) if masks else {}
    for name, since, until in sorted(masks):
        for account in accounts.get(name, ()):
            key = {"via": get_reference_rid(f"Consent/{consent['id']}"), "account": account}
            known = select(masked.c.person).where(*(masked.c[column] == value for column, value in key.items()))
            if connection.execute(known).first() is not None:
                persons |= _move(connection, StatedPeriod(masked, key, since, until), now)
            elif until > now:
                person = get_reference_rid(consent["patient"]["reference"])
                row = key | {"person": person, "since": max(since, now), "until": until}
                connection.execute(insert(masked).values(row))
                persons.add(person)
    return persons


def _move(connection: Connection, stated: StatedPeriod, now: int) -> set[int]:
    """Move the last fact of a stated period. Return its person, if it moved."""
    table = stated.table
    matching = [table.c[name] == value for name, value in stated.key.items()]
    row = connection.execute(select(table).where(*matching).order_by(table.c.since.desc()).limit(1)).first()
    if row is None:
        return set()
    since = max(stated.since, now) if row.since > now and _are_near(row.since, stated.since) else row.since
    until = stated.until if max(row.until, stated.until) > now and _are_near(row.until, stated.until) else row.until
    if (since, until) == (row.since, row.until):
        return set()
    connection.execute(
        update(table)
        .where(*matching, table.c.person == row.person, table.c.since == row.since)
        .values(since=since, until=until)
    )
    return {row.person}


def _are_near(first: int, second: int) -> bool:
    return abs(first - second) <= _SAME_DAY
