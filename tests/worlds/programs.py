"""What an actor asks: programs of a few steps, each a request or a few that hang together.

Every step is data and says at run time what to ask, from what the door answered before: two doors that answer alike are
asked alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from tests.worlds.acts import ACTS, Memory, act
from tests.worlds.changes import WORD, Change
from tests.worlds.doors import Answer, Door, HttpDoor
from tests.worlds.forms import in_forms
from tests.worlds.made import made
from tests.worlds.operations import operate
from tests.worlds.scene import Json


@dataclass(frozen=True)
class Step:
    """`kind` of request and its arguments; `turn` names it, so that identifiers can be seeded by it."""

    kind: str
    name: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    more: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        return self.kind in ("create", "edit", "blind", "transact", "patch", "conditional", *ACTS)

    def perform(self, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
        """(kind of request, answer) of each request of this step."""
        yield from _PERFORM[self.kind](self, door, memory, party)


def _read(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    yield "read", memory.note(step.name, door.read(step.name))


def _history(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    yield "history", door.history(step.name)


def _vread(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    if step.name not in memory.versions:
        yield "read", memory.note(step.name, door.read(step.name))
    known = (
        memory.versions.get(step.name) or [version for one in memory.versions.values() for version in one] or ["a" * 52]
    )
    yield "vread", door.vread(step.name, known[int(step.more[0]) % len(known)])


def _search(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    answer = door.search(step.name, list(step.pairs))
    yield "search", answer
    for _ in range(3):
        if not answer.next:
            return
        answer = door.search(step.name, parse_qsl(answer.next, keep_blank_values=True))
        yield "page", answer


def _create(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    yield "create", door.create(_new(step, party))


def _new(step: Step, party: str) -> Json:
    kind, word, owner, target = step.more
    return {element: value for element, value in made(kind, "x", word, party, owner, target).items() if element != "id"}


def _edit(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    answer = memory.note(step.name, door.read(step.name))
    yield "read", answer
    if answer.ok and answer.body:
        resource = json.loads(answer.body)
        tweaked = TWEAKS[step.more[0]](resource, int(step.more[1]))
        yield "edit", memory.note(step.name, door.edit(step.name, tweaked, answer.version))


def _blind(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    """A PUT of what the actor has made up, under a name that it may not even see."""
    kind, word, owner, target = step.more
    known = memory.versions.get(step.name, ["a" * 52])
    resource_type, _, resource_id = step.name.partition("/")
    resource = made(kind, resource_id, word, party, owner, target) | {"resourceType": resource_type}
    yield "blind", door.edit(step.name, resource, known[-1])


def _transact(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    kind, word, owner, target = step.more
    first, second = "urn:uuid:00000000-0000-4000-8000-000000000001", "urn:uuid:00000000-0000-4000-8000-000000000002"
    entries = [
        ("POST", "ServiceRequest", made("request", "x", word, party, owner, target), first),
        ("POST", "Task", made("task", "x", word, party, owner, first), second),
    ]
    if kind != "task":
        extra = made(kind, "x", word, party, owner, target)
        entries.append(("POST", extra["resourceType"], extra, first.replace("-4000-", "-4001-")))
    yield "transact", door.transact([(m, u, {k: v for k, v in r.items() if k != "id"}, f) for m, u, r, f in entries])


def _past(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    """The history of a type, page by page."""
    answer = door.past(step.name, list(step.pairs))
    yield "past", answer
    for _ in range(3):
        if not answer.next:
            return
        answer = door.past(step.name, parse_qsl(answer.next, keep_blank_values=True))
        yield "past", answer


def _patch(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    """Operations on a place that the actor may or may not see, against the version that it holds."""
    answer = memory.note(step.name, door.read(step.name))
    yield "read", answer
    path, value, kinds = step.more
    operations = [{"op": kind, "path": path, "value": json.loads(value), "from": "/note/0"} for kind in kinds.split()]
    yield "patch", memory.note(step.name, door.patch(step.name, operations, answer.version or "a" * 52))


def _conditional(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    """Made or changed by a condition that hidden things may meet."""
    method, *more = step.more
    yield "conditional", door.conditional(method, _new(Step("create", "", (), tuple(more)), party), list(step.pairs))


def _raw(step: Step, door: Door, memory: Memory, party: str) -> Iterator[tuple[str, Answer]]:
    """What only HTTP has: HEAD, conditional reads, compartments, searches by POST, batches, operations."""
    if not isinstance(door, HttpDoor):
        yield from _read(step, door, memory, party)
        return
    query = urlencode(step.pairs)
    inner = step.name.partition("/")[0]
    match step.more[0]:
        case "head":
            yield "head", door.ask("HEAD", f"/fhir/{step.name}")
        case "none-match":
            version = memory.versions.get(step.name, ["a"])[-1]
            yield "none-match", door.ask("GET", f"/fhir/{step.name}", If_None_Match=f'W/"{version}"')
        case "compartment":
            yield "compartment", door.ask("GET", f"/fhir/{step.more[1]}/{inner}?{query}")
        case "post":
            form = "application/x-www-form-urlencoded"
            yield "post", door.ask("POST", f"/fhir/{inner}/_search", query.encode(), Content_Type=form)
        case "batch":
            urls = [
                step.name,
                f"{step.name}/_history",
                f"{inner}?{query}",
                f"Patient?_has:{inner}:patient:_id={step.name}",
            ]
            entry = [{"request": {"method": "GET", "url": url}} for url in urls]
            body = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entry}).encode()
            yield "batch", door.ask("POST", "/fhir", body, Content_Type="application/fhir+json")
        case "form":
            yield from in_forms(door, step.name, query)
        case operation:
            yield from operate(operation, door, step.name, step.more[1])


_PERFORM = {
    "read": _read, "history": _history, "vread": _vread, "search": _search, "create": _create, "edit": _edit,
    "blind": _blind, "transact": _transact, "raw": _raw, "past": _past, "patch": _patch, "conditional": _conditional,
    **dict.fromkeys(ACTS, act),
}  # fmt: skip


def _reworded(resource: Json, number: int) -> Json:
    words = sorted(set(WORD.findall(json.dumps(resource))))
    if not words:
        return resource
    word = words[number % len(words)]
    found: Json = json.loads(json.dumps(resource).replace(word, word + "e"))
    return found


def _noted(resource: Json, number: int) -> Json:
    return resource | {"note": [*resource.get("note", ()), {"text": f"ajout {number}"}]}


def _dropped(resource: Json, number: int) -> Json:
    free = sorted(set(resource) - {"resourceType", "id", "meta", "status", "intent", "subject", "patient"})
    return {k: v for k, v in resource.items() if not free or k != free[number % len(free)]}


def _reversed(resource: Json, number: int) -> Json:
    arrays = sorted(k for k, v in resource.items() if isinstance(v, list) and len(v) > 1)
    return resource | {k: v[::-1] for k, v in resource.items() if arrays and k == arrays[number % len(arrays)]}


def _grown(resource: Json, number: int) -> Json:
    arrays = sorted(k for k, v in resource.items() if isinstance(v, list) and v and isinstance(v[0], dict))
    return resource | {k: [*v, v[0]] for k, v in resource.items() if arrays and k == arrays[number % len(arrays)]}


def _moved(resource: Json, number: int) -> Json:
    status = ("in-progress", "completed", "accepted", "rejected", "on-hold", "cancelled", "received")[number % 7]
    output = [{"type": {"text": "fait"}, "valueString": "fait"}]
    return resource | {"status": status, "statusReason": {"text": "motif"}} | ({"output": output} if number % 2 else {})


def _same(resource: Json, number: int) -> Json:
    return resource


TWEAKS = {
    "say": _reworded, "note": _noted, "drop": _dropped, "reverse": _reversed, "grow": _grown, "move": _moved, "same": _same,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One program of one actor in one situation, and what happens behind its back meanwhile."""

    situation: str
    party: str
    role: str
    door: str
    pace: float
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]

    def smaller(self) -> Iterator[Case]:
        """This case without one of its changes or steps."""
        for rank in range(len(self.changes)):
            yield replace(self, changes=self.changes[:rank] + self.changes[rank + 1 :])
        for rank in range(len(self.steps)):
            yield replace(self, steps=self.steps[:rank] + self.steps[rank + 1 :])
