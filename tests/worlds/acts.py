"""Acts of an actor, and the questions afterwards: a message is sent, a Task taken, an own one ended, a row filed, a Subscription
made; then the actor asks for all that it has learnt of, by every search parameter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hub.record.search.index.parameters import PARAMETERS
from tests.worlds.doors import Answer, Door, HttpDoor
from tests.worlds.made import made
from tests.worlds.messages import SOURCES
from tests.worlds.pool import found_by
from tests.worlds.scene import Json

ACTS = ("send", "take", "finish", "file", "subscribe", "ask")
# An identifier of the tests (`tests.ids`), and the name of a resource in an answer of any format.
_ID = re.compile(r"\b[a-z2-7]{26}\b")
_NAMED = re.compile(r"\b([A-Z][A-Za-z]{3,30}/[A-Za-z0-9.-]{1,64})\b")
_FHIR = "application/fhir+json"
_MOST_READ = 12

Asked = Iterator[tuple[str, Answer]]


@dataclass
class Memory:
    """What the actor has learnt so far: versions and resources by name, and identifiers in the order in which it first saw them.
    `work`: runs the worker and returns what the actor's endpoint got."""

    versions: dict[str, list[str]] = field(default_factory=dict)
    resources: dict[str, Json] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    work: Callable[[], list[Answer]] = list

    def note(self, name: str, answer: Answer) -> Answer:
        if answer.version:
            self.versions.setdefault(name, []).append(answer.version)
        return answer

    def learn(self, answer: Answer) -> Answer:
        """Remember the identifiers and the resources of `answer`."""
        for key in _ID.findall(answer.body.decode("utf-8", "replace")):
            self.ids.setdefault(key, len(self.ids))
        for line in answer.body.splitlines() if answer.ok else ():
            try:
                found = json.loads(line)
            except ValueError:
                continue
            self._keep(found)
        return answer

    def _keep(self, found: Any) -> None:
        if not isinstance(found, dict):
            return
        if found.get("resourceType") in PARAMETERS and "id" in found:
            self.resources[f"{found['resourceType']}/{found['id']}"] = found
        for entry in found.get("entry", ()):
            self._keep(entry.get("resource"))

    def order(self, text: str) -> str:
        """`text` with each identifier replaced by its number: a key to sort by that is alike in both worlds."""
        return _ID.sub(lambda key: f"#{self.ids.get(key.group(), 10_000):05d}", text)


def act(step: Any, door: Door, memory: Memory, party: str) -> Asked:
    """(kind, answer) of each request of a step of `ACTS`."""
    yield from _PERFORM[step.kind](step, door, memory, party)


def _send(step: Any, door: Door, memory: Memory, party: str) -> Asked:
    """A message, and a reading of all that its answer leads to."""
    source, text = step.more
    answer = memory.learn(door.send(source, SOURCES[source], text.encode()))
    yield "send", answer
    yield from _walk(door, memory, answer.body.decode("utf-8", "replace") + repr(answer.headers))


def _walk(door: Door, memory: Memory, text: str) -> Asked:
    waiting, known = _list_names(text), set[str]()
    while waiting and len(known) < _MOST_READ:
        name = waiting.pop(0)
        if name in known:
            continue
        known.add(name)
        answer = memory.learn(memory.note(name, door.read(name)))
        yield "read", answer
        waiting += _list_names(answer.body.decode()) if answer.ok else []


def _list_names(text: str) -> list[str]:
    return [name for name in dict.fromkeys(_NAMED.findall(text)) if name.partition("/")[0] in PARAMETERS]


def _take(step: Any, door: Door, memory: Memory, party: str) -> Asked:
    """Whoever sees the Task makes it its own and goes on with it."""
    yield from _edit(door, memory, step.name, {"owner": {"reference": party}, "status": step.more[0]})


def _finish(step: Any, door: Door, memory: Memory, party: str) -> Asked:
    """A Task of one's own that points to something, and its end."""
    element, status = step.more
    name = {"reference": step.name}
    pointing = {
        "focus": name,
        "partOf": [name],
        "basedOn": [name],
        "reasonReference": name,
        "input": [{"type": {"text": "x"}, "valueReference": name}],
        "output": [{"type": {"text": "x"}, "valueReference": name}],
    }
    task = made("task", "x", "mot", party, party, "ServiceRequest/de-chu") | {"owner": {"reference": party}}
    task.pop("id")
    task.pop("focus")
    answer = door.create(task | {element: pointing[element]})
    yield "create", memory.learn(answer)
    if answer.ok:
        made_name = _list_names(repr(answer.headers) + answer.body.decode())
        mine = json.loads(answer.body)
        own = f"Task/{mine['id']}" if "id" in mine else made_name[0]
        for end in ("accepted", status):
            yield from _edit(door, memory, own, {"status": end, "statusReason": {"text": "motif"}})


def _edit(door: Door, memory: Memory, name: str, elements: Json) -> Asked:
    answer = memory.note(name, door.read(name))
    yield "read", memory.learn(answer)
    if answer.ok and answer.body:
        edited = door.edit(name, json.loads(answer.body) | elements, answer.version)
        yield "edit", memory.learn(memory.note(name, edited))


def _file(step: Any, door: Door, memory: Memory, party: str) -> Asked:
    """What waits at an intake Task, one row filed, and perhaps taken back."""
    if not isinstance(door, HttpDoor):
        return
    path = f"/fhir/{_find_intake(memory) or step.name}/$file"
    answer = memory.learn(door.ask("GET", path))
    yield "file", answer
    rows = sorted(_list_names(answer.body.decode()) if answer.ok else [], key=memory.order)
    row = rows[int(step.more[1]) % len(rows)] if rows else "Condition/hta"
    for more in ({"section": step.more[0]}, {"undo": True}):
        parameters = [{"name": "row", "valueString": row}]
        parameters += [
            {"name": name, "valueBoolean" if value is True else "valueCode": value} for name, value in more.items()
        ]
        body = json.dumps({"resourceType": "Parameters", "parameter": parameters}).encode()
        yield "file", memory.learn(door.ask("POST", path, body, Content_Type=_FHIR))


def _find_intake(memory: Memory) -> str:
    """The intake Task that the actor saw last, or ""."""
    tasks = [
        name
        for name, found in memory.resources.items()
        if name.startswith("Task/") and "intake" in str(found.get("code"))
    ]
    return tasks[-1] if tasks else ""


def _subscribe(step: Any, door: Door, memory: Memory, party: str) -> Asked:
    """A Subscription, its handshake, and what its endpoint was sent since. The later ones are told at `ask`."""
    if isinstance(door, HttpDoor):
        subscription = made("subscription", "x", "suivi", party, party, "")
        subscription.pop("id")
        subscription["criteria"] = subscription["criteria"].replace("task", step.more[0])
        yield "create", memory.learn(door.create(subscription))
    yield from (("notice", answer) for answer in memory.work())


def _ask(step: Any, door: Door, memory: Memory, party: str) -> Asked:
    """Some of all the questions that the actor can ask with what it knows, or, with the count 0, all of them."""
    yield from (("notice", answer) for answer in memory.work())
    number, count = (int(text) for text in step.more)
    questions = _list_questions(memory)
    chosen = questions if not count else [questions[(number + 7 * k) % len(questions)] for k in range(count)]
    for kind, parameter, value in chosen if questions else ():
        pairs = [(parameter, value), ("_count", "100"), ("_total", "accurate")]
        yield "search", memory.learn(door.search(kind, pairs))
    names = sorted(memory.resources, key=memory.order)
    for name in names if not count else [names[(number + 3 * k) % len(names)] for k in range(min(2, len(names)))]:
        yield "history", door.history(name)
        for version in memory.versions.get(name, ())[-2:]:
            yield "vread", door.vread(name, version)
    persons = [name for name in names if name.startswith("Patient/")]
    if isinstance(door, HttpDoor) and persons:
        yield "everything", door.ask("GET", f"/fhir/{persons[number % len(persons)]}/$everything?_count=200")
        resource = memory.resources[persons[number % len(persons)]]
        body = json.dumps({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}]})
        yield "match", door.ask("POST", "/fhir/Patient/$match", body.encode(), Content_Type=_FHIR)


def _list_questions(memory: Memory) -> list[tuple[str, str, str]]:
    """(type, parameter, value) of every search that would find something that the actor has seen, in an order that is alike in
    both worlds."""
    found = {("Task", "status", "requested"), ("Encounter", "status", "in-progress")}
    for name, resource in memory.resources.items():
        kind, _, key = name.partition("/")
        found.add((kind, "_id", key))
        found |= {(kind, p.name, value) for p, value in found_by(resource) if "." not in p.name}
        # What points to it, of every type.
        found |= {
            (source, p.name, name)
            for source, parameters in PARAMETERS.items()
            for p in parameters.values()
            if kind == "Patient" and p.of_reference and p.name in ("patient", "subject")
        }
    return sorted(found, key=lambda question: tuple(map(memory.order, question)))


_PERFORM = {"send": _send, "take": _take, "finish": _finish, "file": _file, "subscribe": _subscribe, "ask": _ask}
