"""Create and edit under a slice (`parts.md`: a write changes only places that the actor may write; hidden parts stay).

What is sent is compared with what the actor sees; only what differs counts as written. Hidden parts are put beside it again
before the whole is split anew, so a PUT never deletes what its author could not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, select, true

from fhir_profiles.codes import INS_TYPES
from hub.conformance import admissible, check
from hub.errors import Conflict, Invalid, Problem, Refused
from hub.fhir import loads
from hub.record.moments import instant
from hub.record.pen import Pen, has_stake, is_desk, pen_of, registering_pen
from hub.record.reading import Shown, Slice, present, slice_of
from hub.record.staging import Batch, part_of, stored_parts
from hub.record.subscriptions.taking import take
from hub.record.subscriptions.terms import EXTENSIONS
from hub.record.tables import part
from hub.record.tables.base import EVER
from hub.record.visibility import Sight, visible
from hub.record.writing import person_rid
from hub.slices import Part, join, labels, references, rid_of_reference, split
from hub.task_machine import check_create, check_update, stamped
from hub.task_machine.reading import is_open_offer

_SEEN = (
    select(part.c.rid)
    .where(part.c.rid.in_(bindparam("rids", expanding=True)), part.c.until == EVER, part.c.content == true())
    .where(visible(part))
    .distinct()
)

# What a patch makes of the slice that its author sees.
Amendment = Callable[[dict[str, Any]], dict[str, Any]]
# The hub's own: a PUT that says otherwise is not listened to, a patch that does is a mistake.
_UNTOUCHABLE = ("resourceType", "id", "meta")

# Opening a circle opens rights: only a desk's roles write one by hand, or begin a record (`leaks.md` L78).
_DESK_MAKES = frozenset({"CareTeam", "Patient"})
_DESK_CHANGES = frozenset({"CareTeam"})


def create(batch: Batch, sight: Sight, sent: dict[str, Any]) -> str:
    """Stage a resource that an actor creates. Its reference.

    Invalid: not R4, a reference that the actor cannot resolve, a place that it may not write, a Task against its machine.
    Refused: a type that its role never writes."""
    resource = _ready(sent)
    resource_type = resource["resourceType"]
    # In a transaction the ids were assigned ahead, so that references could be resolved; else the sender's is not used.
    ahead = f"{resource_type}/{sent.get('id')}" in batch.ahead
    resource["id"] = sent["id"] if ahead else batch.new_id(resource_type)
    if resource_type in _DESK_MAKES and not is_desk(sight):
        raise Refused("write-closed")
    if resource_type == "Task":
        resource = stamped(resource, instant(batch.time))
        check_create(resource, party=sight.actor.party, desk=is_desk(sight))
    if resource_type == "Patient":
        _assign(resource, sight.actor.party)
    if resource_type == "Subscription":
        resource = take(batch, sight, resource, None)
    _check_references(batch, sight, resource, before=())
    pen = _pen(batch, sight, resource)
    parts = _split(batch, resource)
    _check_places(pen, resource_type, parts, parts, staked=True)
    return batch.create(resource, by=sight.actor.party)


def edit(
    batch: Batch, sight: Sight, name: str, sent: dict[str, Any], if_match: str | None, keys: tuple[bytes, ...]
) -> str:
    """Stage what an actor makes of the resource that it sees as `name`.

    NotFound: hidden or absent. Conflict `version-conflict`: it sees another version than `if_match`. Invalid: as in `create`,
    and `if-match-required` when no version is given and the client may not do without."""
    rows, _ = _expected(batch, sight, name, if_match, keys)
    return _make(batch, sight, name, rows, sent)


def patch(
    batch: Batch, sight: Sight, name: str, amend: Amendment, if_match: str | None, keys: tuple[bytes, ...]
) -> str:
    """Stage what `amend` makes of the slice of `name`: judged on what the actor sees alone (`leaks.md` L63), then as an
    edit. Raises as `edit`, as `amend`, and Invalid `patch-fixed` for a change of what is the hub's own."""
    rows, seen = _expected(batch, sight, name, if_match, keys)
    told = loads(seen.body, size=len(seen.body))
    amended = amend(loads(seen.body, size=len(seen.body)))
    fixed = [element for element in _UNTOUCHABLE if amended.get(element) != told[element]]
    if fixed:
        raise Invalid(*(Problem("patch-fixed", f"{told['resourceType']}.{element}") for element in fixed))
    return _make(batch, sight, name, rows, amended)


def _expected(
    batch: Batch, sight: Sight, name: str, if_match: str | None, keys: tuple[bytes, ...]
) -> tuple[list[Shown], Slice]:
    """What the actor sees of `name`, in the version that it means. Refused: its role never changes such a resource."""
    if name.partition("/")[0] in _DESK_CHANGES and not is_desk(sight):
        raise Refused("write-closed")
    rows = present(batch.connection, sight, name)
    seen = slice_of(name, rows, keys)
    if if_match is None and not sight.actor.lenient_update:
        raise Invalid("if-match-required")
    if if_match is not None and if_match != seen.version:
        raise Conflict("version-conflict")
    return rows, seen


def _make(batch: Batch, sight: Sight, name: str, rows: Sequence[Shown], sent: dict[str, Any]) -> str:
    """Stage `sent` in place of the slice made of `rows`."""
    rid = rid_of_reference(name)
    resource = _ready(sent) | {"id": name.partition("/")[2]}
    stored = {row.key: part_of(row) for row in stored_parts(batch.connection, rid)}
    seen = [stored[row.key] for row in rows]
    head = {"resourceType": resource["resourceType"], "id": resource["id"]}
    before = head | join(seen)
    staked = has_stake(batch.connection, sight, rid)
    if resource["resourceType"] == "Task":
        # Who takes an open Task writes as the owner that it becomes; the machine lets nothing else pass.
        staked = staked or is_open_offer(before)
        rule = check_update(before, resource, party=sight.actor.party, desk=is_desk(sight))
        # What only the hub writes is not a difference of the actor's.
        if resource != before:
            resource = _dated(batch, stamped(resource, instant(batch.time), rule), before)
    if resource["resourceType"] == "Patient":
        _assign(resource, sight.actor.party)
    if resource["resourceType"] == "Subscription":
        resource = take(batch, sight, resource, before)
    _check_references(batch, sight, resource, before=set(references(before)))
    pen = _pen_for(batch, sight, person_rid(batch, before))
    _check_places(pen, resource["resourceType"], _split(batch, resource), _split(batch, before), staked=staked)
    hidden = [found for key, found in stored.items() if key not in {row.key for row in rows}]
    whole = head | join([*hidden, _ranked_like(seen, resource, batch)])
    if whole != head | join(stored.values()):
        batch.replace(name, whole, by=sight.actor.party)
    return name


def _dated(batch: Batch, task: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """`task`, last modified when it was if what changed stands elsewhere: who sees the time would learn of a change that is
    hidden from him (`leaks.md` L116)."""
    if _outline(batch, task) != _outline(batch, before):
        return task
    kept = {name: value for name, value in task.items() if name != "lastModified"}
    return kept | ({"lastModified": before["lastModified"]} if "lastModified" in before else {})


def _outline(batch: Batch, task: dict[str, Any]) -> list[dict[str, Any]]:
    """What is said where `lastModified` stands, and in the spine; that time aside."""
    parts = _split(batch, task | {"lastModified": ""})
    return [found.says() for found in parts if not found.place.needs or "lastModified" in found.members]


def _ready(sent: dict[str, Any]) -> dict[str, Any]:
    """R4, and what the hub keeps of it."""
    check(sent)
    known = EXTENSIONS if sent["resourceType"] == "Subscription" else labels().extensions.keys()
    return admissible(sent, known)


def _assign(patient: dict[str, Any], party: str) -> None:
    """A number that says not who gave it is its sender's own (`parts.md` 6); a national one is everybody's."""
    if "identifier" in patient:
        patient["identifier"] = [_assigned(identifier, party) for identifier in patient["identifier"]]


def _assigned(identifier: dict[str, Any], party: str) -> dict[str, Any]:
    assigner = identifier.get("assigner", {})
    if identifier.get("system") in INS_TYPES or "reference" in assigner:
        return identifier
    return identifier | {"assigner": assigner | {"reference": party}}


def _check_references(batch: Batch, sight: Sight, resource: dict[str, Any], before: Iterable[str]) -> None:
    """Every new reference leads to something that the actor sees: one answer for hidden and absent (`leaks.md` L68)."""
    names = set(references(resource)) - set(before)
    strangers = {name for name in names if name not in batch.changes and name not in batch.ahead}
    lost = _out_of_sight(batch, sight, strangers)
    if lost:
        raise Invalid(*[Problem("reference-unresolved", where) for where in _where(resource, lost)])
    batch.look_up(names)


def foresee(batch: Batch, sight: Sight, resources: Iterable[dict[str, Any]]) -> None:
    """Ask at once what writing `resources` will ask of what they point to: a transaction is not a statement an entry."""
    names = {name for resource in resources for name in references(resource) if name not in batch.ahead}
    _out_of_sight(batch, sight, names)
    batch.look_up(names)


def _out_of_sight(batch: Batch, sight: Sight, names: Iterable[str]) -> set[str]:
    """Those of `names` that the actor does not see."""
    rids = {rid_of_reference(name): name for name in names}
    asked = [rid for rid in rids if rid not in batch.in_sight]
    if asked:
        seen = set(batch.connection.scalars(_SEEN, sight.bound | {"rids": asked}))
        batch.in_sight |= {rid: rid in seen for rid in asked}
    return {name for rid, name in rids.items() if not batch.in_sight[rid]}


def _where(resource: dict[str, Any], lost: set[str]) -> Iterator[str]:
    for element, value in resource.items():
        if lost & set(references(value)):
            yield f"{resource['resourceType']}.{element}"


def _pen(batch: Batch, sight: Sight, resource: dict[str, Any]) -> Pen:
    person = person_rid(batch, resource)
    registered = {change.rid for change in batch.changes.values() if change.type == "Patient" and change.before is None}
    if resource["resourceType"] == "Patient" or person in registered:
        return registering_pen(sight)
    return _pen_for(batch, sight, person)


def _pen_for(batch: Batch, sight: Sight, person: int) -> Pen:
    if person not in batch.pens:
        batch.pens[person] = pen_of(batch.connection, sight, person)
    return batch.pens[person]


def _split(batch: Batch, resource: dict[str, Any]) -> list[Part]:
    batch.look_up(references(resource))
    return split(resource, {name: known.target for name, known in batch.known.items()})


def _check_places(pen: Pen, resource_type: str, after: list[Part], before: list[Part], *, staked: bool) -> None:
    """Every place that says something else than the actor saw is one that it may write."""
    created = after is before
    said = {} if created else {found.place.key: found for found in before if found.says()}
    now = {found.place.key: found for found in after}
    changed = [found for key, found in now.items() if created or key not in said or said[key].says() != found.says()]
    changed += [found for key, found in said.items() if key not in now]
    for found in changed:
        if found.place.needs:
            allowed = pen.may_write(found.place, staked=staked)
        else:
            allowed = pen.may_write_spine(resource_type, [p.place for p in now.values() if p.content], staked=staked)
        if not allowed:
            key = found.place.key
            where = _differing(said[key].says() if key in said else {}, now[key].says() if key in now else {})
            raise Invalid(*[Problem("not-yours-to-write", f"{resource_type}.{element}") for element in where[:20]])


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The elements that one place says otherwise; the place itself when it is there for the first time and empty."""
    return sorted(name for name in before | after if before.get(name) != after.get(name)) or [""]


def _ranked_like(seen: list[Part], resource: dict[str, Any], batch: Batch) -> Part:
    """What was sent, as one part whose items take the ranks of those that the actor saw, in the order sent (`parts.md` 10)."""
    sent = {path for found in _split(batch, resource) for path in found.ranked}
    ranks: dict[str, list[int]] = {}
    for found in seen:
        for path, items in found.ranked.items():
            ranks.setdefault(path, []).extend(rank for rank, _ in items)
    left_out = {*sent, "provision", "resourceType", "id"}
    members = {element: value for element, value in resource.items() if element not in left_out}
    ranked: dict[str, list[tuple[int, Any]]] = {}
    for path in sorted(sent):
        items = _items(resource, path)
        known = sorted(ranks.get(path, []))
        top = known[-1] if known else -1
        more = range(top + 1, top + 1 + max(0, len(items) - len(known)))
        ranked[path] = list(zip([*known, *more], items, strict=False))
    return Part(seen[0].place, True, members, ranked)


def _items(resource: dict[str, Any], path: str) -> list[Any]:
    if path == "provision":
        return [{name: value for name, value in resource["provision"].items() if name != "provision"}]
    if path == "provision.provision":
        return list(resource["provision"]["provision"])
    return list(resource[path])
