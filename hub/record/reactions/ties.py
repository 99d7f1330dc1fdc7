"""Ties of the person itself, of relatives and of the desk (`docs/parts.md` 12; docs/domain.md §3, special rule 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from fhir_profiles.codes import RELATIVE_ROLE, ROLE_CLASS
from hub.domain.dates import add_days, parse_end, parse_moment
from hub.record.access.party_roles import has_desk_role
from hub.record.reactions.stakes import UNANSWERED, get_party, is_hub_task
from hub.record.tables import relation
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import get_reference_rid
from hub.slices.placement.labels import list_codings

# The relationship of a contact or relative that is a legal representative.
_GUARDIAN = {(RELATIVE_ROLE, "GUARD"), (ROLE_CLASS, "GUARD")}
# How long the desk keeps its whole slice after the intake Task is answered.
DESK_KEEPS_DAYS = 30


def on_patient(unit: UnitOfWork, change: Change) -> None:
    """Tie a new Patient to itself, and to the desk that registers it; and the associations that represent it by `close`."""
    update_ties(unit, change, "close", read_representatives(change.before or {}), read_representatives(change.after))
    if change.before is not None:
        return
    unit.facts.add_tie(change.rid, change.name, "self", change.name)
    if change.by and has_desk_role(unit.connection, change.by):
        unit.facts.add_tie(change.rid, change.by, "desk", change.name)
        unit.facts.add_tie(change.rid, change.by, "hub", change.name)


def on_relative(unit: UnitOfWork, change: Change) -> None:
    """Tie a new RelatedPerson to the person by `close`. What that opens depends on the role of the relative."""
    if change.before is None:
        unit.facts.add_tie(unit.targets.known[change.name].person, change.name, "close", change.name)


def read_representatives(patient: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return {Organization: (since, until)} of the contacts that are legal representatives, in microseconds.

    R4 has no other element for an association that is one: it cannot be a RelatedPerson."""
    periods: dict[str, tuple[int, int]] = {}
    for contact in patient.get("contact", ()):
        name = get_party(contact, "organization")
        if name and _GUARDIAN & {
            coding for concept in contact.get("relationship", ()) for coding in list_codings(concept)
        }:
            period = contact.get("period", {})
            since = parse_moment(period["start"]) if "start" in period else 0
            until = parse_end(period["end"]) if "end" in period else EVER
            if name not in periods or until > periods[name][1]:
                periods[name] = (since, until)
    return periods


def carry_representatives(unit: UnitOfWork, patient: Mapping[str, Any]) -> None:
    """Add the ties of associations that a Patient named before such a contact gave one (`hub relabel`). One that had a tie by
    this contact, be it ended, gets no other."""
    name = f"Patient/{patient['id']}"
    rid = get_reference_rid(name)
    for party, (since, until) in read_representatives(patient).items():
        known = select(relation.c.party).where(
            relation.c.person == rid, relation.c.party == party, relation.c.kind == "close", relation.c.via == rid
        )
        if until > unit.time and unit.connection.execute(known).first() is None:
            unit.facts.add_tie(rid, party, "close", name, (since, until))


def update_ties(
    unit: UnitOfWork,
    change: Change,
    kind: str,
    before: Mapping[str, tuple[int, int]],
    after: Mapping[str, tuple[int, int]],
) -> None:
    """Bring the ties of `kind` that come from a resource from `before` to `after`: {party: (since, until)}.

    No tie begins before it is recorded."""
    person = unit.targets.known[change.name].person
    for party, (since, until) in before.items():
        if after.get(party) != (since, until):
            ends = max(unit.time, after[party][1]) if party in after else unit.time
            unit.facts.end("relation", person, at=min(ends, EVER), kind=kind, party=party, via=change.rid)
    for party, (since, until) in after.items():
        known = before.get(party)
        if known is None or until > known[1]:
            unit.facts.add_tie(person, party, kind, change.name, (since, until))


def on_intake_task(unit: UnitOfWork, change: Change) -> None:
    """Tie the desk to the person while its intake Task is open and for `DESK_KEEPS_DAYS` after; from then on by `oriented`, which
    opens identity and contacts only (`docs/parts.md` 12)."""
    if not is_hub_task(change.after, "intake"):
        return
    person, owner = unit.targets.known[change.name].person, get_party(change.after, "owner")
    before = (change.before or {}).get("status")
    open_before, open_after = before in UNANSWERED, change.after["status"] in UNANSWERED
    if open_after and not open_before:
        unit.facts.add_tie(person, owner, "desk", change.name)
        unit.facts.add_tie(person, owner, "hub", change.name)
    elif open_before and not open_after:
        later = add_days(unit.time, DESK_KEEPS_DAYS)
        unit.facts.end("relation", person, at=later, kind="desk", party=owner, via=change.rid)
        unit.facts.add_tie(person, owner, "oriented", change.name, (later, EVER))
