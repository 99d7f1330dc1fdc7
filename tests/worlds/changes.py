"""What happens behind an actor's back: changes that the oracle finds hidden from it, and no other.

A change is judged when it happens, on the world as it stands then: what the actor sees, its ties, its stakes and what the
person said to it must be the same before and after. What is declassified on purpose (`hub.record.reactions.DECLASSIFIED`)
is never varied: nobody's Task moves, no circle, stay or agreement that counts changes.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from fhir_profiles import codes
from hub.domain.roles import load_roles
from hub.slices import list_references
from tests.worlds.made import made
from tests.worlds.oracle import Judge
from tests.worlds.scene import Json

WORD = re.compile(r"[hz]q[0-9]{4}z")
# What reactions read: a change there may move what is declassified.
_MOVERS = {
    "Task": ("status", "owner", "requester", "for", "focus", "partOf", "code"),
    "CareTeam": ("status", "participant"),
    "Consent": ("status", "provision", "policyRule", "scope"),
    "Encounter": ("status", "class", "period", "serviceProvider"),
    "Patient": ("link",),
}
# The forms that the hub sums up.
_SUMMED_UP = codes.BASE + "Questionnaire/"


@dataclass(frozen=True)
class Change:
    """`kind` at `name`, before the step `slot`. `word`: a canary that says which item; `more`: what the kind needs."""

    slot: int
    kind: str
    name: str
    word: str = ""
    more: tuple[str, ...] = ()

    @property
    def author(self) -> str:
        """Who adds; the hub itself for what is changed."""
        return self.more[1] if self.kind == "add" else ""

    def after(self, resources: dict[str, Json]) -> Json | None:
        """The resource after the change, or None when there is nothing to change."""
        if self.kind == "add":
            kind, party, owner, target = self.more
            if self.name in resources:
                return None
            return made(kind, self.name.partition("/")[2], self.word, party, owner, target)
        before = resources.get(self.name)
        return None if before is None else _CHANGES[self.kind](deepcopy(before), self)


def _say(resource: Json, change: Change) -> Json | None:
    """Another text where `word` stands."""
    text = json.dumps(resource)
    return json.loads(text.replace(change.word, change.word + "b")) if change.word in text else None


def _drop(resource: Json, change: Change) -> Json | None:
    """The item or the element that says `word` goes."""
    found = _place(resource, change.word)
    if found is None:
        return None
    element, rank = found
    if rank is None or len(resource[element]) == 1:
        del resource[element]
    else:
        del resource[element][rank]
    return resource


def _copy(resource: Json, change: Change) -> Json | None:
    """The item that says `word` is said twice: a new one in front of it, at the start or at the end."""
    found = _place(resource, change.word)
    if found is None or found[1] is None:
        return None
    element, rank = found
    twin = json.loads(json.dumps(resource[element][rank]).replace(change.word, change.word + "c"))
    where = {"front": 0, "before": rank, "end": len(resource[element])}[change.more[0]]
    resource[element].insert(where, twin)
    return resource


def _move(resource: Json, change: Change) -> Json | None:
    """The item that says `word` comes first."""
    found = _place(resource, change.word)
    if found is None or not found[1]:
        return None
    element, rank = found
    resource[element].insert(0, resource[element].pop(rank))
    return resource


def _void(resource: Json, change: Change) -> Json | None:
    """Entered in error: how the hub takes something away."""
    element = {"Goal": "lifecycleStatus"}.get(resource["resourceType"], "status")
    if element not in resource:
        return None
    resource[element] = "entered-in-error"
    return resource


def _recode(resource: Json, change: Change) -> Json | None:
    """Another code: perhaps another section, and then other places for all that points here."""
    for coding in resource.get("code", {}).get("coding", ()):
        coding["code"] = change.more[0]
        return resource
    return None


def _redate(resource: Json, change: Change) -> Json | None:
    """Another time of execution: of a Task, whose title many see and whose conduct few."""
    return resource | {"executionPeriod": {"start": change.more[0]}}


def _open(resource: Json, change: Change) -> Json | None:
    """Somebody reads it: it stays as it is, and the person's journal says so."""
    return resource


_CHANGES = {
    "open": _open,
    "redate": _redate,
    "say": _say,
    "drop": _drop,
    "copy": _copy,
    "move": _move,
    "void": _void,
    "recode": _recode,
}
EDITS = ("say", "say", "drop", "copy", "copy", "move")


def _place(resource: Json, word: str) -> tuple[str, int | None] | None:
    for element, value in resource.items():
        if isinstance(value, list):
            for rank, item in enumerate(value):
                if word in json.dumps(item):
                    return element, rank
        elif word in json.dumps(value):
            return element, None
    return None


def is_told(judge: Judge, change: Change) -> bool:
    """Whether the journal of accesses tells the actor of `judge` of this change: of an opening, if it could read what was
    opened, or sees every opening."""
    if change.kind != "open":
        return False
    return bool(judge.slice(change.name)) or bool(load_roles()[judge.role].relations & {"self", "hub"})


def is_hidden(judge: Judge, name: str, after: Json, author: str) -> bool:
    """Whether the actor of `judge` can see nothing of it that `name` becomes `after`."""
    world = judge.world
    before = world.resources.get(name)
    if any((before or {}).get(element) != after.get(element) for element in _moved_by(before, after)):
        return False
    if before is not None and _answered(before) != _answered(after):
        return False
    changed = world.with_(name, after, author)
    then = Judge(changed, judge.party, judge.role)
    touched = {name} | (_pointing_to(world.resources, name) if world.target(name) != changed.target(name) else set())
    persons = {world.person(found) for found in (before, after) if found} - {""}
    return (
        all(_shown(judge, one) == _shown(then, one) for one in touched)
        and all(
            judge.ties(person) == then.ties(person) and judge.said(person) == then.said(person) for person in persons
        )
        and _own(judge) == _own(then)
    )


def _moved_by(before: Json | None, after: Json) -> tuple[str, ...]:
    return () if before is None else _MOVERS.get(after["resourceType"], ())


def _answered(resource: Json) -> Any:
    """What the summary of a form is made of, or nothing: the words beside the answers are not in it."""
    if not str(resource.get("questionnaire", "")).startswith(_SUMMED_UP):
        return None
    items = {item["linkId"]: item.get("answer") for item in resource.get("item", ())}
    return items, resource["status"], resource.get("authored"), resource.get("subject"), resource.get("author")


def _pointing_to(resources: dict[str, Json], name: str) -> set[str]:
    return {one for one, found in resources.items() if name in set(list_references(found))}


def _shown(judge: Judge, name: str) -> Any:
    """What the actor sees of `name`, place by place and as a whole."""
    resource = judge.world.resources.get(name)
    if resource is None:
        return [], {}
    seen, _ = judge.sorted_parts(name, resource)
    return [(part.place.key, part.get_elements()) for part in seen], judge.slice(name)


def _own(judge: Judge) -> set[str]:
    return {name for name, parties in judge.stakes().items() if judge.party in parties}
