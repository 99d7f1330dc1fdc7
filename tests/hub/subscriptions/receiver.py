"""An endpoint of a subscriber: it keeps the notifications that it gets and answers as a test says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.conformance import check
from hub.outgoing import Unsent

Json = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """One POST."""

    url: str
    body: bytes
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def kind(self) -> str:
        return get_values(self.status, "type")[0]

    @property
    def status(self) -> Json:
        resource: Json = json.loads(self.body)["entry"][0]["resource"]
        return resource

    @property
    def numbers(self) -> list[int]:
        return [int(get_values({"parameter": part}, "event-number")[0]) for part in self._list_events()]

    @property
    def focuses(self) -> list[str]:
        """`Type/id` of each event that names one."""
        focuses = [get_values({"parameter": part}, "focus") for part in self._list_events()]
        return ["/".join(focus["reference"].split("/")[-2:]) for event in focuses for focus in event]

    def _list_events(self) -> list[list[Json]]:
        return [
            parameter["part"] for parameter in self.status["parameter"] if parameter["name"] == "notification-event"
        ]


def get_values(parameters: Mapping[str, Any], name: str) -> list[Any]:
    """The values of the parameters of that name."""
    matches = [parameter for parameter in parameters["parameter"] if parameter["name"] == name]
    return [next(value for key, value in match.items() if key.startswith("value")) for match in matches]


@dataclass
class Receiver:
    """Takes the place of `hub.outgoing.Fetcher`.

    `answers`: its answers in order, each a status or the code of an `Unsent`; after them 200.
    """

    answers: list[int | str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str], seconds: float) -> int:
        self.received.append(Received(url, body, dict(headers)))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, str):
            raise Unsent(answer)
        return answer

    def notifications(self) -> list[Received]:
        return [message for message in self.received if message.kind == "event-notification"]


def check_bundle(bundle: Json) -> None:
    """Check that `bundle` and each resource in it are valid R4. The checker takes one resource at a time."""
    entries = bundle.get("entry", [])
    for entry in entries:
        check(entry["resource"], known=frozenset({"Parameters", "Basic"}))
    alone = [{name: value for name, value in entry.items() if name != "resource"} for entry in entries]
    check(bundle | ({"entry": alone} if entries else {}), known=frozenset({"Bundle"}))
