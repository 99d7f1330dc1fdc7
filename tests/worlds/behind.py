"""What others do by messages behind an actor's back: a demand or a notice comes, a desk decides, two records are merged.

What such an act writes is known once it is done, so it is done and taken back if it touches somebody whom the actor follows.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hub.domain.actor import Actor
from hub.domain.errors import HubError
from hub.domain.roles import load_roles
from hub.intake import receive
from hub.settings.settings import Settings
from tests.worlds.changes import Change
from tests.worlds.messages import SOURCES
from tests.worlds.oracle import Judge
from tests.worlds.scene import Json
from tests.worlds.twin import Side, base

BEHIND = ("message", "decide", "merge")
# What a party is shown of a person without any tie that its role follows.
_THIN = frozenset({"asked", "oriented"})


def do(side: Side, settings: Settings, change: Change, judge: Judge) -> bool:
    """Do what `change` says, in the world of `judge`, the actor from whom it is hidden. Whether anything was done."""
    return _DO[change.kind](side, settings, change, judge)


def may_hide(change: Change, party: str) -> bool:
    """Whether the act can be hidden from `party` at all: it is another's, and the desk is shown each demand."""
    return party not in ("Organization/dac", change.more[0] if change.kind == "message" else "")


def is_apart(judge: Judge, names: list[str]) -> bool:
    """Whether of nobody whom the resources `names` are about the actor of `judge` is shown more than what it has a stake in."""
    world = judge.world
    persons = {world.person(world.resources[name]) for name in names} | {n for n in names if n.startswith("Patient/")}
    opening = _THIN | load_roles()[judge.role].relations
    return not any(judge.ties(person) & opening for person in persons - {""})


def _receive(side: Side, settings: Settings, change: Change, judge: Judge) -> bool:
    party, role, source, text = change.more
    actor = Actor(party, role, "behind", ("system/*.cruds",), sources=tuple(SOURCES))
    receive(side.store, actor, source, SOURCES[source], text.encode(), settings=settings)
    return True


def _decide(side: Side, settings: Settings, change: Change, judge: Judge) -> bool:
    """The desk answers a demand of somebody else."""
    resources, own = judge.world.resources, {"reference": judge.party}
    waiting = [name for name, task in sorted(resources.items()) if _waits(task) and task.get("requester") != own]
    if not waiting:
        return False
    name = waiting[int(change.more[0]) % len(waiting)]
    task = resources[name] | {"status": change.more[1], "statusReason": {"text": change.word}}
    return _write(side, name, task, "Organization/dac")


def _waits(task: Json) -> bool:
    codes = [coding.get("code") for coding in task.get("code", {}).get("coding", ())]
    return task["resourceType"] == "Task" and "intake" in codes and task["status"] in ("requested", "received")


def _merge(side: Side, settings: Settings, change: Change, judge: Judge) -> bool:
    """One person of the record is said to be another one, who came by a message: of those a sender cannot know the identifier."""
    resources = judge.world.resources
    persons = [name for name in sorted(resources) if name.startswith("Patient/")]
    new = [name for name in persons if name not in base(change.name).resources]
    if not new:
        return False
    first, second = persons[int(change.more[0]) % len(persons)], new[int(change.more[1]) % len(new)]
    if first == second or "link" in resources[first] or "link" in resources[second]:
        return False
    link = [{"other": {"reference": second}, "type": "replaced-by"}]
    return _write(side, first, deepcopy(resources[first]) | {"link": link}, "")


def _write(side: Side, name: str, resource: Json, author: str) -> bool:
    try:
        side.write(side.ids.request, lambda batch: batch.replace(name, resource, by=author))
    except HubError:
        return False
    return True


_DO: dict[str, Callable[[Side, Settings, Change, Judge], Any]] = {
    "message": _receive,
    "decide": _decide,
    "merge": _merge,
}
