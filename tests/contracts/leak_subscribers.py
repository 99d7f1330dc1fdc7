"""A subscriber in two worlds, and what happens behind its back: for the leak cases of subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete

from hub.record.tables import notice
from hub.subscriptions.worker import list_notification_jobs
from tests.contracts.leak_worlds import CANARY, SEES_PSYCHIATRY, Answer, World, pair_of
from tests.hub.subscriptions.conftest import DELAYS, FHIR
from tests.hub.subscriptions.receiver import Received, Receiver
from tests.inline import InlineExecutor
from tests.territory import Territory

Actor = tuple[str, str]


class Side:
    """One of two worlds, and the endpoint of the one subscriber in it."""

    def __init__(self, world: World, actor: Actor) -> None:
        self.world, self.actor = world, actor
        self.store: Any = world.http.application.extensions["store"]  # type: ignore[attr-defined]
        self.here = Territory(self.store)
        self.receiver = Receiver()
        self.name = ""

    def subscribe(self, resource: dict[str, Any]) -> Answer:
        answer = self.world.ask(self.actor, "POST", "/Subscription", resource)
        if answer.status == 201:
            self.name = answer.headers["Location"].split("/fhir/")[1].partition("/_history")[0]
        return answer

    def work(self, turn: str) -> list[Received]:
        """Some turns of a worker; what it sent since the last time."""
        self.world.ids.request = f"worker {self.actor} {turn}"
        self.receiver.received.clear()
        for _ in range(3):
            jobs = list_notification_jobs(self.store, self.receiver, FHIR, DELAYS, 30, executor=InlineExecutor())
            for job in jobs:
                job.run()
        return list(self.receiver.received)

    def change(self, turn: str, name: str, **elements: Any) -> None:
        self.world.ids.request = f"change {self.actor} {turn} {name}"
        self.here.change(name, **elements)

    def there(self, name: str) -> bool:
        return self.here._exists(name)

    def tick(self) -> None:
        self.store.now.tick(1000)

    def tell(self, path: str, method: str = "GET", **headers: str) -> Answer:
        return self.world.ask(self.actor, method, path, **headers)

    def clean(self) -> None:
        with self.store.write() as connection:
            connection.execute(delete(notice))
        if self.name:
            self.world.ask(self.actor, "DELETE", f"/{self.name}")


@contextmanager
def sides(worlds: dict[str, World], actor: Actor) -> Iterator[tuple[Side, Side]]:
    """The same subscriber in the world without what it may not see, and in the one with it."""
    found = tuple(Side(world, actor) for world in pair_of(worlds, actor))
    # The worlds are asked by others too, not all as often: here they begin at one moment and with one number.
    moment, asked = max(side.store.now.value for side in found), max(side.world.asked for side in found)
    for side in found:
        side.store.now.value, side.world.asked = moment, asked
        side.work("before")
    try:
        yield found  # type: ignore[misc]
    finally:
        for side in found:
            side.clean()


def hidden_changes(side: Side, turn: str) -> int:
    """What happens behind the back of `side`'s subscriber: another person's record, and the psychiatric side of this one's."""
    names = ["Task/h"] if side.actor[1] in SEES_PSYCHIATRY else ["Task/h", "Task/p"]
    changed = [name for name in names if side.there(name)]
    for name in changed:
        side.change(turn, name, description=f"{CANARY} {turn} {side.actor[1]}", priority="stat")
    return len(changed)


def both(sides: tuple[Side, Side], what: Any) -> Any:
    """`what` of each side, which is the same."""
    for side in sides:
        # A real clock goes on between two steps, further than hidden writes push the record's own.
        side.store.now.value += 1_000
    one, other = (what(side) for side in sides)
    assert one == other, (sides[0].actor, one, other)
    return one
