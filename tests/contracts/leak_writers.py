"""The worlds of the leak cases that write, and how what they send is made.

As in `leak_worlds`, in worlds of their own: what is written stays, so an actor writes in the two worlds that are alike for it
and nowhere else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from hub.fhir import dumps
from tests.contracts.leak_worlds import CANARY, ROLES, SEES_PSYCHIATRY, Answer, World, make_world
from tests.territory import Json

Actor = tuple[str, str]
JSON_PATCH = {"Content_Type": "application/json-patch+json"}


def pairs_in(home: Path) -> dict[bool, tuple[World, World]]:
    """Whether an actor sees psychiatry → the world without what it may not see, and one with it."""
    return {
        sees: (
            make_world(home, f"without-{sees}", hidden=False, psychiatric=False),
            make_world(home, f"having-{sees}", hidden=True, psychiatric=not sees),
        )
        for sees in (False, True)
    }


def worlds_of(pairs: dict[bool, tuple[World, World]], actor: Actor) -> tuple[World, World]:
    return pairs[actor[1] in SEES_PSYCHIATRY]


def same(pairs, method: str, path: str, body: object = None, **headers: str) -> Iterator[tuple[Actor, Answer]]:
    """Ask as every role in its two worlds; (actor, answer) of each, which is the same, and tells nothing hidden."""
    for actor in ROLES:
        yield actor, alike(pairs, actor, method, path, body, **headers)


def alike(pairs, actor: Actor, method: str, path: str, body: object = None, **headers: str) -> Answer:
    pair = worlds_of(pairs, actor)
    # Both make their ids of the request and its number: it is the same request.
    number = max(world.asked for world in pair)
    for world in pair:
        world.asked = number
    one, other = (world.ask(actor, method, path, body, **headers) for world in pair)
    assert one == other, (actor, method, path, one, other)
    assert one.status < 500
    assert CANARY.encode() not in one.body
    return one


def like_absent(pairs, method: str, hidden: str, absent: str, bodies: tuple[object, object], **headers: str) -> None:
    """To write about something hidden is to write about something that never was."""
    for actor in ROLES:
        _, having = worlds_of(pairs, actor)
        one = having.ask(actor, method, hidden, bodies[0], **headers)
        other = having.ask(actor, method, absent, bodies[1], **headers)
        assert one == other, (actor, hidden, one, other)
        assert one.status in (400, 403, 404, 422), (actor, one)


def without_id(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name != "id"}


def entry(method: str, url: str, resource: Json | None = None, **more: str) -> Json:
    found: Json = {"request": {"method": method, "url": url, **more}}
    return found | ({"resource": resource} if resource is not None else {})


def bundle(kind: str, *entries: Json) -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def binary(*operations: Json) -> Json:
    data = b64encode(dumps(list(operations))).decode()
    return {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}


def fhirpath(kind: str, path: str, **value: object) -> Json:
    parts = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "operation", "part": [*parts, *([{"name": "value", **value}] if value else ())]}],
    }
